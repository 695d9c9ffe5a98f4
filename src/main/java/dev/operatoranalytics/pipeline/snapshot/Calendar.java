package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last block of each day. Blocks without events are counted by slots, but never up to a block
 * with an event of the next day.
 */
final class Calendar {
  private static final SqlFile DAYS = SqlFile.load("extraction", "days").withSteps("timed_blocks");

  private final NavigableMap<LocalDate, Blocks> days;
  private final long slotSeconds;

  /** First and last block of a day with events, and the unix seconds of the last. */
  private record Blocks(long first, long last, long lastTimestamp) {}

  private Calendar(NavigableMap<LocalDate, Blocks> days, long slotSeconds) {
    this.days = days;
    this.slotSeconds = slotSeconds;
  }

  static Calendar read(Connection events, long safeBlock, long slotSeconds) throws SQLException {
    SqlFile.set(events, Map.of("last_block", Long.toString(safeBlock)));
    var days = new TreeMap<LocalDate, Blocks>();
    try (var statement = events.createStatement();
        var rows = statement.executeQuery(DAYS.on(events).statement())) {
      while (rows.next()) {
        days.put(
            rows.getObject(1, LocalDate.class),
            new Blocks(rows.getLong(2), rows.getLong(3), rows.getLong(4)));
      }
    }
    return new Calendar(days, slotSeconds);
  }

  /** The first day with an event. */
  Optional<LocalDate> firstDay() {
    return days.isEmpty() ? Optional.empty() : Optional.of(days.firstKey());
  }

  /** The last block before the midnight that ends a day; 0 before the first event. */
  long lastBlockOf(LocalDate day) {
    var last = days.floorEntry(day);
    if (last == null) {
      return 0;
    }
    var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    var block = last.getValue().last() + (end - 1 - last.getValue().lastTimestamp()) / slotSeconds;
    var next = days.higherEntry(day);
    return next == null ? block : Math.min(block, next.getValue().first() - 1);
  }
}
