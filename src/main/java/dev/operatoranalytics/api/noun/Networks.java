package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Figures over all operators for each UTC day. */
final class Networks {
  private static final Noun NETWORK =
      Noun.of("Network")
          .relation("latestSnapshot", Relation.all().order("date desc").first())
          .relation("dailySnapshots", Relation.all().days("date"))
          .relation("eigenPods", Relation.all())
          .relation("rewardsByDay", Rewards.byDay("NETWORK", Relation.all()))
          .relation("distribution", Ranks.DISTRIBUTION)
          .relation(
              "concentration",
              Relation.all()
                  .where(
                      "#kind = case when :includeDurationVaults then"
                          + " 'NETWORK_OPERATORS_WITH_VAULTS' else 'NETWORK_OPERATORS' end")
                  .onDay("date", Analytics.NEWEST_DAY));

  private static final Noun DAILY_SNAPSHOT =
      Noun.of("NetworkDailySnapshot")
          .rows(
              """
              select
                  snapshot_date as date, network_daily_aggregates.operator_count,
                  active_operator_count, valued_operator_count, unpriced_operator_count, unknown_operator_count, total_tvs,
                  mean_tvs, median_tvs, p25_tvs, p75_tvs, p90_tvs,
                  valued_vault_count, median_tvs_with_vaults, p25_tvs_with_vaults,
                  p75_tvs_with_vaults, p90_tvs_with_vaults, active_delegators, avs_count,
                  registration_count, mean_pi_bips, median_pi_bips, total_slash_events,
                  slash_events, slashed_operator_count, allocation_count, slashable_usd,
                  mean_utilization_rate, scored_operator_count, mean_risk_score, median_risk_score,
                  tvs_weighted_risk_score, mean_confidence, low_count, medium_count, high_count,
                  critical_count, spread_score
              from network_daily_aggregates
              left join network_daily_risk on network_daily_risk.date = snapshot_date
              """)
          .key("date")
          .order("date")
          .dates("date")
          .counts(
              "operatorCount",
              "activeOperatorCount",
              "valuedOperatorCount",
              "unpricedOperatorCount",
              "unknownOperatorCount",
              "activeDelegators",
              "avsCount",
              "registrationCount",
              "totalSlashEvents",
              "slashEvents",
              "slashedOperatorCount",
              "allocationCount",
              "scoredOperatorCount",
              "lowCount",
              "mediumCount",
              "highCount",
              "criticalCount")
          .amounts(
              "meanPiBips",
              "medianPiBips",
              "slashableUsd",
              "meanUtilizationRate",
              "meanRiskScore",
              "medianRiskScore",
              "tvsWeightedRiskScore",
              "meanConfidence",
              "spreadScore")
          .column("tvsUsd", "total_tvs", ColumnType.NUMERIC)
          .column("meanTvsUsd", "mean_tvs", ColumnType.NUMERIC)
          .column("medianTvsUsd", "median_tvs", ColumnType.NUMERIC)
          .column("p25TvsUsd", "p25_tvs", ColumnType.NUMERIC)
          .column("p75TvsUsd", "p75_tvs", ColumnType.NUMERIC)
          .column("p90TvsUsd", "p90_tvs", ColumnType.NUMERIC)
          .column("valuedDurationVaultCount", "valued_vault_count", ColumnType.INTEGER)
          .column("medianTvsUsdWithDurationVaults", "median_tvs_with_vaults", ColumnType.NUMERIC)
          .column("p25TvsUsdWithDurationVaults", "p25_tvs_with_vaults", ColumnType.NUMERIC)
          .column("p75TvsUsdWithDurationVaults", "p75_tvs_with_vaults", ColumnType.NUMERIC)
          .column("p90TvsUsdWithDurationVaults", "p90_tvs_with_vaults", ColumnType.NUMERIC);

  static final List<Noun> NOUNS = List.of(NETWORK, DAILY_SNAPSHOT);

  private Networks() {}
}
