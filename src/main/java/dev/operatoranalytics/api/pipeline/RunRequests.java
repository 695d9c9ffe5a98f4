package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.pipeline.StateUpdate;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes what administrators ask of the pipeline into its tables; the servers that run jobs find it
 * there, whichever server was asked.
 */
@Singleton
class RunRequests {
  private final DataSource pipeline;

  RunRequests(@Named("pipeline") DataSource pipeline, DataSourceResolver plain) {
    this.pipeline = plain.resolve(pipeline);
  }

  /**
   * What is to be done.
   *
   * @param reprocess which days of the range are taken again; null where there is no range
   * @param retryOf run that is done again
   */
  record Asked(
      String job,
      boolean isFull,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      @Nullable String reprocess,
      @Nullable Long retryOf) {

    /** As {@code pipeline_runs} names it. */
    String jobName() {
      return job.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Asked range(String job, LocalDate from, LocalDate to, String reprocess) {
      return new Asked(job, false, from, to, reprocess, null);
    }
  }

  /**
   * A run that will be or was asked for.
   *
   * @param isNew false when somebody asked for the same and it has not begun yet
   */
  public record Queued(long runId, boolean isNew) {
    String runKey() {
      return Long.toString(runId);
    }
  }

  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Queues it, or joins what is queued alike. */
  Queued start(Asked asked, String caller) {
    return write(connection -> start(connection, asked, caller));
  }

  private static Queued start(Connection connection, Asked asked, String caller)
      throws SQLException {
    if (asked.jobName().equals("epochs")) {
      throw new UserInputError(
          "EPOCHS runs by itself where EPOCHS_SOURCE is set, or by the command run epochs");
    }
    // whoever asks at the same time waits here for its turn
    try (var statement =
        connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 0))")) {
      statement.setString(1, "asked/" + asked.jobName());
      statement.execute();
    }
    var queued = queued(connection, asked);
    if (queued.isPresent()) {
      return new Queued(queued.get(), false);
    }
    try (var statement =
        connection.prepareStatement(
            """
            insert into pipeline_runs
                (job, run_trigger, status, fence, requested_at, requested_by, is_full, from_date,
                to_date, reprocess, retry_of)
            values (?, 'ADMIN', 'QUEUED', 0, clock_timestamp(), ?, ?, ?, ?, ?, ?)
            returning run_id
            """)) {
      statement.setString(1, asked.jobName());
      statement.setString(2, caller);
      statement.setBoolean(3, asked.isFull());
      statement.setObject(4, asked.from(), Types.DATE);
      statement.setObject(5, asked.to(), Types.DATE);
      statement.setString(6, asked.reprocess());
      statement.setObject(7, asked.retryOf(), Types.BIGINT);
      try (var row = statement.executeQuery()) {
        row.next();
        var run = row.getLong(1);
        DataVersion.publish(connection, List.of(Change.run(run, "QUEUED", 0, null)));
        return new Queued(run, true);
      }
    }
  }

  private static Optional<Long> queued(Connection connection, Asked asked) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select
                run_id, status,
                (is_full, from_date, to_date, reprocess)
                is not distinct from (?::boolean, ?::date, ?::date, ?::text) as is_same
            from pipeline_runs
            where job = ? and status in ('QUEUED', 'RUNNING')
            order by status = 'RUNNING' desc
            limit 1
            """)) {
      statement.setBoolean(1, asked.isFull());
      statement.setObject(2, asked.from(), Types.DATE);
      statement.setObject(3, asked.to(), Types.DATE);
      statement.setString(4, asked.reprocess());
      statement.setString(5, asked.jobName());
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (row.getString("status").equals("QUEUED") && row.getBoolean("is_same")) {
          return Optional.of(row.getLong("run_id"));
        }
        throw UserInputError.conflict(
            "run %d of this job is %s: wait until it has ended, or cancel it"
                .formatted(
                    row.getLong("run_id"),
                    row.getString("status").equals("QUEUED") ? "queued" : "under way"));
      }
    }
  }

  /** Does a run again that has ended. */
  Queued retry(String key, boolean isWhole, String caller) {
    return write(
        connection -> {
          var run = find(connection, key);
          if (!run.hasEnded()) {
            throw UserInputError.conflict("run %s has not ended yet".formatted(key));
          }
          if (!isWhole && !run.hasFailures) {
            throw UserInputError.conflict(
                "nothing of run %s failed: retry ALL to do it again".formatted(key));
          }
          if (!isWhole && run.job.equals(StateUpdate.JOB)) {
            dueNow(connection);
          }
          return start(connection, run.again(isWhole, Long.parseLong(key)), caller);
        });
  }

  /** Operators that failed are not waited for any longer. */
  private static void dueNow(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("update pipeline_requests set not_before = now() where not_before > now()");
    }
  }

  /** Takes back what is queued, and stops what is under way at its next batch or day. */
  void cancel(String key) {
    write(
        connection -> {
          var run = find(connection, key);
          switch (run.status) {
            case "QUEUED" -> {
              update(
                  connection,
                  """
                  update pipeline_runs set
                      status = 'CANCELLED',
                      cancel_requested_at = clock_timestamp(),
                      ended_at = clock_timestamp()
                  where run_id = ?
                  """,
                  key);
              DataVersion.publish(
                  connection, List.of(Change.run(Long.parseLong(key), "CANCELLED", 0, null)));
            }
            case "RUNNING" -> {
              if (!run.isCancelling) {
                update(
                    connection,
                    """
                    update pipeline_runs set cancel_requested_at = clock_timestamp()
                    where run_id = ?
                    """,
                    key);
                update(
                    connection,
                    """
                    insert into pipeline_run_events (run_id, kind, message, happened_at)
                    values (?, 'CANCEL_REQUESTED', 'it stops after its batch or day', now())
                    """,
                    key);
              }
            }
            case "CANCELLED" -> {}
            default ->
                throw UserInputError.conflict(
                    "run %s has ended already: %s".formatted(key, run.status));
          }
          return key;
        });
  }

  /** Lets the next run read from an instant on; the name of the checkpoint comes back. */
  String reset(@Nullable String name, Instant lastProcessedAt) {
    return write(
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  """
                  update pipeline_checkpoints set last_processed_at = ?
                  where pipeline_name = coalesce(
                      ?,
                      (
                          select pipeline_name
                          from pipeline_checkpoints
                          order by last_processed_at desc nulls last
                          limit 1
                      )
                  )
                  returning pipeline_name
                  """)) {
            statement.setObject(1, lastProcessedAt.atOffset(ZoneOffset.UTC));
            statement.setString(2, name);
            try (var row = statement.executeQuery()) {
              if (!row.next()) {
                throw UserInputError.notFound(
                    "no such checkpoint; before the first run there is none");
              }
              return row.getString(1);
            }
          }
        });
  }

  void setScheduleEnabled(String name, boolean isEnabled) {
    write(
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  """
                  update pipeline_schedules set
                      is_enabled = ?,
                      changed_at = case when is_enabled = ? then changed_at else now() end
                  where schedule = ?
                  """)) {
            statement.setBoolean(1, isEnabled);
            statement.setBoolean(2, isEnabled);
            statement.setString(3, name);
            if (statement.executeUpdate() == 0) {
              throw UserInputError.notFound("no such schedule: " + name);
            }
            return name;
          }
        });
  }

  /** A run as it stands, held until the end of the transaction. */
  private record Held(
      String status,
      String job,
      boolean isFull,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      boolean isCancelling,
      boolean hasFailures) {

    boolean hasEnded() {
      return !status.equals("QUEUED") && !status.equals("RUNNING");
    }

    /**
     * What failed, or everything; days that nobody had found yet are whatever is due. Of a full run
     * that did not come to its end nobody knows whom it had still to rebuild: it stays full.
     */
    Asked again(boolean isWhole, long retryOf) {
      if (from != null) {
        return new Asked(job, false, from, to, isWhole ? "ALL" : "FAILED", retryOf);
      }
      var isCut = !status.equals("SUCCEEDED") && !status.equals("PARTIAL");
      var takesAll = job.equals(StateUpdate.JOB) && (isWhole || (isFull && isCut));
      return new Asked(job, takesAll, null, null, null, retryOf);
    }
  }

  private static Held find(Connection connection, String key) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select
                status, job, is_full, from_date, to_date, cancel_requested_at is not null,
                status <> 'SUCCEEDED' or exists (
                    select from pipeline_run_operators as touched
                    where touched.run_id = run.run_id and touched.error is not null
                )
            from pipeline_runs as run
            where run_id = ?
            for update of run
            """)) {
      statement.setLong(1, Long.parseLong(key));
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw UserInputError.notFound("no such run: " + key);
        }
        return new Held(
            row.getString(1),
            row.getString(2),
            row.getBoolean(3),
            row.getObject(4, LocalDate.class),
            row.getObject(5, LocalDate.class),
            row.getBoolean(6),
            row.getBoolean(7));
      }
    }
  }

  private static void update(Connection connection, String sql, String key) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, Long.parseLong(key));
      statement.executeUpdate();
    }
  }

  private <T> T write(Work<T> work) {
    try (var connection = pipeline.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = work.in(connection);
        connection.commit();
        return Objects.requireNonNull(result);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new DataAccessException("what was asked for could not be written", e);
    }
  }
}
