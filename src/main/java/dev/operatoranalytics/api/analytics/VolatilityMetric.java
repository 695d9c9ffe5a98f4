package dev.operatoranalytics.api.analytics;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * How much an operator moved from day to day within a window: a row of {@code volatility_metrics}.
 * Fractions; the mean in USD, the window in UTC days.
 */
@MappedEntity("volatility_metrics")
public record VolatilityMetric(
    @Id String operatorId,
    String metric,
    int windowDays,
    LocalDate date,
    @Nullable BigDecimal volatility,
    @Nullable BigDecimal annualized,
    @Nullable BigDecimal mean,
    @Nullable BigDecimal coefficientOfVariation,
    @Nullable BigDecimal trend,
    int points,
    int returns,
    int skipped,
    int gaps,
    @Nullable String reason) {

  static final String ROWS =
      """
      select
          operator_id, metric, window_days, date, volatility, annualized, mean,
          coefficient_of_variation, trend, points, returns, skipped, gaps, reason
      from volatility_metrics
      order by metric desc, window_days
      """;

  public int window() {
    return windowDays;
  }
}
