package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The days of a stage and their status, stored in {@code pipeline_partitions}.
 *
 * @param stage name of the stage
 */
public record Partitions(String stage) {
  public static final Partitions SNAPSHOT = new Partitions("snapshot");
  public static final Partitions ANALYTICS = new Partitions("analytics");

  /** Status of a day; a missing day has no row. */
  public enum DayStatus {
    DONE,
    STALE,
    FAILED
  }

  /** What changed after a day was taken. */
  public enum StaleReason {
    EVENTS_ADDED,
    QUOTES_CHANGED,
    OPERATORS_CORRECTED,
    DAY_RETAKEN,
    REWARDS_CHANGED
  }

  /**
   * The part of the source that a day was taken from.
   *
   * @param untilBlock its last block
   * @param seenUntil every source row written before it was seen
   */
  public record Basis(long untilBlock, Instant seenUntil) {}

  /** Prevents until the end of the transaction that days become stale. */
  public static void hold(Connection state) throws SQLException {
    lock(state, "select pg_advisory_xact_lock_shared(hashtextextended('pipeline_partitions', 0))");
  }

  /** Waits until no day is being written. */
  static void holdAlone(Connection state) throws SQLException {
    lock(state, "select pg_advisory_xact_lock(hashtextextended('pipeline_partitions', 0))");
  }

  private static void lock(Connection state, String sql) throws SQLException {
    Sql.update(state, sql);
  }

  public NavigableMap<LocalDate, DayStatus> statuses(Connection state) throws SQLException {
    var statuses = new TreeMap<LocalDate, DayStatus>();
    Sql.each(
        state,
        "select partition_date, status from pipeline_partitions where stage = ?",
        rows ->
            statuses.put(rows.getObject(1, LocalDate.class), DayStatus.valueOf(rows.getString(2))),
        stage);
    return statuses;
  }

  /** The basis of a day that is done; null when it is not done. */
  public @Nullable Basis done(Connection state, LocalDate day) throws SQLException {
    return Sql.first(
            state,
            """
            select until_block, seen_until
            from pipeline_partitions
            where stage = ? and partition_date = ? and status = 'DONE'
            """,
            row -> new Basis(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant()),
            stage,
            day)
        .orElse(null);
  }

  public void keepDone(
      Connection state, LocalDate day, Run run, Basis basis, Instant takenAt, double seconds)
      throws SQLException {
    upsert(state, day, DayStatus.DONE, run, basis, takenAt, seconds, null);
  }

  public void keepFailed(
      Connection state, LocalDate day, Run run, Instant takenAt, double seconds, String error)
      throws SQLException {
    upsert(state, day, DayStatus.FAILED, run, null, takenAt, seconds, error);
  }

  private void upsert(
      Connection state,
      LocalDate day,
      DayStatus status,
      Run run,
      @Nullable Basis basis,
      Instant takenAt,
      double seconds,
      @Nullable String error)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_partitions
                (stage, partition_date, status, run_id, until_block, seen_until, taken_at, seconds, error)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (stage, partition_date) do update set
                status = excluded.status,
                run_id = excluded.run_id,
                until_block = excluded.until_block,
                seen_until = excluded.seen_until,
                taken_at = excluded.taken_at,
                seconds = excluded.seconds,
                error = excluded.error,
                stale_reason = null
            """)) {
      statement.setString(1, stage);
      statement.setObject(2, day);
      statement.setString(3, status.name());
      statement.setLong(4, run.id());
      statement.setObject(5, basis == null ? null : basis.untilBlock(), Types.BIGINT);
      statement.setObject(
          6,
          basis == null ? null : basis.seenUntil().atOffset(ZoneOffset.UTC),
          Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setObject(7, takenAt.atOffset(ZoneOffset.UTC));
      statement.setDouble(8, seconds);
      statement.setString(9, error);
      statement.executeUpdate();
    }
  }

  /** Marks done days of a range, including both ends, as stale; {@code to} is null for no end. */
  public int markStale(Connection state, LocalDate from, @Nullable LocalDate to, StaleReason reason)
      throws SQLException {
    return Sql.update(
        state,
        """
        update pipeline_partitions set status = 'STALE', stale_reason = ?
        where
            stage = ?
            and status = 'DONE'
            and partition_date between ? and coalesce(?, 'infinity')
        """,
        reason.name(),
        stage,
        from,
        to);
  }
}
