package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Marks days that were taken before all was known that belongs to them, and tells how many. */
final class StaleDays {
  private static final Select WRITTEN = Select.load("extraction", "written_days");
  private static final Select REQUOTED = Select.load("extraction", "requoted_days");

  /**
   * Days of rows that were written since, and all after them: what happened on a day is part of
   * every later one.
   *
   * @param events where the extraction has set until which block is read
   * @param since where reading began
   */
  static int markWritten(Connection events, LocalDateTime since, Connection state)
      throws SQLException {
    var days = new ArrayList<LocalDate>();
    var blocks = new ArrayList<Long>();
    var written = new ArrayList<OffsetDateTime>();
    try (var statement = WRITTEN.on(events).prepare(events, Extraction.SINCE, since);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        days.add(rows.getObject(1, LocalDate.class));
        blocks.add(rows.getLong(2));
        written.add(rows.getObject(3, LocalDateTime.class).atOffset(ZoneOffset.UTC));
      }
    }
    // a row that follows a day can also show that the day ended at an earlier block than it seemed
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_partitions set status = 'STALE'
            where
                status = 'DONE'
                and exists (
                    select
                    from unnest(?::date [], ?::bigint [], ?::timestamptz [])
                        as late (day, first_block, written_at)
                    where
                        late.written_at >= seen_until
                        and (late.day <= partition_date or late.first_block <= until_block)
                )
            """)) {
      statement.setArray(1, state.createArrayOf("date", days.toArray()));
      statement.setArray(2, state.createArrayOf("bigint", blocks.toArray()));
      statement.setArray(3, state.createArrayOf("timestamptz", written.toArray()));
      return statement.executeUpdate();
    }
  }

  /**
   * Days whose prices or rates were corrected, and what was analysed with them in the window.
   *
   * @param longestWindow days that analytics look back
   */
  static int markRequoted(Connection state, int longestWindow) throws SQLException {
    var days = new ArrayList<LocalDate>();
    try (var statement = state.createStatement();
        var rows = statement.executeQuery(REQUOTED.statement())) {
      while (rows.next()) {
        days.add(rows.getObject(1, LocalDate.class));
      }
    }
    var marked = 0;
    for (var day : days) {
      marked += Partitions.SNAPSHOT.markStale(state, day, day);
      marked += Partitions.ANALYTICS.markStale(state, day, day.plusDays(longestWindow));
    }
    return marked;
  }

  /** All days since the first activity of operators that were not as their history had them. */
  static int markLate(Connection state, List<String> operators) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_partitions set status = 'STALE'
            where
                status = 'DONE'
                and partition_date >= (
                    select min((first_activity_at at time zone 'UTC')::date)
                    from operators
                    where operator_id = any(?)
                )
            """)) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      return statement.executeUpdate();
    }
  }

  private StaleDays() {}
}
