package dev.operatoranalytics.api.strategy;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A strategy at the end of a UTC day: a row of {@code strategy_daily_snapshots} with the quotes of
 * the day. Shares in base units, USD, the exchange rate in tokens per share.
 */
@MappedEntity("strategy_daily_snapshots")
public record StrategyDay(
    @Id String strategyId,
    LocalDate snapshotDate,
    @Nullable BigDecimal totalShares,
    int operatorCount,
    int delegatorCount,
    int unknownOperatorCount,
    @Nullable BigDecimal exchangeRate,
    @Nullable String rateStatus,
    @Nullable BigDecimal priceUsd,
    @Nullable BigDecimal tvsUsd) {

  static final String ROWS =
      """
      select
          strategy_id, snapshot_date, total_shares, operator_count, delegator_count,
          unknown_operator_count,
          exchange_rate * 1e-18 as exchange_rate, rate_status, price_usd, tvs_usd
      from strategy_daily_snapshots
      left join strategy_daily_quotes using (strategy_id, snapshot_date)
      """;

  public LocalDate date() {
    return snapshotDate;
  }
}
