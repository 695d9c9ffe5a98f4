package dev.operatoranalytics.source;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The possible block times: from the first block of Ethereum until shortly after now. */
record TimeBounds(long first, long last) {
  private static final long FIRST_BLOCK = Instant.parse("2015-07-30T15:26:13Z").getEpochSecond();
  private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

  static TimeBounds at(Clock clock) {
    return new TimeBounds(FIRST_BLOCK, clock.instant().plus(MAX_CLOCK_SKEW).getEpochSecond());
  }

  /**
   * Throws when a time is outside these bounds.
   *
   * @param seconds unix seconds
   */
  void check(String field, String raw, long seconds) {
    if (seconds < first) {
      throw new UnreadableValue(
          field, raw, "before the first block of Ethereum, " + Instant.ofEpochSecond(first));
    }
    if (seconds > last) {
      throw new UnreadableValue(field, raw, tooLate(seconds));
    }
  }

  private String tooLate(long seconds) {
    var unit =
        isInside(seconds / 1_000)
            ? "milliseconds"
            : isInside(seconds / 1_000_000)
                ? "microseconds"
                : isInside(seconds / 1_000_000_000) ? "nanoseconds" : "";
    return unit.isEmpty()
        ? "later than now, " + Instant.ofEpochSecond(last)
        : "not unix seconds but %s, as it seems".formatted(unit);
  }

  private boolean isInside(long seconds) {
    return seconds >= first && seconds <= last;
  }
}
