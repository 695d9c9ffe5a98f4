package dev.operatoranalytics.pipeline;

import java.time.Instant;
import java.util.Map;

/**
 * How much of the history a run sees, and the instant it stamps on what it changes.
 *
 * @param untilBlock last block that counts
 * @param untilTime last instant of quotes that count, as PostgreSQL reads it; {@code infinity} for
 *     the newest
 * @param stampedAt the {@code updated_at} of rows that change
 */
public record Horizon(long untilBlock, String untilTime, Instant stampedAt) {

  public static Horizon newestQuotes(long untilBlock, Instant stampedAt) {
    return new Horizon(untilBlock, "infinity", stampedAt);
  }

  Map<String, String> parameters() {
    return Map.of("until_block", Long.toString(untilBlock), "until_time", untilTime);
  }
}
