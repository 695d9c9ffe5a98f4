package dev.operatoranalytics.api.delegator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a delegator held in one strategy at the end of a UTC day, from the periods of {@code
 * operator_delegator_share_history}. Shares in base units, {@code tvsUsd} in USD by the prices of
 * the day.
 */
@MappedEntity("operator_delegator_share_history")
public record DelegatorShareDay(
    @Id String stakerId,
    String operatorId,
    String strategyId,
    LocalDate date,
    @Nullable BigDecimal shares,
    String sharesStatus,
    boolean isDust,
    @Nullable BigDecimal tvsUsd) {

  static final String ROWS =
      """
      select
          period.staker_id, period.operator_id, period.strategy_id, day.snapshot_date as date,
          period.shares,
          case when period.shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          period.is_dust,
          round(period.shares * quotes.usd_per_share_unit, 18) as tvs_usd
      from operator_delegator_share_history as period
      join network_daily_aggregates as day
          on day.snapshot_date >= period.from_date
          and (period.until_date is null or day.snapshot_date < period.until_date)
      left join strategy_daily_quotes as quotes
          on quotes.strategy_id = period.strategy_id
          and quotes.snapshot_date = day.snapshot_date
      """;
}
