package dev.operatoranalytics.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * The part of the history that a run reads, and the instant that it stamps on changed rows.
 *
 * @param fromBlock first block whose claims of rewards may have changed
 * @param untilBlock last block that counts
 * @param chainTime instant of that block; announcements up to this instant have taken effect
 * @param fromTime first instant of prices that count, as PostgreSQL reads it; {@code -infinity} for
 *     any
 * @param untilTime last instant of quotes that count; {@code infinity} for the newest
 * @param stampedAt the {@code updated_at} of rows that change
 * @param delays delays of the network
 */
public record RebuildBounds(
    long fromBlock,
    long untilBlock,
    Instant chainTime,
    String fromTime,
    String untilTime,
    Instant stampedAt,
    Delays delays) {

  /**
   * @param deallocation blocks that stake stays slashable after its operator left the set
   * @param withdrawal blocks for which a queued withdrawal can be slashed
   * @param slotSeconds time between two blocks
   */
  public record Delays(long deallocation, long withdrawal, long slotSeconds) {
    static Delays of(PipelineSettings settings) {
      return new Delays(
          settings.deallocationDelayBlocks(),
          settings.withdrawalDelayBlocks(),
          settings.slotSeconds());
    }

    /** Adds the delays to the parameters of a select. */
    public void addTo(Map<String, String> parameters) {
      parameters.put("deallocation_delay", Long.toString(deallocation));
      parameters.put("withdrawal_delay", Long.toString(withdrawal));
      parameters.put("slot_seconds", Long.toString(slotSeconds));
    }
  }

  public static RebuildBounds newestQuotes(
      long untilBlock, Instant chainTime, Instant stampedAt, PipelineSettings settings) {
    return new RebuildBounds(
        0, untilBlock, chainTime, "-infinity", "infinity", stampedAt, Delays.of(settings));
  }

  /** Bounds of the end of a UTC day, with the prices of that day. */
  public static RebuildBounds endOf(
      LocalDate day, long untilBlock, Instant stampedAt, PipelineSettings settings) {
    var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new RebuildBounds(
        0,
        untilBlock,
        end.minusSeconds(1),
        day + "T00:00:00Z",
        // PostgreSQL stores instants in microseconds
        end.minus(1, ChronoUnit.MICROS).toString(),
        stampedAt,
        Delays.of(settings));
  }

  /** The same without claims of rewards before a block. */
  RebuildBounds withClaimsFrom(long block) {
    return new RebuildBounds(block, untilBlock, chainTime, fromTime, untilTime, stampedAt, delays);
  }

  Map<String, String> parameters() {
    var parameters =
        new HashMap<>(
            Map.of(
                "from_block",
                Long.toString(fromBlock),
                "until_block",
                Long.toString(untilBlock),
                "chain_time",
                chainTime.toString(),
                "from_time",
                fromTime,
                "until_time",
                untilTime));
    delays.addTo(parameters);
    return parameters;
  }
}
