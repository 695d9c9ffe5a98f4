package dev.operatoranalytics.api.avs;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A group of operators that an AVS can slash alike: a row of {@code operator_sets}, with its sums
 * in USD.
 */
@MappedEntity("operator_sets")
public record OperatorSet(
    @Id String operatorSetId,
    String avsId,
    long number,
    @Nullable Instant createdAt,
    @Nullable String redistributionRecipient,
    int memberCount,
    @Nullable BigDecimal slashableUsd,
    @Nullable BigDecimal delegatedUsd,
    int unpricedStrategyCount) {

  static final String ROWS =
      """
      select
          operator_set_id, avs_id, number, created_at, redistribution_recipient, member_count,
          slashable_usd, delegated_usd, unpriced_strategy_count
      from operator_sets
      join operator_set_state using (operator_set_id)
      """;

  public String id() {
    return new GlobalId("OperatorSet", operatorSetId).toString();
  }

  public @Nullable BigDecimal allocatedUsd() {
    return slashableUsd;
  }
}
