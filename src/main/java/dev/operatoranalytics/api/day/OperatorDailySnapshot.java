package dev.operatoranalytics.api.day;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An operator at the end of a UTC day: a row of {@code operator_daily_snapshots}. {@code totalTvs}
 * in USD by the prices of the day.
 */
@MappedEntity("operator_daily_snapshots")
public record OperatorDailySnapshot(
    @Id String operatorId,
    LocalDate snapshotDate,
    boolean isActive,
    int activeAvsCount,
    int registeredAvsCount,
    int activeOperatorSetCount,
    int activeDelegators,
    int totalDelegators,
    int strategyCount,
    int totalSlashEvents,
    @Nullable Instant lastSlashedAt,
    @Nullable BigDecimal totalTvs,
    String tvsStatus,
    int unpricedStrategyCount,
    int unknownStrategyCount) {

  static final String ROWS =
      """
      select
          operator_id, snapshot_date, is_active, active_avs_count, registered_avs_count,
          active_operator_set_count, active_delegators, total_delegators, strategy_count,
          total_slash_events, last_slashed_at, total_tvs, tvs_status, unpriced_strategy_count,
          unknown_strategy_count
      from operator_daily_snapshots
      """;

  public LocalDate date() {
    return snapshotDate;
  }
}
