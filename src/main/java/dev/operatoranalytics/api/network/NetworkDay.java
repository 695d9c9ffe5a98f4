package dev.operatoranalytics.api.network;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.MappedProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * All operators together at the end of a UTC day: a row of {@code network_daily_aggregates}, with
 * that of {@code network_daily_risk}. TVS in USD by the prices of the day.
 */
@MappedEntity("network_daily_aggregates")
public record NetworkDay(
    @Id LocalDate date,
    int operatorCount,
    int activeOperatorCount,
    int valuedOperatorCount,
    int unpricedOperatorCount,
    int unknownOperatorCount,
    @Nullable BigDecimal totalTvs,
    @Nullable BigDecimal meanTvs,
    @Nullable BigDecimal medianTvs,
    @Nullable @MappedProperty("p25_tvs") BigDecimal p25Tvs,
    @Nullable @MappedProperty("p75_tvs") BigDecimal p75Tvs,
    @Nullable @MappedProperty("p90_tvs") BigDecimal p90Tvs,
    int activeDelegators,
    int avsCount,
    int registrationCount,
    @Nullable BigDecimal meanPiBips,
    @Nullable BigDecimal medianPiBips,
    int totalSlashEvents,
    int slashEvents,
    int slashedOperatorCount,
    int allocationCount,
    @Nullable BigDecimal slashableUsd,
    @Nullable BigDecimal meanUtilizationRate,
    @Nullable Integer scoredOperatorCount,
    @Nullable BigDecimal meanRiskScore,
    @Nullable BigDecimal medianRiskScore,
    @Nullable BigDecimal tvsWeightedRiskScore,
    @Nullable BigDecimal meanConfidence,
    @Nullable Integer lowCount,
    @Nullable Integer mediumCount,
    @Nullable Integer highCount,
    @Nullable Integer criticalCount) {

  /** The network's rows are those of nobody: of the empty name. */
  static final String ROWS =
      """
      select
          ''::text as network, snapshot_date as date,
          network_daily_aggregates.operator_count, active_operator_count, valued_operator_count,
          unpriced_operator_count, unknown_operator_count, total_tvs, mean_tvs, median_tvs, p25_tvs, p75_tvs, p90_tvs,
          active_delegators, avs_count, registration_count, mean_pi_bips, median_pi_bips,
          total_slash_events, slash_events, slashed_operator_count, allocation_count,
          slashable_usd, mean_utilization_rate, scored_operator_count, mean_risk_score,
          median_risk_score, tvs_weighted_risk_score, mean_confidence, low_count, medium_count, high_count,
          critical_count
      from network_daily_aggregates
      left join network_daily_risk on network_daily_risk.date = snapshot_date
      """;
}
