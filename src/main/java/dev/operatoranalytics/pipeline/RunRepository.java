package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores runs in {@code pipeline_runs}, {@code pipeline_run_steps}, {@code pipeline_run_operators}
 * and {@code pipeline_run_events}. Each method writes in the current transaction of the connection
 * and does not commit.
 */
public final class RunRepository {
  /** The columns that {@link #changes} reads. */
  private static final String RETURNING =
      """
      returning
          run_id, status,
          case when days_total is null then operators_done else days_done end,
          coalesce(days_total, operators_total)
      """;

  private final Connection state;

  public RunRepository(Connection state) {
    this.state = state;
  }

  /**
   * Inserts a queued run.
   *
   * @param caller name of the administrator's token
   */
  long enqueue(RunRequest request, String caller) throws SQLException {
    var inserted =
        report(
            """
            insert into pipeline_runs
                (job, run_trigger, status, fence, requested_at, requested_by, is_full, from_date,
                to_date, reprocess, retry_of)
            values (?, 'ADMIN', 'QUEUED', 0, clock_timestamp(), ?, ?, ?, ?, ?, ?)
            """,
            request.job(),
            caller,
            request.isFull(),
            request.from(),
            request.to(),
            request.reprocess(),
            request.retryOf());
    return Objects.requireNonNull(inserted.getFirst().runId());
  }

  /**
   * Starts a run, and marks RUNNING runs of the job with a lower fence as LOST.
   *
   * @throws RunCancelled when the queued run is no longer queued
   */
  public Run begin(String job, Run.Cause cause, long fence) throws SQLException {
    markLost(job, fence);
    var id =
        switch (cause) {
          case Run.Trigger trigger -> insert(job, trigger, fence);
          case Run.Queued queued -> dequeue(queued, fence);
        };
    var run = new Run(id, followsUnfinished(job, id), cause.trigger());
    record(run, RunEvent.of(RunEvent.RunEventKind.STARTED, job + " by " + cause.trigger()));
    return run;
  }

  /** Starts a run of a job whose runs exclude each other by a lock; the fence counts its runs. */
  public Run begin(String job, Run.Cause cause) throws SQLException {
    long fence =
        Sql.get(
            state,
            "select coalesce(max(fence), 0) + 1 from pipeline_runs where job = ?",
            row -> row.getLong(1),
            job);
    return begin(job, cause, fence);
  }

  private long insert(String job, Run.Trigger trigger, long fence) throws SQLException {
    var inserted =
        report(
            """
            insert into pipeline_runs (job, run_trigger, status, fence, started_at)
            values (?, ?, 'RUNNING', ?, clock_timestamp())
            """,
            job,
            trigger.name(),
            fence);
    return Objects.requireNonNull(inserted.getFirst().runId());
  }

  private long dequeue(Run.Queued queued, long fence) throws SQLException {
    var started =
        report(
            """
            update pipeline_runs set status = 'RUNNING', fence = ?, started_at = clock_timestamp()
            where run_id = ? and status = 'QUEUED'
            """,
            fence,
            queued.runId());
    if (started.isEmpty()) {
      throw new RunCancelled(queued.runId());
    }
    return queued.runId();
  }

  /** Whether the last run of a job did not end normally. */
  boolean isUnfinished(String job) throws SQLException {
    return followsUnfinished(job, 0);
  }

  private boolean followsUnfinished(String job, long id) throws SQLException {
    return Sql.first(
            state,
            """
            select status not in ('SUCCEEDED', 'PARTIAL')
            from pipeline_runs
            where job = ? and run_id <> ? and started_at is not null
            order by started_at desc
            limit 1
            """,
            row -> row.getBoolean(1),
            job,
            id)
        .orElse(false);
  }

  /** Executes a statement, and reports the runs it changed. */
  private List<Change> report(String sql, @Nullable Object... parameters) throws SQLException {
    var changes = changes(sql, parameters);
    DataVersion.publish(state, changes);
    return changes;
  }

  private List<Change> changes(String sql, @Nullable Object... parameters) throws SQLException {
    return Sql.list(
        state,
        sql + RETURNING,
        row ->
            Change.run(
                row.getLong(1), row.getString(2), row.getInt(3), row.getObject(4, Integer.class)),
        parameters);
  }

  /** Whether an administrator requested that the run stops. */
  public boolean isCancelled(Run run) throws SQLException {
    return Sql.first(
            state,
            "select cancel_requested_at is not null from pipeline_runs where run_id = ?",
            row -> row.getBoolean(1),
            run.id())
        .orElse(false);
  }

  /** Records an event of the run. */
  public void record(Run run, RunEvent event) throws SQLException {
    Sql.update(
        state,
        """
        insert into pipeline_run_events
            (run_id, kind, message, error, operator_id, day, happened_at)
        values (?, ?, ?, ?, ?, ?, clock_timestamp())
        """,
        run.id(),
        event.kind().name(),
        event.message(),
        event.error(),
        event.operator(),
        event.day());
  }

  /** Records the operators that a batch rebuilt, revalued or failed to rebuild. */
  void recordOperators(Run run, Collection<AffectedOperator> operators) throws SQLException {
    upsertOperators(
        run,
        operators,
        """
        has_changed = held.has_changed or excluded.has_changed,
        error = coalesce(excluded.error, held.error)
        """);
  }

  /**
   * Records the operators that were rebuilt for a day; whether their rows changed is not known.
   *
   * @param isWhole whether the day was taken with all operators
   */
  public void recordOperatorsOfDay(Run run, Collection<String> operators, boolean isWhole)
      throws SQLException {
    var reason =
        isWhole ? AffectedOperator.AffectedReason.WHOLE_DAY : AffectedOperator.AffectedReason.DAY;
    upsertOperators(
        run,
        operators.stream()
            .map(operator -> new AffectedOperator(operator, reason, null, null))
            .toList(),
        "run_id = held.run_id");
  }

  private void upsertOperators(Run run, Collection<AffectedOperator> operators, String onConflict)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_run_operators as held
                (run_id, operator_id, reason, has_changed, error)
            select ?, operator_id, reason, has_changed, error
            from unnest(?::text[], ?::text[], ?::boolean[], ?::text[])
                as affected (operator_id, reason, has_changed, error)
            on conflict (run_id, operator_id) do update set
            """
                + onConflict)) {
      statement.setLong(1, run.id());
      setArray(statement, 2, "text", operators, AffectedOperator::operator);
      setArray(statement, 3, "text", operators, affected -> affected.reason().name());
      setArray(statement, 4, "boolean", operators, AffectedOperator::hasChanged);
      setArray(statement, 5, "text", operators, AffectedOperator::error);
      statement.executeUpdate();
    }
  }

  private static void setArray(
      PreparedStatement statement,
      int index,
      String type,
      Collection<AffectedOperator> operators,
      Function<AffectedOperator, @Nullable Object> value)
      throws SQLException {
    statement.setArray(
        index,
        statement.getConnection().createArrayOf(type, operators.stream().map(value).toArray()));
  }

  /** Records the block and the number of operators that the run rebuilds. */
  void recordScope(Run run, long untilBlock, int operators, boolean isFull) throws SQLException {
    Sql.update(
        state,
        """
        update pipeline_runs set until_block = ?, operators_total = ?, is_full = ?
        where run_id = ?
        """,
        untilBlock,
        operators,
        isFull,
        run.id());
    record(
        run,
        RunEvent.of(
            RunEvent.RunEventKind.FOUND,
            "%d operators to rebuild as of block %d".formatted(operators, untilBlock)));
  }

  /**
   * Records the days that the run takes.
   *
   * @param waiting why other days are not taken; null when there are none
   */
  public void recordDays(Run run, NavigableSet<LocalDate> days, @Nullable String waiting)
      throws SQLException {
    Sql.update(
        state,
        """
        update pipeline_runs set
            days_total = ?,
            from_date = coalesce(from_date, ?),
            to_date = coalesce(to_date, ?)
        where run_id = ?
        """,
        days.size(),
        days.first(),
        days.last(),
        run.id());
    record(
        run,
        RunEvent.of(
            RunEvent.RunEventKind.FOUND,
            "%d days to take, %s to %s%s"
                .formatted(
                    days.size(),
                    days.first(),
                    days.last(),
                    waiting == null ? "" : "; " + waiting)));
  }

  /**
   * Adds the steps of one batch or day.
   *
   * @return the progress of the run, to be reported with the rows
   */
  public Change addSteps(Run run, List<StageRunner.StageStep> steps, int operators)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_run_steps as step
                (run_id, asset, stage, first_order, inserted, updated, deleted, unchanged, seconds,
                code_version, materialized_at)
            select ?, ?, ?, count(*), ?, ?, ?, ?, ?, ?, clock_timestamp()
            from pipeline_run_steps
            where run_id = ?
            on conflict (run_id, stage, asset) do update set
                materialized_at = excluded.materialized_at,
                inserted = step.inserted + excluded.inserted,
                updated = step.updated + excluded.updated,
                deleted = step.deleted + excluded.deleted,
                unchanged = step.unchanged + excluded.unchanged,
                seconds = step.seconds + excluded.seconds
            """)) {
      for (var step : steps) {
        statement.setLong(1, run.id());
        statement.setString(2, step.table());
        statement.setString(3, step.stage());
        statement.setLong(4, step.rows().inserted());
        statement.setLong(5, step.rows().updated());
        statement.setLong(6, step.rows().deleted());
        statement.setLong(7, step.rows().unchanged());
        statement.setDouble(8, step.seconds());
        statement.setString(9, Asset.codeVersion(step.table()));
        statement.setLong(10, run.id());
        statement.executeUpdate();
      }
    }
    Asset.updated(state, run.id());
    var changed =
        steps.stream().map(StageRunner.StageStep::rows).mapToLong(RowCounts::changed).sum();
    return changes(
            """
            update pipeline_runs
            set operators_done = operators_done + ?, rows_written = rows_written + ?
            where run_id = ?
            """,
            operators,
            changed,
            run.id())
        .getFirst();
  }

  /**
   * Counts a day, and locks the row of the run until the transaction ends.
   *
   * @throws RunLost when the run is no longer RUNNING
   */
  public void addDay(Run run, String job) throws SQLException {
    if (Sql.update(
            state,
            """
            update pipeline_runs set days_done = days_done + 1
            where run_id = ? and status = 'RUNNING'
            """,
            run.id())
        == 0) {
      throw new RunLost(job);
    }
  }

  /** Records operators whose rows differed from their history though no change was detected. */
  void recordDrifted(Run run, List<String> operators) throws SQLException {
    if (operators.isEmpty()) {
      return;
    }
    for (var operator : operators) {
      record(run, RunEvent.operatorDrifted(operator));
    }
    Sql.update(
        state,
        "update pipeline_runs set drifted_operators = ? where run_id = ?",
        state.createArrayOf("text", operators.toArray()),
        run.id());
  }

  /**
   * Records a run that has ended, of a job that cannot be cancelled and reports no progress.
   *
   * @param error why it failed; null when it succeeded
   */
  public void recordEnded(String job, Run.Cause cause, Instant startedAt, @Nullable String error)
      throws SQLException {
    var run = begin(job, cause);
    Sql.update(
        state,
        "update pipeline_runs set started_at = ? where run_id = ?",
        startedAt.atOffset(ZoneOffset.UTC),
        run.id());
    end(run, error == null ? Run.End.SUCCEEDED : Run.End.FAILED, error);
  }

  /** Ends a run that threw; an interrupted run is CANCELLED, not FAILED. */
  public void end(Run run, Exception thrown) throws SQLException {
    var end = Thread.currentThread().isInterrupted() ? Run.End.CANCELLED : Run.End.FAILED;
    end(run, end, thrown.getMessage());
  }

  public void end(Run run, Run.End end, @Nullable String error) throws SQLException {
    end(run.id(), "RUNNING", end, error);
    record(run, RunEvent.ended(end, error));
  }

  /** Ends a queued run that has nothing to do or cannot start. */
  public void endQueued(Run.Queued queued, Run.End end, @Nullable String message)
      throws SQLException {
    if (end(queued.runId(), "QUEUED", end, end == Run.End.SUCCEEDED ? null : message)) {
      record(new Run(queued.runId(), false, Run.Trigger.ADMIN), RunEvent.ended(end, message));
    }
  }

  /** False when the run does not have the given status. */
  private boolean end(long run, String status, Run.End end, @Nullable String error)
      throws SQLException {
    return !report(
            """
            update pipeline_runs set status = ?, ended_at = clock_timestamp(), error = ?
            where run_id = ? and status = ?
            """,
            end.name(),
            error,
            run,
            status)
        .isEmpty();
  }

  /** Cancels a queued run. */
  void cancelQueued(long run) throws SQLException {
    report(
        """
        update pipeline_runs set
            status = 'CANCELLED',
            cancel_requested_at = clock_timestamp(),
            ended_at = clock_timestamp()
        where run_id = ?
        """,
        run);
  }

  /** Requests that a running run stops after its current batch or day. */
  void requestCancel(long run) throws SQLException {
    Sql.update(
        state,
        "update pipeline_runs set cancel_requested_at = clock_timestamp() where run_id = ?",
        run);
    record(
        new Run(run, false, Run.Trigger.ADMIN),
        RunEvent.of(RunEvent.RunEventKind.CANCEL_REQUESTED, "it stops after its batch or day"));
  }

  /** Marks all RUNNING runs of a job as LOST; the caller holds the lock of the job. */
  public void markLost(String job) throws SQLException {
    markLost(job, Long.MAX_VALUE);
  }

  private void markLost(String job, long belowFence) throws SQLException {
    report(
        """
        update pipeline_runs
        set status = 'LOST', ended_at = now(), error = 'its process ended without a word'
        where status = 'RUNNING' and job = ? and fence < ?
        """,
        job,
        belowFence);
  }

  /** Deletes runs that ended longer ago, except the latest run of each job and of each table. */
  void deleteOlderThan(Duration retention) throws SQLException {
    Sql.update(
        state,
        """
        delete from pipeline_runs
        where
            coalesce(ended_at, started_at, requested_at) < now() - ? * interval '1 second'
            and status not in ('QUEUED', 'RUNNING')
            and run_id not in (
                select max(run_id) from pipeline_run_steps group by asset, stage
                union all
                select max(run_id) from pipeline_runs where started_at is not null group by job
            )
        """,
        retention.toSeconds());
  }
}
