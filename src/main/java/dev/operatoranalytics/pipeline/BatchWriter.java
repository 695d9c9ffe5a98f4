package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.toCollection;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.LongTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a run's batches, each one transaction with its part of the run's record.
 *
 * <p>What fails because of its data is tried again without its neighbours, until the operator that
 * cannot be rebuilt is alone; it is queued by name and stops nobody else.
 */
final class BatchWriter implements AutoCloseable {
  private static final Select CONTRADICTED = Select.load("extraction", "contradicted_operators");
  // of which days were taken that knew other events, or not these
  private static final Set<String> DAYS_ARE_WRONG = Set.of("FAILED", "DELETED");
  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  private final Run run;
  private final Checkpoint checkpoint;
  private final Horizon horizon;
  private final Connection source;
  private final Connection state;
  private final StageRunner runner;
  private final Map<String, Touched.Reason> reasons;
  private final Consumer<Moment> moments;

  /**
   * @param reasons why operators are rebuilt; those without one are verified
   * @param source a snapshot of the events, the same for all batches of the run
   * @param state a connection of its own
   * @param moments told of each
   */
  BatchWriter(
      Run run,
      Checkpoint checkpoint,
      Horizon horizon,
      Map<String, Touched.Reason> reasons,
      Connection source,
      Connection state,
      Consumer<Moment> moments)
      throws SQLException {
    this.run = run;
    this.checkpoint = checkpoint;
    this.horizon = horizon;
    this.source = source;
    this.state = state;
    this.runner = new StageRunner(source, state, moments);
    this.reasons = reasons;
    this.moments = moments;
    state.setAutoCommit(false);
    readByOperator(source);
  }

  /**
   * What came of a batch.
   *
   * @param operators those rebuilt
   * @param failed those that could not be rebuilt and are queued
   * @param drifted those that differed from their history though nothing was heard of them
   * @param isCut whether some were left out, for the run was cancelled
   */
  record Written(
      int operators, RowCounts rows, List<String> failed, List<String> drifted, boolean isCut) {
    static final Written NOTHING = new Written(0, RowCounts.NONE, List.of(), List.of());
    static final Written CUT = new Written(0, RowCounts.NONE, List.of(), List.of(), true);

    Written(int operators, RowCounts rows, List<String> failed, List<String> drifted) {
      this(operators, rows, failed, drifted, false);
    }

    Written plus(Written other) {
      return new Written(
          operators + other.operators,
          rows.plus(other.rows),
          joined(failed, other.failed),
          joined(drifted, other.drifted),
          isCut || other.isCut);
    }

    private static List<String> joined(List<String> some, List<String> others) {
      var all = new ArrayList<>(some);
      all.addAll(others);
      return List.copyOf(all);
    }
  }

  /** Tables that are not of some operators but of all. */
  Written write(Stage stage) throws SQLException {
    return commit(List.of(), () -> runner.run(stage, List.of(), horizon));
  }

  /** Sums over all operators, and their ranks. */
  Written writeTotals() throws SQLException {
    return commit(
        List.of(),
        () -> {
          Stages.holdRanks(state);
          var steps = new ArrayList<>(runner.run(Stages.TOTALS, List.of(), horizon));
          steps.addAll(runner.run(Stages.RANKS, List.of(), horizon));
          return steps;
        });
  }

  /** What operators are worth that are not rebuilt. */
  Written value(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return Written.CUT;
    }
    return commit(List.of(), () -> runner.value(Stages.REBUILD, operators, horizon));
  }

  Written rebuild(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return Written.CUT;
    }
    var refused = contradicted(operators);
    for (var one : refused.entrySet()) {
      log.error("operator {} cannot be rebuilt: {}", one.getKey(), one.getValue());
      queue(one.getKey(), one.getValue());
    }
    var written = new Written(0, RowCounts.NONE, List.copyOf(refused.keySet()), List.of());
    var others = operators.stream().filter(one -> !refused.containsKey(one)).toList();
    return others.isEmpty() ? written : written.plus(rebuildAll(others));
  }

  /** Operators whose logs cannot all be on the chain, and why not. */
  private Map<String, String> contradicted(List<String> operators) throws SQLException {
    var parameters = horizon.parameters();
    parameters.put("operators", Select.list(operators));
    Select.set(source, parameters);
    var contradicted = new TreeMap<String, String>();
    try (var statement = source.createStatement();
        var rows = statement.executeQuery(CONTRADICTED.on(source).statement())) {
      while (rows.next()) {
        contradicted.put(rows.getString(1), rows.getString(2));
      }
    }
    return contradicted;
  }

  private Written rebuildAll(List<String> operators) throws SQLException {
    if (isCancelled()) {
      return Written.CUT;
    }
    // the snapshot of the source outlives what fails in it
    var before = source.setSavepoint();
    try {
      var written = commit(operators, () -> runner.run(Stages.REBUILD, operators, horizon));
      source.releaseSavepoint(before);
      return written;
    } catch (SQLException e) {
      if (!isOfTheData(e)) {
        throw e;
      }
      source.rollback(before);
      state.rollback();
      if (operators.size() == 1) {
        log.error("operator {} cannot be rebuilt: {}", operators.getFirst(), e.getMessage());
        queue(operators.getFirst(), e.getMessage());
        return new Written(0, RowCounts.NONE, operators, List.of());
      }
      var half = operators.size() / 2;
      return rebuildAll(operators.subList(0, half))
          .plus(rebuildAll(operators.subList(half, operators.size())));
    }
  }

  private boolean isCancelled() throws SQLException {
    var isCancelled = run.isCancelled(state);
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

  private interface Work {
    List<StageRunner.Step> run() throws SQLException;
  }

  /** Rows, their record, and, when anything changed, the data version and who follows. */
  private Written commit(Collection<String> rebuilt, Work work) throws SQLException {
    checkpoint.holdFence(state);
    readByOperator(state);
    var steps = work.run();
    var rows = steps.stream().map(StageRunner.Step::rows).reduce(RowCounts.NONE, RowCounts::plus);
    var changed = changedOperators(steps);
    var drifted = drifted(rebuilt, changed);
    // days are waited for before anything of the run is locked
    var stale = markLate(fulfil(rebuilt), drifted);
    var progress = run.add(state, steps, rebuilt.size());
    keepTouched(changed, rebuilt, rows);
    stampVerified(rebuilt);
    moments.accept(Moment.BEFORE_NOTIFY);
    if (rows.changed() > 0 || stale > 0) {
      tell(changed, progress);
    }
    moments.accept(Moment.BEFORE_COMMIT);
    state.commit();
    moments.accept(Moment.COMMITTED);
    return new Written(rebuilt.size(), rows, List.of(), drifted);
  }

  private static NavigableSet<String> changedOperators(List<StageRunner.Step> steps) {
    return steps.stream()
        .flatMap(step -> step.operators().stream())
        .collect(toCollection(TreeSet::new));
  }

  /** Who differed from its history though nothing was heard of it. */
  private List<String> drifted(Collection<String> rebuilt, NavigableSet<String> changed) {
    var drifted =
        rebuilt.stream()
            .filter(changed::contains)
            .filter(operator -> reason(operator) == Touched.Reason.VERIFIED)
            .toList();
    if (!drifted.isEmpty()) {
      log.warn("differed from their history though nothing was heard of them: {}", drifted);
    }
    return drifted;
  }

  private void keepTouched(NavigableSet<String> changed, Collection<String> rebuilt, RowCounts rows)
      throws SQLException {
    var touched = new ArrayList<Touched>();
    for (var operator : rebuilt) {
      touched.add(Touched.rebuilt(operator, reason(operator), changed));
    }
    var revalued = new TreeSet<>(changed);
    revalued.removeAll(rebuilt);
    for (var operator : revalued) {
      touched.add(new Touched(operator, Touched.Reason.REVALUED, true, null));
    }
    run.touched(state, touched);
    if (rows.changed() > 0) {
      run.tell(
          state,
          RunEvent.of(
              RunEvent.Kind.WRITTEN,
              "%d operators, %d rows changed".formatted(touched.size(), rows.changed())));
    }
  }

  private Touched.Reason reason(String operator) {
    return reasons.getOrDefault(operator, Touched.Reason.VERIFIED);
  }

  private void tell(NavigableSet<String> changed, Change progress) throws SQLException {
    var changes = new ArrayList<Change>();
    changed.forEach(operator -> changes.add(Change.operator(operator, run.id())));
    changes.add(progress);
    DataVersion.raise(state, changes);
  }

  /** Takes rebuilt operators off the queue; those whose days are wrong come back. */
  private List<String> fulfil(Collection<String> operators) throws SQLException {
    var recovered = new ArrayList<String>();
    try (var statement =
        state.prepareStatement(
            "delete from pipeline_requests where operator_id = any(?) returning operator_id,"
                + " reason")) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          if (DAYS_ARE_WRONG.contains(rows.getString(2))) {
            recovered.add(rows.getString(1));
          }
        }
      }
    }
    return recovered;
  }

  /** Days took these operators as they had been until now, which is not as their history was. */
  private int markLate(List<String> recovered, List<String> drifted) throws SQLException {
    var late = Written.joined(recovered, drifted);
    if (late.isEmpty()) {
      return 0;
    }
    Partitions.holdAlone(state);
    return StaleDays.markLate(state, late);
  }

  private void stampVerified(Collection<String> operators) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into operator_verifications (operator_id, verified_at)
            select operator_id, now() from unnest(?) as rebuilt (operator_id)
            on conflict (operator_id) do update set verified_at = excluded.verified_at
            """)) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      statement.executeUpdate();
    }
  }

  private void queue(String operator, @Nullable String reason) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_requests as request
                (operator_id, reason, requested_at, attempts, not_before, last_error)
            values (?, 'FAILED', now(), 1, now() + interval '1 minute', ?)
            on conflict (operator_id) do update set
                reason = 'FAILED',
                attempts = request.attempts + 1,
                not_before = now() + interval '1 minute' * least(2 ^ request.attempts, 1440),
                last_error = excluded.last_error
            """)) {
      statement.setString(1, operator);
      statement.setString(2, reason);
      statement.executeUpdate();
    }
    run.touched(state, List.of(Touched.failed(operator, reason(operator), reason)));
    run.tell(state, RunEvent.operatorFailed(operator, reason));
    state.commit();
  }

  /**
   * A batch reads its own operators' rows by their index. The planner would rather read the whole
   * table for every batch: cheaper once, but not as often as there are batches.
   */
  private static void readByOperator(Connection connection) throws SQLException {
    LongTransaction.allow(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("set local enable_seqscan = off");
      statement.execute("set local jit = off");
      // a batch fits: sorts and joins that spill to disk take half as long again
      statement.execute("set local work_mem = '64MB'");
    }
  }

  private static boolean isOfTheData(SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("21");
  }
}
