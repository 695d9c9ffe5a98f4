package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import java.util.List;

/** Figures computed from daily snapshots: risk, volatility, concentration. */
final class Analytics {
  static final String NEWEST_DAY = "select max(date) from network_daily_risk";

  private static final Noun OPERATOR_ANALYTICS =
      Noun.of("OperatorAnalytics")
          .rows("operator_analytics")
          .key("operator_id", "date")
          .order("date")
          .dates("date")
          .amounts(
              "riskScore",
              "confidence",
              "performanceScore",
              "economicScore",
              "networkScore",
              "delegationHhi",
              "gini",
              "sizePercentile",
              "delegatorPercentile",
              "slashScore",
              "stabilityScore",
              "tenureScore",
              "commissionScore",
              "growthScore",
              "slashLoss")
          .column("sharesVolatility7d", "shares_volatility_7d", ColumnType.NUMERIC)
          .column("sharesVolatility30d", "shares_volatility_30d", ColumnType.NUMERIC)
          .column("sharesVolatility90d", "shares_volatility_90d", ColumnType.NUMERIC)
          .column("volatility7d", "volatility_7d", ColumnType.NUMERIC)
          .column("volatility30d", "volatility_30d", ColumnType.NUMERIC)
          .column("volatility90d", "volatility_90d", ColumnType.NUMERIC)
          .column("growthRate30d", "growth_rate_30d", ColumnType.NUMERIC)
          .enums("riskLevel", "scoreReason")
          .counts("operationalDays", "totalSlashEvents", "dataDays", "gapDays")
          .column("commissionChanges90d", "commission_changes_90d", ColumnType.INTEGER)
          .flags("hasSufficientData")
          .column("missing", "missing", ColumnType.TEXTS)
          .expression(
              "networkSpreadScore",
              ColumnType.NUMERIC,
              """
              (
                  select spread_score from network_daily_risk
                  where network_daily_risk.date = #date
              )\
              """);

  private static final Noun VOLATILITY =
      Noun.of("VolatilityMetric")
          .rows("volatility_metrics")
          .key("operator_id", "metric", "window_days", "date")
          .order("date", "metric desc", "window_days")
          .enums("metric", "reason")
          .dates("date")
          .column("window", "window_days", ColumnType.INTEGER)
          .amounts("volatility", "annualized", "mean", "coefficientOfVariation", "trend")
          .counts("points", "returns", "skipped", "gaps");

  private static final Noun CONCENTRATION =
      Noun.of("ConcentrationMetric")
          .rows("concentration_metrics")
          .key("subject_id", "kind", "date")
          .order("date", "kind")
          .enums("kind")
          .dates("date")
          .counts("population", "unpricedCount", "nakamotoThird", "nakamotoHalf")
          .column("excludedDurationVaults", "excluded_vault_count", ColumnType.INTEGER)
          .amounts("hhi", "effectiveCount", "gini", "top1", "top5", "top10")
          .enums("reason");

  static final List<Noun> NOUNS = List.of(OPERATOR_ANALYTICS, VOLATILITY, CONCENTRATION);

  private Analytics() {}
}
