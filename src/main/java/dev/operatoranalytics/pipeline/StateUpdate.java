package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.pipeline.Extraction.Lateness;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that brings the state tables up to date: finds the operators that changed, rebuilds them
 * whole from their history, values them, and moves the checkpoint.
 *
 * <p>Each batch of operators is one transaction with its part of the run's record. What fails is
 * tried again without its neighbours, until the operator that cannot be rebuilt is alone; it is
 * queued by name and stops nobody else.
 */
@Singleton
public class StateUpdate {
  private static final Logger log = LoggerFactory.getLogger(StateUpdate.class);
  private static final String JOB = "state-update";

  private final DataSource events;
  private final DataSource state;
  private final PipelineSettings settings;
  private final Clock clock;

  StateUpdate(
      @Named("events") DataSource events,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      PipelineSettings settings,
      Clock clock) {
    this.events = plain.resolve(events);
    this.state = plain.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  /** How a run ended. */
  public sealed interface Result {

    /**
     * @param failed operators that could not be rebuilt and are queued
     */
    record Updated(long runId, int operators, RowCounts rows, List<String> failed, Duration took)
        implements Result {}

    /** Somebody else runs at this moment. */
    record AlreadyRunning() implements Result {}
  }

  /** What there is to know while it runs. */
  public interface Progress {
    void rebuilt(int operators, int of);
  }

  public Result run(boolean full, Run.Trigger trigger, Progress progress) throws SQLException {
    try (var lock = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!tryLock(lock)) {
        return new Result.AlreadyRunning();
      }
      try {
        return runAlone(full, trigger, progress);
      } finally {
        lock.rollback();
      }
    }
  }

  private Result runAlone(boolean full, Run.Trigger trigger, Progress progress)
      throws SQLException {
    var start = clock.instant();
    try (var writer = state.getConnection();
        var source = events.getConnection()) {
      writer.setAutoCommit(false);
      var checkpoint = Checkpoint.raiseFence(writer, settings.name());
      var run = Run.begin(writer, JOB, trigger, checkpoint.fence());
      writer.commit();
      try {
        var updated = update(run, checkpoint, full, writer, source, progress);
        var took = Duration.between(start, clock.instant());
        log.info(
            "state-update run={} operators={} inserted={} updated={} deleted={} unchanged={}"
                + " failed={} took={}",
            run.id(),
            updated.operators,
            updated.rows.inserted(),
            updated.rows.updated(),
            updated.rows.deleted(),
            updated.rows.unchanged(),
            updated.failed.size(),
            took);
        return new Result.Updated(
            run.id(), updated.operators, updated.rows, List.copyOf(updated.failed), took);
      } catch (SQLException | RuntimeException e) {
        writer.rollback();
        run.end(writer, false, e.getMessage());
        writer.commit();
        throw e;
      }
    }
  }

  private boolean tryLock(Connection lock) throws SQLException {
    try (var statement =
        lock.prepareStatement("select pg_try_advisory_xact_lock(hashtextextended(?, 0))")) {
      statement.setString(1, settings.name());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** What a run has done so far. */
  private static final class Tally {
    private int operators;
    private RowCounts rows = RowCounts.NONE;
    private final List<String> failed = new ArrayList<>();

    private void add(List<StageRunner.Step> steps) {
      for (var step : steps) {
        rows = rows.plus(step.rows());
      }
    }
  }

  private Tally update(
      Run run,
      Checkpoint checkpoint,
      boolean full,
      Connection writer,
      Connection source,
      Progress progress)
      throws SQLException {
    source.setAutoCommit(true);
    var lateness = Lateness.read(source);
    source.setReadOnly(true);
    source.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    source.setAutoCommit(false);
    var tally = new Tally();
    try {
      var extraction =
          Extraction.read(
              source,
              lateness,
              full ? null : checkpoint.lastProcessedAt(),
              checkpoint.safeBlock(),
              settings);
      var batches = new Batches(run, checkpoint, source, writer, tally);
      if (extraction == null) {
        batches.value(new TreeSet<>(), Horizon.newestQuotes(0, clock.instant()));
        run.end(writer, true, null);
        writer.commit();
        return tally;
      }
      var horizon = Horizon.newestQuotes(extraction.safeBlock(), clock.instant());
      var operators = new TreeSet<>(extraction.operators());
      operators.addAll(requested(writer));
      if (full) {
        operators.addAll(known(writer));
      }
      run.found(writer, extraction.safeBlock(), operators.size());
      writer.commit();
      var quotesChanged = batches.quote(horizon);
      readByOperator(source);
      batches.rebuild(operators, horizon, progress);
      var others = quotesChanged ? known(writer) : new TreeSet<String>();
      others.removeAll(operators);
      batches.value(others, horizon);
      if (!checkpoint.move(
          writer,
          extraction.cursor(),
          extraction.headBlock(),
          extraction.safeBlock(),
          extraction.guarantee())) {
        log.info("the checkpoint was set by hand during the run and is left as it is");
      }
      run.end(writer, true, null);
      writer.commit();
      return tally;
    } finally {
      source.rollback();
    }
  }

  /** The run's writing transactions. */
  private final class Batches {
    private final Run run;
    private final Checkpoint checkpoint;
    private final Connection source;
    private final Connection writer;
    private final Tally tally;
    private final StageRunner runner;

    private Batches(
        Run run, Checkpoint checkpoint, Connection source, Connection writer, Tally tally) {
      this.run = run;
      this.checkpoint = checkpoint;
      this.source = source;
      this.writer = writer;
      this.tally = tally;
      this.runner = new StageRunner(source, writer);
    }

    private boolean quote(Horizon horizon) throws SQLException {
      return commit(List.of(), () -> runner.run(Stages.QUOTES, List.of(), horizon)) > 0;
    }

    private void rebuild(SortedSet<String> operators, Horizon horizon, Progress progress)
        throws SQLException {
      for (var batch : batches(operators)) {
        rebuildOrIsolate(batch, horizon);
        progress.rebuilt(tally.operators, operators.size());
      }
    }

    /** Values operators that were not rebuilt, then the sums over all. */
    private void value(SortedSet<String> operators, Horizon horizon) throws SQLException {
      if (operators.isEmpty() && tally.rows.changed() == 0) {
        return;
      }
      for (var batch : batches(operators)) {
        commit(List.of(), () -> runner.value(Stages.REBUILD, batch, horizon));
      }
      commit(List.of(), () -> runner.run(Stages.TOTALS, List.of(), horizon));
    }

    private void rebuildOrIsolate(List<String> operators, Horizon horizon) throws SQLException {
      // the snapshot of the source outlives what fails in it
      var before = source.setSavepoint();
      try {
        commit(operators, () -> runner.run(Stages.REBUILD, operators, horizon));
        source.releaseSavepoint(before);
        tally.operators += operators.size();
      } catch (SQLException e) {
        if (!isOfTheData(e)) {
          throw e;
        }
        source.rollback(before);
        writer.rollback();
        if (operators.size() == 1) {
          log.error("operator {} cannot be rebuilt: {}", operators.getFirst(), e.getMessage());
          queue(operators.getFirst(), e);
          tally.failed.add(operators.getFirst());
          return;
        }
        var half = operators.size() / 2;
        rebuildOrIsolate(operators.subList(0, half), horizon);
        rebuildOrIsolate(operators.subList(half, operators.size()), horizon);
      }
    }

    private interface Work {
      List<StageRunner.Step> run() throws SQLException;
    }

    /** One transaction: rows, their record, and the data version when anything changed. */
    private long commit(Collection<String> rebuilt, Work work) throws SQLException {
      checkpoint.holdFence(writer);
      readByOperator(writer);
      var steps = work.run();
      var changed = steps.stream().mapToLong(step -> step.rows().changed()).sum();
      run.add(writer, steps, rebuilt.size());
      fulfil(rebuilt);
      if (changed > 0) {
        DataVersion.raise(writer);
      }
      writer.commit();
      tally.add(steps);
      return changed;
    }

    private void fulfil(Collection<String> operators) throws SQLException {
      try (var statement =
          writer.prepareStatement("delete from pipeline_requests where operator_id = any(?)")) {
        statement.setArray(1, writer.createArrayOf("text", operators.toArray()));
        statement.executeUpdate();
      }
    }

    private void queue(String operator, SQLException failure) throws SQLException {
      try (var statement =
          writer.prepareStatement(
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
        statement.setString(2, failure.getMessage());
        statement.executeUpdate();
      }
      writer.commit();
    }

    private List<List<String>> batches(Collection<String> operators) {
      var all = List.copyOf(operators);
      var batches = new ArrayList<List<String>>();
      for (var from = 0; from < all.size(); from += settings.maxOperatorsPerBatch()) {
        batches.add(
            all.subList(from, Math.min(all.size(), from + settings.maxOperatorsPerBatch())));
      }
      return batches;
    }
  }

  /**
   * A batch reads its own operators' rows by their index. The planner would rather read the whole
   * table for every batch: cheaper once, but not as often as there are batches.
   */
  private static void readByOperator(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set local enable_seqscan = off");
      statement.execute("set local jit = off");
    }
  }

  private static boolean isOfTheData(SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("21");
  }

  private static SortedSet<String> requested(Connection state) throws SQLException {
    return names(state, "select operator_id from pipeline_requests where not_before <= now()");
  }

  private static SortedSet<String> known(Connection state) throws SQLException {
    return names(state, "select operator_id from operators");
  }

  private static SortedSet<String> names(Connection connection, String sql) throws SQLException {
    var names = new TreeSet<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
