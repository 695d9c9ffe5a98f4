package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last block of each day. Blocks without events are counted by slots, but never up to a block
 * with an event of the next day.
 *
 * <p>The blocks with events are kept in {@code day_blocks}. Only the days from the first newly
 * written block on are read again, and some days before it: whether a block's time is possible is
 * decided by three blocks before and after it, and each day has at least one.
 */
final class Calendar {
  private static final SqlFile DAYS = SqlFile.load("extraction", "days").withSteps("timed_blocks");
  private static final SqlFile FIRST_WRITTEN = SqlFile.load("extraction", "first_written_block");
  private static final int DAYS_AROUND = 3;

  private final NavigableMap<LocalDate, Blocks> days;
  private final long slotSeconds;

  /** First and last block of a day with events, and the unix seconds of the last. */
  private record Blocks(long first, long last, long lastTimestamp) {}

  private Calendar(NavigableMap<LocalDate, Blocks> days, long slotSeconds) {
    this.days = days;
    this.slotSeconds = slotSeconds;
  }

  static Calendar read(Connection state, long slotSeconds) throws SQLException {
    var days = new TreeMap<LocalDate, Blocks>();
    Sql.each(
        state,
        "select day, first_block, last_block, last_timestamp from day_blocks",
        rows ->
            days.put(
                rows.getObject(1, LocalDate.class),
                new Blocks(rows.getLong(2), rows.getLong(3), rows.getLong(4))));
    return new Calendar(days, slotSeconds);
  }

  /**
   * Keeps the blocks of days up to date.
   *
   * @param safeBlock last block that is read
   * @param seenUntil every source row written before it can be seen now
   */
  static void keep(Connection events, Connection state, long safeBlock, Instant seenUntil)
      throws SQLException {
    SqlFile.set(events, Map.of("last_block", Long.toString(safeBlock)));
    var before = seenUntil(state);
    if (before == null) {
      readFrom(0, 0, events, state, seenUntil);
      return;
    }
    var written = firstWritten(events, before.atOffset(ZoneOffset.UTC).toLocalDateTime());
    if (written == null) {
      return;
    }
    var from = firstBlockOfDaysBefore(written, state);
    var oldest = firstBlockFrom(from, state);
    readFrom(from, firstBlockOfDaysBefore(oldest, state), events, state, seenUntil);
  }

  private static @Nullable Instant seenUntil(Connection state) throws SQLException {
    try (var statement = state.createStatement();
        var row = statement.executeQuery("select max(seen_until) from day_blocks")) {
      row.next();
      var seen = row.getObject(1, OffsetDateTime.class);
      return seen == null ? null : seen.toInstant();
    }
  }

  private static @Nullable Long firstWritten(Connection events, LocalDateTime since)
      throws SQLException {
    try (var statement = FIRST_WRITTEN.on(events).prepare(events, "since", since);
        var row = statement.executeQuery()) {
      row.next();
      return row.getObject(1, Long.class);
    }
  }

  /** The first block of the last days that end before a block; 0 when there are too few days. */
  private static long firstBlockOfDaysBefore(long block, Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select case when count(*) = ? then min(first_block) else 0 end
            from (
                select first_block from day_blocks
                where last_block < ?
                order by last_block desc
                limit ?
            ) as days
            """)) {
      statement.setInt(1, DAYS_AROUND);
      statement.setLong(2, block);
      statement.setInt(3, DAYS_AROUND);
      return number(statement);
    }
  }

  /** The first block of the days that end at a block or later. */
  private static long firstBlockFrom(long block, Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "select coalesce(min(first_block), 0) from day_blocks where last_block >= ?")) {
      statement.setLong(1, block);
      return number(statement);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Reads days again.
   *
   * @param from days that end before this block stay as they are
   * @param first first block that is read
   */
  private static void readFrom(
      long from, long first, Connection events, Connection state, Instant seenUntil)
      throws SQLException {
    var deleted = new HashSet<LocalDate>();
    Sql.each(
        state,
        "delete from day_blocks where last_block >= ? returning day",
        rows -> deleted.add(rows.getObject(1, LocalDate.class)),
        from);
    SqlFile.set(events, Map.of("first_block", Long.toString(first)));
    try (var statement = events.createStatement();
        var rows = statement.executeQuery(DAYS.on(events).statement());
        var insert =
            state.prepareStatement(
                """
                insert into day_blocks (day, first_block, last_block, last_timestamp, seen_until)
                values (?, ?, ?, ?, ?)
                """)) {
      while (rows.next()) {
        var day = rows.getObject(1, LocalDate.class);
        // only some blocks of an earlier day were read
        if (rows.getLong(3) < from && !deleted.contains(day)) {
          continue;
        }
        insert.setObject(1, day);
        insert.setLong(2, rows.getLong(2));
        insert.setLong(3, rows.getLong(3));
        insert.setLong(4, rows.getLong(4));
        insert.setObject(5, seenUntil.atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
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
