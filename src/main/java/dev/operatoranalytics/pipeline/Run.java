package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The record of one run in {@code pipeline_runs} and {@code pipeline_run_steps}.
 *
 * @param isCatchingUp whether the run before it did not come to its end, and may owe what follows
 *     from the rows that it wrote
 * @param trigger who asked for it
 */
public record Run(long id, boolean isCatchingUp, Trigger trigger) {
  private static final String PROGRESS =
      """
      case when days_total is null then operators_done else days_done end,
      coalesce(days_total, operators_total)
      """;

  /** Why there is a run. */
  public sealed interface Cause {
    Trigger trigger();
  }

  /** Who asked for a run. */
  public enum Trigger implements Cause {
    SCHEDULE,
    COMMAND,
    ADMIN,
    START,
    /** Blocks that were read from a node. */
    CHAIN;

    @Override
    public Trigger trigger() {
      return this;
    }
  }

  /** One that an administrator asked for stands in the table already, and waits to be begun. */
  public record Queued(long runId) implements Cause {
    @Override
    public Trigger trigger() {
      return Trigger.ADMIN;
    }
  }

  /** How a run ends. */
  public enum End {
    SUCCEEDED,
    /** Done, but for some operators. */
    PARTIAL,
    FAILED,
    CANCELLED
  }

  /**
   * Begins a run; whatever still looks under way with an older fence is lost.
   *
   * @throws RunCancelled when one that was queued is not any more
   */
  public static Run begin(Connection state, String job, Cause cause, long fence)
      throws SQLException {
    var changes = new ArrayList<Change>();
    try (var lost =
        state.prepareStatement(
            """
            update pipeline_runs
            set status = 'LOST', ended_at = now(), error = 'its process ended without a word'
            where status = 'RUNNING' and job = ? and fence < ?
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      lost.setString(1, job);
      lost.setLong(2, fence);
      changes.addAll(changes(lost));
    }
    changes.add(
        switch (cause) {
          case Trigger trigger -> insert(state, job, trigger, fence);
          case Queued queued -> dequeue(state, queued, fence);
        });
    DataVersion.tell(state, changes);
    var id = Objects.requireNonNull(changes.getLast().runId());
    var run = new Run(id, followsUnfinished(state, job, id), cause.trigger());
    run.tell(state, RunEvent.of(RunEvent.Kind.STARTED, job + " by " + cause.trigger()));
    return run;
  }

  private static Change insert(Connection state, String job, Trigger trigger, long fence)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_runs (job, run_trigger, status, fence, started_at)
            values (?, ?, 'RUNNING', ?, clock_timestamp())
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setString(1, job);
      statement.setString(2, trigger.name());
      statement.setLong(3, fence);
      return changes(statement).getFirst();
    }
  }

  private static Change dequeue(Connection state, Queued queued, long fence) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set status = 'RUNNING', fence = ?, started_at = clock_timestamp()
            where run_id = ? and status = 'QUEUED'
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setLong(1, fence);
      statement.setLong(2, queued.runId());
      var changes = changes(statement);
      if (changes.isEmpty()) {
        throw new RunCancelled(queued.runId());
      }
      return changes.getFirst();
    }
  }

  /** Whether the last run of a job did not come to its end. */
  static boolean isUnfinished(Connection state, String job) throws SQLException {
    return followsUnfinished(state, job, 0);
  }

  private static boolean followsUnfinished(Connection state, String job, long id)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select status not in ('SUCCEEDED', 'PARTIAL')
            from pipeline_runs
            where job = ? and run_id <> ? and started_at is not null
            order by started_at desc
            limit 1
            """)) {
      statement.setString(1, job);
      statement.setLong(2, id);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** How runs stand after a statement that returns them. */
  private static List<Change> changes(PreparedStatement statement) throws SQLException {
    var changes = new ArrayList<Change>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        changes.add(
            Change.run(
                rows.getLong(1),
                rows.getString(2),
                rows.getInt(3),
                rows.getObject(4, Integer.class)));
      }
    }
    return changes;
  }

  /** Whether somebody asked it to stop. */
  public boolean isCancelled(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "select cancel_requested_at is not null from pipeline_runs where run_id = ?")) {
      statement.setLong(1, id);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Keeps what happened, in the transaction that did it. */
  public void tell(Connection state, RunEvent event) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_run_events
                (run_id, kind, message, error, operator_id, day, happened_at)
            values (?, ?, ?, ?, ?, ?, clock_timestamp())
            """)) {
      statement.setLong(1, id);
      statement.setString(2, event.kind().name());
      statement.setString(3, event.message());
      statement.setString(4, event.error());
      statement.setString(5, event.operator());
      statement.setObject(6, event.day());
      statement.executeUpdate();
    }
  }

  /** Keeps whom it had to do with, in the transaction that wrote their rows. */
  void touched(Connection state, Collection<Touched> operators) throws SQLException {
    keepTouched(
        state,
        operators,
        """
        has_changed = held.has_changed or excluded.has_changed,
        error = coalesce(excluded.error, held.error)
        """);
  }

  /** The same for a day, of whose operators it is not known who changed. */
  public void touchedOnDay(Connection state, Collection<String> operators, boolean isWhole)
      throws SQLException {
    var reason = isWhole ? Touched.Reason.WHOLE_DAY : Touched.Reason.DAY;
    keepTouched(
        state,
        operators.stream().map(operator -> new Touched(operator, reason, null, null)).toList(),
        "run_id = held.run_id");
  }

  private void keepTouched(Connection state, Collection<Touched> operators, String again)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_run_operators as held
                (run_id, operator_id, reason, has_changed, error)
            select ?, operator_id, reason, has_changed, error
            from unnest(?::text[], ?::text[], ?::boolean[], ?::text[])
                as touched (operator_id, reason, has_changed, error)
            on conflict (run_id, operator_id) do update set
            """
                + again)) {
      statement.setLong(1, id);
      array(statement, 2, "text", operators, Touched::operator);
      array(statement, 3, "text", operators, touched -> touched.reason().name());
      array(statement, 4, "boolean", operators, Touched::hasChanged);
      array(statement, 5, "text", operators, Touched::error);
      statement.executeUpdate();
    }
  }

  private static void array(
      PreparedStatement statement,
      int place,
      String type,
      Collection<Touched> operators,
      Function<Touched, @Nullable Object> value)
      throws SQLException {
    statement.setArray(
        place,
        statement.getConnection().createArrayOf(type, operators.stream().map(value).toArray()));
  }

  void found(Connection state, long untilBlock, int operators, boolean isFull) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set until_block = ?, operators_total = ?, is_full = ?
            where run_id = ?
            """)) {
      statement.setLong(1, untilBlock);
      statement.setInt(2, operators);
      statement.setBoolean(3, isFull);
      statement.setLong(4, id);
      statement.executeUpdate();
    }
    tell(
        state,
        RunEvent.of(
            RunEvent.Kind.FOUND,
            "%d operators to rebuild as of block %d".formatted(operators, untilBlock)));
  }

  /**
   * Adds one batch's steps, in the transaction that wrote its rows.
   *
   * @return how the run stands then
   */
  public Change add(Connection state, List<StageRunner.Step> steps, int operators)
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
        statement.setLong(1, id);
        statement.setString(2, step.table());
        statement.setString(3, step.stage());
        statement.setLong(4, step.rows().inserted());
        statement.setLong(5, step.rows().updated());
        statement.setLong(6, step.rows().deleted());
        statement.setLong(7, step.rows().unchanged());
        statement.setDouble(8, step.seconds());
        statement.setString(9, Asset.codeVersion(step.table()));
        statement.setLong(10, id);
        statement.executeUpdate();
      }
    }
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set operators_done = operators_done + ?
            where run_id = ?
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setInt(1, operators);
      statement.setLong(2, id);
      return changes(statement).getFirst();
    }
  }

  /** Begins a run of a job of which there is one at a time; the fence is the job's own. */
  public static Run beginAlone(Connection state, String job, Cause cause) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "select coalesce(max(fence), 0) + 1 from pipeline_runs where job = ?")) {
      statement.setString(1, job);
      try (var row = statement.executeQuery()) {
        row.next();
        return begin(state, job, cause, row.getLong(1));
      }
    }
  }

  /**
   * Records a run that has ended, of a job that is not cancelled and reports no progress.
   *
   * @param error why it failed; null when it succeeded
   */
  public static void keepEnded(
      Connection state, String job, Cause cause, Instant startedAt, @Nullable String error)
      throws SQLException {
    var run = beginAlone(state, job, cause);
    try (var statement =
        state.prepareStatement("update pipeline_runs set started_at = ? where run_id = ?")) {
      statement.setObject(1, startedAt.atOffset(ZoneOffset.UTC));
      statement.setLong(2, run.id());
      statement.executeUpdate();
    }
    run.end(state, error == null ? End.SUCCEEDED : End.FAILED, error);
  }

  /**
   * @param waiting why other days have to wait; null when none has to
   */
  public void foundDays(Connection state, NavigableSet<LocalDate> days, @Nullable String waiting)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set
                days_total = ?,
                from_date = coalesce(from_date, ?),
                to_date = coalesce(to_date, ?)
            where run_id = ?
            """)) {
      statement.setInt(1, days.size());
      statement.setObject(2, days.first());
      statement.setObject(3, days.last());
      statement.setLong(4, id);
      statement.executeUpdate();
    }
    tell(
        state,
        RunEvent.of(
            RunEvent.Kind.FOUND,
            "%d days to take, %s to %s%s"
                .formatted(
                    days.size(),
                    days.first(),
                    days.last(),
                    waiting == null ? "" : "; " + waiting)));
  }

  /** Counts a day, and until the end of its transaction nobody else; a lost run stops here. */
  public void addDay(Connection state, String job) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set days_done = days_done + 1
            where run_id = ? and status = 'RUNNING'
            """)) {
      statement.setLong(1, id);
      if (statement.executeUpdate() == 0) {
        throw new RunLost(job);
      }
    }
  }

  void checked(Connection state, List<Check.Result> results) throws SQLException {
    var failed =
        results.stream()
            .filter(result -> result.status() != Check.Status.PASSED)
            .map(result -> result.check().name())
            .toList();
    tell(
        state,
        RunEvent.of(
            RunEvent.Kind.CHECKED,
            failed.isEmpty()
                ? "%d checks pass".formatted(results.size())
                : "of %d checks these do not pass: %s"
                    .formatted(results.size(), String.join(", ", failed))));
  }

  void moved(Connection state, boolean isMoved, Instant cursor) throws SQLException {
    tell(
        state,
        isMoved
            ? RunEvent.of(RunEvent.Kind.CHECKPOINT_MOVED, "to " + cursor)
            : RunEvent.of(RunEvent.Kind.CHECKPOINT_LEFT, "somebody set it meanwhile"));
  }

  void drifted(Connection state, List<String> operators) throws SQLException {
    if (operators.isEmpty()) {
      return;
    }
    for (var operator : operators) {
      tell(state, RunEvent.operatorDrifted(operator));
    }
    try (var statement =
        state.prepareStatement("update pipeline_runs set drifted_operators = ? where run_id = ?")) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  /** Ends it by what was thrown; one that was interrupted has not failed. */
  public void endBy(Connection state, Exception thrown) throws SQLException {
    var end = Thread.currentThread().isInterrupted() ? End.CANCELLED : End.FAILED;
    end(state, end, thrown.getMessage());
  }

  public void end(Connection state, End end, @Nullable String error) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set status = ?, ended_at = clock_timestamp(), error = ?
            where run_id = ? and status = 'RUNNING'
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setString(1, end.name());
      statement.setString(2, error);
      statement.setLong(3, id);
      DataVersion.tell(state, changes(statement));
    }
    tell(state, RunEvent.ended(end, error));
  }

  /** Ends one that waited, for there is nothing to do, or it cannot be done. */
  public static void endQueued(Connection state, Queued queued, End end, @Nullable String message)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set status = ?, ended_at = clock_timestamp(), error = ?
            where run_id = ? and status = 'QUEUED'
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setString(1, end.name());
      statement.setString(2, end == End.SUCCEEDED ? null : message);
      statement.setLong(3, queued.runId());
      var changes = changes(statement);
      if (!changes.isEmpty()) {
        DataVersion.tell(state, changes);
        new Run(queued.runId(), false, Trigger.ADMIN).tell(state, RunEvent.ended(end, message));
      }
    }
  }

  /** Forgets runs of long ago, but for those that tables were last brought up to date by. */
  static void prune(Connection state, Duration retention) throws SQLException {
    try (var statement =
        state.prepareStatement(
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
            """)) {
      statement.setLong(1, retention.toSeconds());
      statement.executeUpdate();
    }
  }

  /** Marks the runs of a job that look under way though nobody holds its lock. */
  public static void loseAll(Connection state, String job) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs
            set status = 'LOST', ended_at = now(), error = 'its process ended without a word'
            where status = 'RUNNING' and job = ?
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setString(1, job);
      DataVersion.tell(state, changes(statement));
    }
  }
}
