package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores what administrators request: runs to start, to retry and to cancel, and checkpoints to
 * reset. Any server that runs jobs carries it out, whichever server stored it.
 */
@Singleton
public class RunRequests {
  private final DataSource state;

  RunRequests(@Named("pipeline") DataSource state, DataSourceResolver plain) {
    this.state = plain.resolve(state);
  }

  /**
   * A queued run.
   *
   * @param isNew false when an equal request was already queued
   */
  public record EnqueuedRun(long runId, boolean isNew) {}

  private interface Write<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Queues a run, or returns the queued run of an equal request. */
  public EnqueuedRun start(RunRequest request, String caller) throws SQLException {
    return write(connection -> start(connection, request, caller));
  }

  private static EnqueuedRun start(Connection connection, RunRequest request, String caller)
      throws SQLException {
    if (request.job().equals("epochs")) {
      throw new RunRequestRejected(
          RejectionReason.INVALID,
          "EPOCHS runs by itself where EPOCHS_SOURCE is set, or by the command run epochs");
    }
    // concurrent requests for one job wait here, so that the second sees the first
    Sql.update(
        connection,
        "select pg_advisory_xact_lock(hashtextextended(?, 0))",
        "asked/" + request.job());
    var queued = findQueued(connection, request);
    return queued.isPresent()
        ? new EnqueuedRun(queued.get(), false)
        : new EnqueuedRun(new RunRepository(connection).enqueue(request, caller), true);
  }

  private static Optional<Long> findQueued(Connection connection, RunRequest request)
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
      statement.setString(5, request.job());
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (row.getString("status").equals("QUEUED") && row.getBoolean("is_same")) {
          return Optional.of(row.getLong("run_id"));
        }
        throw new RunRequestRejected(
            RejectionReason.CONFLICT,
            "run %d of this job is %s: wait until it has ended, or cancel it"
                .formatted(
                    row.getLong("run_id"),
                    row.getString("status").equals("QUEUED") ? "queued" : "under way"));
      }
    }
  }

  /**
   * Queues a run that repeats one that has ended.
   *
   * @param isWhole whether all of it is repeated, not only what failed
   */
  public EnqueuedRun retry(long id, boolean isWhole, String caller) throws SQLException {
    return write(
        connection -> {
          var run = find(connection, id);
          if (!run.hasEnded()) {
            throw new RunRequestRejected(
                RejectionReason.CONFLICT, "run %s has not ended yet".formatted(id));
          }
          if (!isWhole && !run.hasFailures) {
            throw new RunRequestRejected(
                RejectionReason.CONFLICT,
                "nothing of run %s failed: retry ALL to do it again".formatted(id));
          }
          if (!isWhole && run.job.equals(StateUpdate.JOB)) {
            new RebuildRequests(connection).retryNow();
          }
          return start(connection, run.repeated(isWhole, id), caller);
        });
  }

  /** Cancels a queued run, and stops a running one after its current batch or day. */
  public void cancel(long id) throws SQLException {
    write(
        connection -> {
          var run = find(connection, id);
          var runs = new RunRepository(connection);
          switch (run.status) {
            case "QUEUED" -> runs.cancelQueued(id);
            case "RUNNING" -> {
              if (!run.isCancelling) {
                runs.requestCancel(id);
              }
            }
            case "CANCELLED" -> {}
            default ->
                throw new RunRequestRejected(
                    RejectionReason.CONFLICT,
                    "run %s has ended already: %s".formatted(id, run.status));
          }
          return id;
        });
  }

  /**
   * Sets from which instant on the next run reads rows.
   *
   * @param pipeline null for the pipeline that ran last
   * @return name of the pipeline
   */
  public String resetCheckpoint(@Nullable String pipeline, Instant lastProcessedAt)
      throws SQLException {
    return write(connection -> Checkpoint.reset(connection, pipeline, lastProcessedAt))
        .orElseThrow(
            () ->
                new RunRequestRejected(
                    RejectionReason.NOT_FOUND,
                    "no such checkpoint; before the first run there is none"));
  }

  /** The row of a run, locked until the transaction ends. */
  private record LockedRun(
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
     * The request that repeats this run. Without a range of days, it takes what is due. A full run
     * that did not end normally stays full: which operators it had left is not known.
     */
    RunRequest repeated(boolean isWhole, long retryOf) {
      if (from != null) {
        return new RunRequest(job, false, from, to, isWhole ? "ALL" : "FAILED", retryOf);
      }
      var isUnfinished = !status.equals("SUCCEEDED") && !status.equals("PARTIAL");
      var takesAll = job.equals(StateUpdate.JOB) && (isWhole || (isFull && isUnfinished));
      return new RunRequest(job, takesAll, null, null, null, retryOf);
    }
  }

  private static LockedRun find(Connection connection, long id) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select
                status, job, is_full, from_date, to_date, cancel_requested_at is not null,
                status <> 'SUCCEEDED' or exists (
                    select from pipeline_run_operators as affected
                    where affected.run_id = run.run_id and affected.error is not null
                )
            from pipeline_runs as run
            where run_id = ?
            for update of run
            """)) {
      statement.setLong(1, id);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw new RunRequestRejected(RejectionReason.NOT_FOUND, "no such run: " + id);
        }
        return new LockedRun(
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

  private <T> T write(Write<T> write) throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = write.in(connection);
        connection.commit();
        return Objects.requireNonNull(result);
      } finally {
        connection.rollback();
      }
    }
  }
}
