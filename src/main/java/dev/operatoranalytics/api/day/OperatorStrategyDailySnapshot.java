package dev.operatoranalytics.api.day;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What an operator had in one strategy at the end of a UTC day: a row of {@code
 * operator_strategy_daily_snapshots}. Shares in base units, magnitudes in wads, {@code tvsUsd} in
 * USD by the prices of the day.
 */
@MappedEntity("operator_strategy_daily_snapshots")
public record OperatorStrategyDailySnapshot(
    @Id String operatorId,
    String strategyId,
    LocalDate snapshotDate,
    @Nullable BigDecimal shares,
    String sharesStatus,
    BigDecimal maxMagnitude,
    BigDecimal encumberedMagnitude,
    BigDecimal allocatableMagnitude,
    @Nullable BigDecimal utilizationRate,
    int delegatorCount,
    @Nullable BigDecimal tvsUsd) {

  static final String ROWS =
      """
      select
          operator_id, strategy_id, snapshot_date, shares,
          case when shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          max_magnitude, encumbered_magnitude,
          allocatable_magnitude, utilization_rate, delegator_count, tvs_usd
      from operator_strategy_daily_snapshots
      """;

  public LocalDate date() {
    return snapshotDate;
  }
}
