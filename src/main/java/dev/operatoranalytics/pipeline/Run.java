package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of one run in {@code pipeline_runs} and {@code pipeline_run_steps}.
 *
 * @param isCatchingUp whether the run before it did not come to its end, and may owe what follows
 *     from the rows that it wrote
 */
public record Run(long id, boolean isCatchingUp) {
  private static final String PROGRESS =
      """
      case when days_total is null then operators_done else days_done end,
      coalesce(days_total, operators_total)
      """;

  /** Who asked for a run. */
  public enum Trigger {
    SCHEDULE,
    COMMAND,
    ADMIN,
    START
  }

  /** Begins a run; whatever still looks under way with an older fence is lost. */
  public static Run begin(Connection state, String job, Trigger trigger, long fence)
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
    try (var insert =
        state.prepareStatement(
            """
            insert into pipeline_runs (job, run_trigger, status, fence, started_at)
            values (?, ?, 'RUNNING', ?, clock_timestamp())
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      insert.setString(1, job);
      insert.setString(2, trigger.name());
      insert.setLong(3, fence);
      changes.addAll(changes(insert));
    }
    DataVersion.tell(state, changes);
    var id = Objects.requireNonNull(changes.getLast().runId());
    return new Run(id, followsUnfinished(state, job, id));
  }

  private static boolean followsUnfinished(Connection state, String job, long id)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select status <> 'SUCCEEDED'
            from pipeline_runs
            where job = ? and run_id < ?
            order by run_id desc
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

  void found(Connection state, long untilBlock, int operators) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "update pipeline_runs set until_block = ?, operators_total = ? where run_id = ?")) {
      statement.setLong(1, untilBlock);
      statement.setInt(2, operators);
      statement.setLong(3, id);
      statement.executeUpdate();
    }
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
                (run_id, asset, stage, first_order, inserted, updated, deleted, unchanged, seconds)
            select ?, ?, ?, count(*), ?, ?, ?, ?, ? from pipeline_run_steps where run_id = ?
            on conflict (run_id, stage, asset) do update set
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
        statement.setLong(9, id);
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
  public static Run beginAlone(Connection state, String job, Trigger trigger) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "select coalesce(max(fence), 0) + 1 from pipeline_runs where job = ?")) {
      statement.setString(1, job);
      try (var row = statement.executeQuery()) {
        row.next();
        return begin(state, job, trigger, row.getLong(1));
      }
    }
  }

  public void foundDays(Connection state, int days) throws SQLException {
    try (var statement =
        state.prepareStatement("update pipeline_runs set days_total = ? where run_id = ?")) {
      statement.setInt(1, days);
      statement.setLong(2, id);
      statement.executeUpdate();
    }
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

  void drifted(Connection state, List<String> operators) throws SQLException {
    if (operators.isEmpty()) {
      return;
    }
    try (var statement =
        state.prepareStatement("update pipeline_runs set drifted_operators = ? where run_id = ?")) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  public void end(Connection state, boolean succeeded, @Nullable String error) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update pipeline_runs set status = ?, ended_at = clock_timestamp(), error = ?
            where run_id = ? and status = 'RUNNING'
            returning run_id, status, %s
            """
                .formatted(PROGRESS))) {
      statement.setString(1, succeeded ? "SUCCEEDED" : "FAILED");
      statement.setString(2, error);
      statement.setLong(3, id);
      DataVersion.tell(state, changes(statement));
    }
  }
}
