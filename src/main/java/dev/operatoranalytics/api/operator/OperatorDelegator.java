package dev.operatoranalytics.api.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A staker at one operator: a row of {@code operator_delegators}; {@code tvsUsd} in USD. */
@MappedEntity("operator_delegators")
public record OperatorDelegator(
    @Id String operatorId,
    String stakerId,
    boolean isActive,
    @Nullable Instant delegatedAt,
    @Nullable Instant undelegatedAt,
    @Nullable BigDecimal tvsUsd) {

  static final String ROWS =
      """
      select operator_id, staker_id, is_active, delegated_at, undelegated_at, tvs_usd
      from operator_delegators
      """;
}
