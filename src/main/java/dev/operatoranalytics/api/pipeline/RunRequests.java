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
 * Writes requests of administrators into the pipeline's tables, where servers that run jobs find
 * them.
 */
@Singleton
class RunRequests {
  private final DataSource pipeline;

  RunRequests(@Named("pipeline") DataSource pipeline, DataSourceResolver plain) {
    this.pipeline = plain.resolve(pipeline);
  }

  /**
   * A requested run.
   *
   * @param reprocess which days of the range are processed again; null without a range
   * @param retryOf run that is retried
   */
  record RunRequest(
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

    static RunRequest range(String job, LocalDate from, LocalDate to, String reprocess) {
      return new RunRequest(job, false, from, to, reprocess, null);
    }
  }

  /**
   * A queued run.
   *
   * @param isNew false when an equal run was queued already
   */
  public record Queued(long runId, boolean isNew) {
    String runKey() {
      return Long.toString(runId);
    }
  }

  private interface Action<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Queues a run, or returns an equal one that is queued already. */
  Queued start(RunRequest request, String caller) {
    return write(connection -> start(connection, request, caller));
  }

  private static Queued start(Connection connection, RunRequest request, String caller)
      throws SQLException {
    if (request.jobName().equals("epochs")) {
      throw new UserInputError(
          "EPOCHS runs by itself where EPOCHS_SOURCE is set, or by the command run epochs");
    }
    // concurrent requests for the same job wait here
    try (var statement =
        connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 0))")) {
      statement.setString(1, "asked/" + request.jobName());
      statement.execute();
    }
    var queued = queued(connection, request);
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
      statement.setString(1, request.jobName());
      statement.setString(2, caller);
      statement.setBoolean(3, request.isFull());
      statement.setObject(4, request.from(), Types.DATE);
      statement.setObject(5, request.to(), Types.DATE);
      statement.setString(6, request.reprocess());
      statement.setObject(7, request.retryOf(), Types.BIGINT);
      try (var row = statement.executeQuery()) {
        row.next();
        var run = row.getLong(1);
        DataVersion.tell(connection, List.of(Change.run(run, "QUEUED", 0, null)));
        return new Queued(run, true);
      }
    }
  }

  private static Optional<Long> queued(Connection connection, RunRequest request)
      throws SQLException {
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
      statement.setBoolean(1, request.isFull());
      statement.setObject(2, request.from(), Types.DATE);
      statement.setObject(3, request.to(), Types.DATE);
      statement.setString(4, request.reprocess());
      statement.setString(5, request.jobName());
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

  /** Retries a run that has ended. */
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
            clearBackoff(connection);
          }
          return start(connection, run.retry(isWhole, Long.parseLong(key)), caller);
        });
  }

  /** Makes failed operators due now, without their back-off. */
  private static void clearBackoff(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("update pipeline_requests set not_before = now() where not_before > now()");
    }
  }

  /** Cancels a queued run, and stops a running one after its current batch or day. */
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
              DataVersion.tell(
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

  /** Makes the next run read from an instant; returns the name of the checkpoint. */
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

  /** A run, locked until the end of the transaction. */
  private record RunState(
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
    RunRequest retry(boolean isWhole, long retryOf) {
      if (from != null) {
        return new RunRequest(job, false, from, to, isWhole ? "ALL" : "FAILED", retryOf);
      }
      var isIncomplete = !status.equals("SUCCEEDED") && !status.equals("PARTIAL");
      var isFullRetry = job.equals(StateUpdate.JOB) && (isWhole || (isFull && isIncomplete));
      return new RunRequest(job, isFullRetry, null, null, null, retryOf);
    }
  }

  private static RunState find(Connection connection, String key) throws SQLException {
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
        return new RunState(
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

  private <T> T write(Action<T> action) {
    try (var connection = pipeline.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = action.in(connection);
        connection.commit();
        return Objects.requireNonNull(result);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new DataAccessException("the request could not be written", e);
    }
  }
}
