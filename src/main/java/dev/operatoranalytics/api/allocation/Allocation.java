package dev.operatoranalytics.api.allocation;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What of an operator's stake is promised to an operator set: a row of {@code
 * operator_allocations}. Magnitudes in wads, shares in base units, amounts in USD.
 */
@MappedEntity("operator_allocations")
public record Allocation(
    @Id String operatorId,
    String operatorSetId,
    String strategyId,
    BigDecimal currentMagnitude,
    @Nullable BigDecimal pendingMagnitude,
    @Nullable Long pendingEffectBlock,
    boolean isSlashable,
    @Nullable BigDecimal slashableShares,
    String sharesStatus,
    @Nullable BigDecimal slashableUsd) {

  static final String ROWS =
      """
      select
          operator_id, operator_set_id, strategy_id, current_magnitude, pending_magnitude,
          pending_effect_block, is_slashable, slashable_shares, slashable_usd,
          case when slashable_shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          operator_set_id || ' ' || strategy_id as place,
          split_part(operator_set_id, '-', 1) as avs_id
      from operator_allocations
      """;
}
