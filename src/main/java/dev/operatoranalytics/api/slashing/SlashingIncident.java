package dev.operatoranalytics.api.slashing;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A slash: a row of {@code operator_slashing_incidents}. */
@MappedEntity("operator_slashing_incidents")
public record SlashingIncident(
    @Id String operatorId,
    String transactionHash,
    long logIndex,
    String operatorSetId,
    String avsId,
    long slashedBlock,
    Instant slashedAt,
    String description) {

  static final String ROWS =
      """
      select
          operator_id, transaction_hash, log_index, operator_set_id,
          split_part(operator_set_id, '-', 1) as avs_id, slashed_block, slashed_at, description
      from operator_slashing_incidents
      """;

  public long block() {
    return slashedBlock;
  }
}
