package dev.operatoranalytics.api.withdrawal;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Shares on their way out: a row of {@code queued_withdrawals}. */
@MappedEntity("queued_withdrawals")
public record QueuedWithdrawal(
    @Id String withdrawalRoot,
    String operatorId,
    String stakerId,
    String withdrawer,
    BigDecimal nonce,
    long startBlock,
    long queuedBlock,
    Instant queuedAt,
    @Nullable Long completedBlock,
    @Nullable Instant completedAt,
    String status) {

  static final String ROWS =
      """
      select
          withdrawal_root, operator_id, staker_id, withdrawer, nonce, start_block, queued_block,
          queued_at, completed_block, completed_at,
          case when completed_at is null then 'QUEUED' else 'COMPLETED' end as status
      from queued_withdrawals
      """;

  public String root() {
    return withdrawalRoot;
  }
}
