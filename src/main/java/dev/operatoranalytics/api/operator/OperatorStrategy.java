package dev.operatoranalytics.api.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has in one strategy: a row of {@code operator_strategy_state}. Shares in base
 * units, magnitudes in wads, {@code tokens} whole, {@code tvsUsd} in USD.
 */
@MappedEntity("operator_strategy_state")
public record OperatorStrategy(
    @Id String operatorId,
    String strategyId,
    @Nullable BigDecimal shares,
    String sharesStatus,
    @Nullable BigDecimal tokens,
    @Nullable BigDecimal tvsUsd,
    BigDecimal maxMagnitude,
    BigDecimal encumberedMagnitude,
    BigDecimal allocatableMagnitude,
    @Nullable BigDecimal utilizationRate,
    int delegatorCount) {

  /** Division by a power of ten is a product, and so exact. */
  static final String ROWS =
      """
      select
          operator_id, strategy_id, shares,
          case when shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          shares * coalesce(exchange_rate, 1e18) * ('1e-' || (18 + decimals))::numeric as tokens,
          tvs_usd, max_magnitude, encumbered_magnitude, allocatable_magnitude, utilization_rate,
          delegator_count
      from operator_strategy_state
      left join strategies using (strategy_id)
      left join strategy_quotes using (strategy_id)
      """;
}
