package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Partitions.StaleReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Marks days as stale that were taken before all their data was known; each method returns the
 * number of days.
 */
final class StaleDays {
  private static final SqlFile WRITTEN = SqlFile.load("extraction", "written_days");
  private static final SqlFile REQUOTED = SqlFile.load("extraction", "requoted_days");

  /**
   * Marks the days of newly written rows and all later days, because each day includes the events
   * of earlier days.
   *
   * @param events connection on which the extraction has set the last block to read
   * @param since start of the reading
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
    // a row of a later day can also show that the day ended at an earlier block than assumed
    return Sql.update(
        state,
        """
        update pipeline_partitions set status = 'STALE', stale_reason = 'EVENTS_ADDED'
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
        """,
        state.createArrayOf("date", days.toArray()),
        state.createArrayOf("bigint", blocks.toArray()),
        state.createArrayOf("timestamptz", written.toArray()));
  }

  /**
   * Marks days whose prices or rates were corrected, and the analytics whose window includes them.
   *
   * @param longestWindow max. days that analytics look back
   */
  static int markRequoted(Connection state, int longestWindow) throws SQLException {
    var days = new ArrayList<LocalDate>();
    Sql.each(state, REQUOTED.statement(), rows -> days.add(rows.getObject(1, LocalDate.class)));
    var marked = 0;
    for (var day : days) {
      marked += Partitions.SNAPSHOT.markStale(state, day, day, StaleReason.QUOTES_CHANGED);
      marked +=
          Partitions.ANALYTICS.markStale(
              state, day, day.plusDays(longestWindow), StaleReason.QUOTES_CHANGED);
    }
    return marked;
  }

  /**
   * Marks all days since the first activity of operators whose rows differed from their history.
   */
  static int markLate(Connection state, List<String> operators) throws SQLException {
    return Sql.update(
        state,
        """
        update pipeline_partitions set status = 'STALE', stale_reason = 'OPERATORS_CORRECTED'
        where
            status = 'DONE'
            and partition_date >= (
                select min((first_activity_at at time zone 'UTC')::date)
                from operators
                where operator_id = any(?)
            )
        """,
        state.createArrayOf("text", operators.toArray()));
  }

  /**
   * Lets the blocks of days be read again from rows that a run reads again, because the checkpoint
   * was set back or a full run was requested.
   *
   * @param since start of the reading
   */
  static void forgetBlocks(LocalDateTime since, Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            since.equals(LocalDateTime.MIN)
                ? "delete from day_blocks"
                : "update day_blocks set seen_until = ? where seen_until > ?")) {
      if (!since.equals(LocalDateTime.MIN)) {
        statement.setObject(1, since.atOffset(ZoneOffset.UTC));
        statement.setObject(2, since.atOffset(ZoneOffset.UTC));
      }
      statement.executeUpdate();
    }
  }

  private StaleDays() {}
}
