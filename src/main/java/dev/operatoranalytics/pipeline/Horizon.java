package dev.operatoranalytics.pipeline;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of the history a run sees, and the instant it stamps on what it changes.
 *
 * @param untilBlock last block that counts
 * @param chainTime instant of that block: what takes effect at a time has done so when it is not
 *     later
 * @param untilTime last instant of quotes that count, as PostgreSQL reads it; {@code infinity} for
 *     the newest
 * @param stampedAt the {@code updated_at} of rows that change
 * @param deallocationDelay blocks that stake stays slashable after its operator left the set
 */
public record Horizon(
    long untilBlock,
    Instant chainTime,
    String untilTime,
    Instant stampedAt,
    long deallocationDelay) {

  public static Horizon newestQuotes(
      long untilBlock, Instant chainTime, Instant stampedAt, PipelineSettings settings) {
    return new Horizon(
        untilBlock, chainTime, "infinity", stampedAt, settings.deallocationDelayBlocks());
  }

  Map<String, String> parameters() {
    return new HashMap<>(
        Map.of(
            "until_block", Long.toString(untilBlock),
            "chain_time", chainTime.toString(),
            "until_time", untilTime,
            "deallocation_delay", Long.toString(deallocationDelay)));
  }
}
