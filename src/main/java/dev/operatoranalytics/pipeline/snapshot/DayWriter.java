package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.RowCounts;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunEvent;
import dev.operatoranalytics.pipeline.RunRepository;
import dev.operatoranalytics.pipeline.StageRunner.StageStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes days of one stage, one after another. Each day is one transaction with its rows, its record
 * and its change events.
 */
abstract class DayWriter implements AutoCloseable {
  final Run run;
  final RunRepository runs;
  final Clock clock;
  final Connection state;
  private final Partitions stage;
  private final String job;

  DayWriter(Partitions stage, String job, Run run, Clock clock, Connection state)
      throws SQLException {
    this.stage = stage;
    this.job = job;
    this.run = run;
    this.runs = new RunRepository(state);
    this.clock = clock;
    this.state = state;
    state.setAutoCommit(false);
  }

  /**
   * A day whose rows are written.
   *
   * @param basis the part of the source that they were made from
   * @param operators number of operators rebuilt
   */
  record TakenDay(List<StageStep> steps, Partitions.Basis basis, int operators) {
    RowCounts rows() {
      return steps.stream().map(StageStep::rows).reduce(RowCounts.NONE, RowCounts::plus);
    }
  }

  /**
   * The place of a day among those that one writer takes.
   *
   * @param isCarried whether the day can carry over rows of the day before
   * @param isLast whether the writer takes no later day
   */
  record DayPlace(boolean isCarried, boolean isLast) {}

  /** Writes the rows of a day. */
  abstract TakenDay take(LocalDate day, DayPlace place) throws SQLException;

  /** Updates what depends on changed rows; returns changes to publish to subscribers. */
  abstract List<Change> follow(LocalDate day) throws SQLException;

  final RowCounts write(LocalDate day, DayPlace place) throws SQLException {
    var start = System.nanoTime();
    try {
      Partitions.hold(state);
      planForOne(state);
      var taken = take(day, place);
      var rows = taken.rows();
      runs.addDay(run, job);
      var progress = runs.addSteps(run, taken.steps(), taken.operators());
      runs.record(run, RunEvent.dayTaken(day, rows));
      var seconds = (System.nanoTime() - start) / 1e9;
      stage.keepDone(state, day, run, taken.basis(), clock.instant(), seconds);
      if (rows.changed() > 0) {
        var changes = new ArrayList<>(follow(day));
        changes.add(progress);
        DataVersion.raise(state, changes);
      } else {
        DataVersion.publish(state, List.of(progress));
      }
      state.commit();
      return rows;
    } finally {
      rollback();
    }
  }

  /** Turns off JIT, which takes longer than it saves for the rows of one day. */
  static void planForOne(Connection connection) throws SQLException {
    LongTransaction.allow(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("set local jit = off");
      statement.execute("set local work_mem = '64MB'");
    }
  }

  /** Whether the run was requested to stop, or was interrupted. */
  final boolean isCancelled() throws SQLException {
    var isCancelled = Thread.currentThread().isInterrupted() || runs.isCancelled(run);
    state.rollback();
    return isCancelled;
  }

  /** Records that a day could not be taken. */
  final void fail(LocalDate day, String error) throws SQLException {
    stage.keepFailed(state, day, run, clock.instant(), 0, error);
    runs.record(run, RunEvent.dayFailed(day, error));
    state.commit();
  }

  void rollback() throws SQLException {
    state.rollback();
  }

  @Override
  public void close() throws SQLException {
    try (state) {
      state.rollback();
    }
  }
}
