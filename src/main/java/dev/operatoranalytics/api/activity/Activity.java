package dev.operatoranalytics.api.activity;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that an operator did or that was done to it: a row of {@code operator_activity}. */
@MappedEntity("operator_activity")
public record Activity(
    @Id String operatorId,
    long blockNumber,
    long logIndex,
    String transactionHash,
    String activityType,
    Instant happenedAt,
    @Nullable String stakerId,
    @Nullable String strategyId,
    @Nullable String avsId,
    @Nullable String operatorSetId,
    @Nullable BigDecimal amount) {

  static final String ROWS =
      """
      select
          operator_id, block_number, log_index, transaction_hash, activity_type, happened_at,
          staker_id, strategy_id, avs_id, operator_set_id, amount
      from operator_activity
      """;

  public String type() {
    return activityType;
  }

  public long block() {
    return blockNumber;
  }

  public @Nullable String staker() {
    return stakerId;
  }
}
