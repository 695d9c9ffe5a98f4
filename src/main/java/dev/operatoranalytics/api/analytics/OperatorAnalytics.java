package dev.operatoranalytics.api.analytics;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.MappedProperty;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How risky an operator was at the end of a UTC day: a row of {@code operator_analytics}. Scores
 * 0..100, higher is safer; volatilities and growth are fractions.
 */
@MappedEntity("operator_analytics")
public record OperatorAnalytics(
    @Id String operatorId,
    LocalDate date,
    @Nullable BigDecimal riskScore,
    @Nullable String riskLevel,
    @Nullable BigDecimal confidence,
    @Nullable String scoreReason,
    @Nullable BigDecimal performanceScore,
    @Nullable BigDecimal economicScore,
    @Nullable BigDecimal networkScore,
    @Nullable BigDecimal slashScore,
    @Nullable BigDecimal stabilityScore,
    BigDecimal tenureScore,
    BigDecimal commissionScore,
    @Nullable BigDecimal growthScore,
    @Nullable BigDecimal slashLoss,
    @Nullable BigDecimal delegationHhi,
    @Nullable BigDecimal gini,
    @Nullable @MappedProperty("volatility_7d") BigDecimal volatility7d,
    @Nullable @MappedProperty("volatility_30d") BigDecimal volatility30d,
    @Nullable @MappedProperty("volatility_90d") BigDecimal volatility90d,
    @Nullable @MappedProperty("shares_volatility_7d") BigDecimal sharesVolatility7d,
    @Nullable @MappedProperty("shares_volatility_30d") BigDecimal sharesVolatility30d,
    @Nullable @MappedProperty("shares_volatility_90d") BigDecimal sharesVolatility90d,
    @Nullable @MappedProperty("growth_rate_30d") BigDecimal growthRate30d,
    @Nullable BigDecimal sizePercentile,
    @Nullable BigDecimal delegatorPercentile,
    int operationalDays,
    int totalSlashEvents,
    @MappedProperty("commission_changes_90d") int commissionChanges90d,
    int dataDays,
    int gapDays,
    boolean hasSufficientData,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> missing) {

  static final String ROWS =
      """
      select
          operator_id, date, risk_score, risk_level, confidence, score_reason, performance_score,
          economic_score, network_score, slash_score, stability_score, tenure_score,
          commission_score, growth_score, slash_loss, delegation_hhi, gini, volatility_7d,
          volatility_30d, volatility_90d, shares_volatility_7d, shares_volatility_30d,
          shares_volatility_90d, growth_rate_30d, size_percentile, delegator_percentile,
          operational_days, total_slash_events, commission_changes_90d, data_days, gap_days,
          has_sufficient_data, missing
      from operator_analytics
      """;
}
