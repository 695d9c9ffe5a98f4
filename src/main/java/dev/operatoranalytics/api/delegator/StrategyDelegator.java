package dev.operatoranalytics.api.delegator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A delegator of a strategy: a row of {@code operator_delegator_shares} that is no dust. Shares in
 * base units, {@code tvsUsd} in USD.
 */
@MappedEntity("operator_delegator_shares")
public record StrategyDelegator(
    @Id String stakerId,
    String operatorId,
    String strategyId,
    BigDecimal shares,
    @Nullable BigDecimal tvsUsd) {

  static final String ROWS =
      """
      select staker_id, operator_id, strategy_id, shares, tvs_usd
      from operator_delegator_shares
      where shares is not null and not is_dust
      """;
}
