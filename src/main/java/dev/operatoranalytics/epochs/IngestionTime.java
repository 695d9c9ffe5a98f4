package dev.operatoranalytics.epochs;

import dev.operatoranalytics.chain.U128;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/**
 * The time at which a loader read a document from the chain. Loaders write it in several units; for
 * years 2001 to 2286 the number of digits determines the unit.
 *
 * @param milliseconds since 1970
 */
record IngestionTime(long milliseconds) {
  // allows for clock differences between machines
  private static final Duration MAX_LEAD = Duration.ofMinutes(10);

  IngestionTime {
    if (milliseconds > System.currentTimeMillis() + MAX_LEAD.toMillis()) {
      throw new IllegalArgumentException(
          "a time in the future: " + Instant.ofEpochMilli(milliseconds));
    }
  }

  /**
   * @param text ISO 8601 with an offset, or a number that {@link #of} accepts
   */
  static IngestionTime parse(String text) {
    if (!text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T.*")) {
      return of(U128.parse(text).value());
    }
    try {
      return new IngestionTime(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("not an instant such as 2026-01-31T12:00:00Z", e);
    }
  }

  /**
   * @param number of seconds, milliseconds, microseconds or nanoseconds since 1970
   */
  static IngestionTime of(BigInteger number) {
    return new IngestionTime(
        switch (number.toString().length()) {
          case 10 -> number.longValueExact() * 1_000;
          case 13 -> number.longValueExact();
          case 16 -> number.longValueExact() / 1_000;
          case 19 -> number.divide(BigInteger.valueOf(1_000_000)).longValueExact();
          default ->
              throw new IllegalArgumentException(
                  "neither seconds, milliseconds, microseconds nor nanoseconds since 1970");
        });
  }
}
