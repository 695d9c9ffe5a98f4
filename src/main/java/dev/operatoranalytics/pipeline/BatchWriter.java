package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.toCollection;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the batches of a run. Each batch is one transaction, which also records its part of the
 * run.
 *
 * <p>A batch that fails because of its data is split and retried, until only the failing operator
 * is left. That operator is queued for a retry and does not stop the others.
 */
final class BatchWriter implements AutoCloseable {
  private static final SqlFile CONTRADICTED = SqlFile.load("extraction", "contradicted_operators");
  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  private final Run run;
  private final RunRepository runs;
  private final RebuildRequests requests;
  private final StakerRequests stakerRequests;
  private final Checkpoint checkpoint;
  private final RebuildBounds bounds;
  private final Connection source;
  private final Connection state;
  private final StageRunner runner;
  private final Map<String, AffectedOperator.AffectedReason> reasons;
  private final Consumer<RunPhase> phases;

  /**
   * @param reasons why operators are rebuilt; operators without a reason are verified
   * @param source a snapshot of the events, the same for all batches of the run
   * @param state a connection that only this writer uses
   * @param phases receives each phase
   */
  BatchWriter(
      Run run,
      Checkpoint checkpoint,
      RebuildBounds bounds,
      Map<String, AffectedOperator.AffectedReason> reasons,
      Connection source,
      Connection state,
      Consumer<RunPhase> phases)
      throws SQLException {
    this.run = run;
    this.runs = new RunRepository(state);
    this.requests = new RebuildRequests(state);
    this.stakerRequests = new StakerRequests(state);
    this.checkpoint = checkpoint;
    this.bounds = bounds;
    this.source = source;
    this.state = state;
    this.runner = new StageRunner(source, state, phases);
    this.reasons = reasons;
    this.phases = phases;
    state.setAutoCommit(false);
    readByOperator(source);
  }

  /**
   * The result of a batch.
   *
   * @param operators number of operators rebuilt
   * @param failed operators and stakers that could not be rebuilt and are queued for a retry
   * @param drifted operators whose rows differed from their history though no change was detected
   * @param isCancelled whether operators were left out because the run was cancelled
   */
  record WrittenBatch(
      int operators,
      RowCounts rows,
      List<String> failed,
      List<String> drifted,
      boolean isCancelled) {
    static final WrittenBatch NOTHING = new WrittenBatch(0, RowCounts.NONE, List.of(), List.of());
    static final WrittenBatch CANCELLED =
        new WrittenBatch(0, RowCounts.NONE, List.of(), List.of(), true);

    WrittenBatch(int operators, RowCounts rows, List<String> failed, List<String> drifted) {
      this(operators, rows, failed, drifted, false);
    }

    WrittenBatch plus(WrittenBatch other) {
      return new WrittenBatch(
          operators + other.operators,
          rows.plus(other.rows),
          joined(failed, other.failed),
          joined(drifted, other.drifted),
          isCancelled || other.isCancelled);
    }

    private static List<String> joined(List<String> some, List<String> others) {
      var all = new ArrayList<>(some);
      all.addAll(others);
      return List.copyOf(all);
    }
  }

  /** Writes the tables of a stage that is not per operator. */
  WrittenBatch write(Stage stage) throws SQLException {
    return commit(List.of(), () -> runner.run(stage, List.of(), bounds));
  }

  /** Writes totals over all operators, and ranks. */
  WrittenBatch writeTotals() throws SQLException {
    return commit(
        List.of(),
        () -> {
          Stages.holdRanks(state);
          var steps = new ArrayList<>(runner.run(Stages.TOTALS, List.of(), bounds));
          steps.addAll(runner.rank(bounds));
          return steps;
        });
  }

  /** Revalues operators that are not rebuilt. */
  WrittenBatch value(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return WrittenBatch.CANCELLED;
    }
    return commit(List.of(), () -> runner.value(Stages.REBUILD, operators, bounds));
  }

  WrittenBatch rebuild(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return WrittenBatch.CANCELLED;
    }
    var refused = contradicted(operators);
    for (var one : refused.entrySet()) {
      log.error("operator {} cannot be rebuilt: {}", one.getKey(), one.getValue());
      queue(one.getKey(), one.getValue());
    }
    var written = new WrittenBatch(0, RowCounts.NONE, List.copyOf(refused.keySet()), List.of());
    var others = operators.stream().filter(one -> !refused.containsKey(one)).toList();
    return others.isEmpty() ? written : written.plus(rebuildAll(others));
  }

  /** Operators whose logs cannot all be on the chain, with the reason. */
  private Map<String, String> contradicted(List<String> operators) throws SQLException {
    var parameters = bounds.parameters();
    parameters.put("operators", SqlFile.list(operators));
    SqlFile.set(source, parameters);
    var contradicted = new TreeMap<String, String>();
    Sql.each(
        source,
        CONTRADICTED.on(source).statement(),
        rows -> contradicted.put(rows.getString(1), rows.getString(2)));
    return contradicted;
  }

  private WrittenBatch rebuildAll(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return WrittenBatch.CANCELLED;
    }
    // a savepoint keeps the snapshot of the source when a statement fails
    var before = source.setSavepoint();
    try {
      var written = commit(operators, () -> runner.run(Stages.REBUILD, operators, bounds));
      source.releaseSavepoint(before);
      return written;
    } catch (SQLException e) {
      if (!isDataError(e)) {
        throw e;
      }
      source.rollback(before);
      state.rollback();
      if (operators.size() == 1) {
        log.error("operator {} cannot be rebuilt: {}", operators.getFirst(), e.getMessage());
        queue(operators.getFirst(), e.getMessage());
        return new WrittenBatch(0, RowCounts.NONE, operators, List.of());
      }
      var half = operators.size() / 2;
      return rebuildAll(operators.subList(0, half))
          .plus(rebuildAll(operators.subList(half, operators.size())));
    }
  }

  /** Rebuilds what stakers hold, also outside operators. */
  WrittenBatch rebuildStakers(List<String> stakers) throws SQLException {
    if (isCancelled()) {
      return WrittenBatch.CANCELLED;
    }
    var before = source.setSavepoint();
    try {
      var written =
          commit(
              List.of(),
              () -> {
                var steps = runner.runStakers(stakers, bounds);
                stakerRequests.remove(stakers);
                return steps;
              });
      source.releaseSavepoint(before);
      return written;
    } catch (SQLException e) {
      if (!isDataError(e)) {
        throw e;
      }
      source.rollback(before);
      state.rollback();
      if (stakers.size() == 1) {
        var staker = stakers.getFirst();
        log.error("staker {} cannot be rebuilt: {}", staker, e.getMessage());
        stakerRequests.addFailed(staker, e.getMessage());
        state.commit();
        return new WrittenBatch(0, RowCounts.NONE, List.of("staker " + staker), List.of());
      }
      var half = stakers.size() / 2;
      return rebuildStakers(stakers.subList(0, half))
          .plus(rebuildStakers(stakers.subList(half, stakers.size())));
    }
  }

  private boolean isCancelled() throws SQLException {
    var isCancelled = runs.isCancelled(run);
    state.rollback();
    return isCancelled;
  }

  @Override
  public void close() throws SQLException {
    try (source;
        state) {
      source.rollback();
      state.rollback();
    }
  }

  private interface BatchTask {
    List<StageRunner.StageStep> run() throws SQLException;
  }

  /**
   * Commits rows and their record; when rows changed, also raises the data version and notifies
   * subscribers.
   */
  private WrittenBatch commit(Collection<String> rebuilt, BatchTask task) throws SQLException {
    checkpoint.holdFence(state);
    readByOperator(state);
    var steps = task.run();
    var rows =
        steps.stream().map(StageRunner.StageStep::rows).reduce(RowCounts.NONE, RowCounts::plus);
    var changed = changedOperators(steps);
    var drifted = drifted(rebuilt, changed);
    // waits for days before it locks rows of the run
    var stale = markLate(requests.remove(rebuilt), drifted);
    var progress = runs.addSteps(run, steps, rebuilt.size());
    recordOperators(changed, rebuilt, rows);
    stampVerified(rebuilt);
    phases.accept(RunPhase.BEFORE_NOTIFY);
    if (rows.changed() > 0 || stale > 0) {
      publish(changed, changedRoots(steps), progress);
    }
    phases.accept(RunPhase.BEFORE_COMMIT);
    state.commit();
    phases.accept(RunPhase.COMMITTED);
    return new WrittenBatch(rebuilt.size(), rows, List.of(), drifted);
  }

  private static NavigableSet<String> changedOperators(List<StageRunner.StageStep> steps) {
    return steps.stream()
        .flatMap(step -> step.operators().stream())
        .filter(operator -> !operator.equals(Stages.NO_OPERATOR))
        .collect(toCollection(TreeSet::new));
  }

  /** Verified operators whose rows differed from their history though no change was detected. */
  private List<String> drifted(Collection<String> rebuilt, NavigableSet<String> changed) {
    var drifted =
        rebuilt.stream()
            .filter(changed::contains)
            .filter(operator -> reason(operator) == AffectedOperator.AffectedReason.VERIFIED)
            .toList();
    if (!drifted.isEmpty()) {
      log.warn("differed from their history though nothing was heard of them: {}", drifted);
    }
    return drifted;
  }

  private void recordOperators(
      NavigableSet<String> changed, Collection<String> rebuilt, RowCounts rows)
      throws SQLException {
    var affected = new ArrayList<AffectedOperator>();
    for (var operator : rebuilt) {
      affected.add(AffectedOperator.rebuilt(operator, reason(operator), changed));
    }
    var revalued = new TreeSet<>(changed);
    revalued.removeAll(rebuilt);
    for (var operator : revalued) {
      affected.add(
          new AffectedOperator(operator, AffectedOperator.AffectedReason.REVALUED, true, null));
    }
    runs.recordOperators(run, affected);
    if (rows.changed() > 0) {
      runs.record(
          run,
          RunEvent.of(
              RunEvent.RunEventKind.WRITTEN,
              "%d operators, %d rows changed".formatted(affected.size(), rows.changed())));
    }
  }

  private AffectedOperator.AffectedReason reason(String operator) {
    return reasons.getOrDefault(operator, AffectedOperator.AffectedReason.VERIFIED);
  }

  private List<Change> changedRoots(List<StageRunner.StageStep> steps) throws SQLException {
    var changes = new ArrayList<Change>();
    if (steps.stream()
        .noneMatch(
            step -> step.table().equals("distribution_roots") && step.rows().changed() > 0)) {
      return changes;
    }
    Sql.each(
        state,
        """
        select root_index, until_date, disabled_block is not null
        from distribution_roots
        where updated_at = ? and updated_at_block = ?
        order by root_index
        """,
        rows ->
            changes.add(
                Change.root(
                    rows.getLong(1),
                    rows.getObject(2, LocalDate.class),
                    rows.getBoolean(3),
                    run.id())),
        bounds.stampedAt().atOffset(ZoneOffset.UTC),
        bounds.untilBlock());
    return changes;
  }

  private void publish(NavigableSet<String> changed, List<Change> roots, Change progress)
      throws SQLException {
    var changes = new ArrayList<Change>(roots);
    changed.forEach(operator -> changes.add(Change.operator(operator, run.id())));
    changes.add(progress);
    DataVersion.raise(state, changes);
  }

  /** Marks days stale that took these operators with rows that differ from their history. */
  private int markLate(List<String> recovered, List<String> drifted) throws SQLException {
    var late = WrittenBatch.joined(recovered, drifted);
    if (late.isEmpty()) {
      return 0;
    }
    Partitions.holdAlone(state);
    return StaleDays.markLate(state, late);
  }

  private void stampVerified(Collection<String> operators) throws SQLException {
    Sql.update(
        state,
        """
        insert into operator_verifications (operator_id, verified_at)
        select operator_id, now() from unnest(?) as rebuilt (operator_id)
        on conflict (operator_id) do update set verified_at = excluded.verified_at
        """,
        state.createArrayOf("text", operators.toArray()));
  }

  private void queue(String operator, @Nullable String reason) throws SQLException {
    requests.addFailed(operator, reason);
    runs.recordOperators(run, List.of(AffectedOperator.failed(operator, reason(operator), reason)));
    runs.record(run, RunEvent.operatorFailed(operator, reason));
    state.commit();
  }

  /**
   * Makes a batch read its operators' rows by index. The planner prefers to read the whole table,
   * which is cheaper for one batch but not for all batches together.
   */
  private static void readByOperator(Connection connection) throws SQLException {
    LongTransaction.allow(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("set local enable_seqscan = off");
      statement.execute("set local jit = off");
      // enough for one batch: sorts and joins that spill to disk take 50 % longer
      statement.execute("set local work_mem = '64MB'");
    }
  }

  private static boolean isDataError(SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("21");
  }
}
