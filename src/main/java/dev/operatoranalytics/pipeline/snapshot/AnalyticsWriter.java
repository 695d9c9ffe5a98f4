package dev.operatoranalytics.pipeline.snapshot;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.pipeline.Horizon;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.RowCounts;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunEvent;
import dev.operatoranalytics.pipeline.Select;
import dev.operatoranalytics.pipeline.StageRunner;
import dev.operatoranalytics.pipeline.Stages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Analyses days, each from the snapshots up to it; none of them needs the one before. */
final class AnalyticsWriter implements DayWriter {

  private final Run run;
  private final PipelineSettings settings;
  private final Clock clock;
  private final Connection state;
  private final StageRunner runner;

  AnalyticsWriter(Run run, PipelineSettings settings, Clock clock, Connection state)
      throws SQLException {
    this.run = run;
    this.settings = settings;
    this.clock = clock;
    this.state = state;
    this.runner = new StageRunner(state, state);
    state.setAutoCommit(false);
  }

  @Override
  public RowCounts write(LocalDate day, boolean isCarried) throws SQLException {
    var start = System.nanoTime();
    try {
      Partitions.hold(state);
      var basis = Partitions.SNAPSHOT.done(state, day);
      if (basis == null) {
        throw new SQLException("its snapshot is not there");
      }
      try (var statement = state.createStatement()) {
        statement.execute("set local jit = off");
        statement.execute("set local work_mem = '64MB'");
      }
      Select.set(
          state,
          Map.of(
              "day", day.toString(),
              "windows",
                  settings.volatilityWindows().stream().map(String::valueOf).collect(joining(",")),
              "min_data_points", Integer.toString(settings.minDataPoints())));
      var steps =
          runner.run(
              Stages.ANALYTICS,
              List.of(),
              Horizon.endOf(day, basis.untilBlock(), clock.instant(), settings));
      var rows = steps.stream().map(StageRunner.Step::rows).reduce(RowCounts.NONE, RowCounts::plus);
      run.addDay(state, Analytics.JOB);
      var progress = run.add(state, steps, 0);
      run.tell(state, RunEvent.dayTaken(day, rows));
      Partitions.ANALYTICS.keepDone(
          state, day, run, basis, clock.instant(), (System.nanoTime() - start) / 1e9);
      if (rows.changed() > 0) {
        DataVersion.raise(state, List.of(Change.analytics(day, run.id()), progress));
      } else {
        DataVersion.tell(state, List.of(progress));
      }
      state.commit();
      return rows;
    } finally {
      state.rollback();
    }
  }

  @Override
  public boolean isCancelled() throws SQLException {
    var isCancelled = run.isCancelled(state);
    state.rollback();
    return isCancelled;
  }

  @Override
  public void fail(LocalDate day, String error) throws SQLException {
    Partitions.ANALYTICS.keepFailed(state, day, run, clock.instant(), 0, error);
    run.tell(state, RunEvent.dayFailed(day, error));
    state.commit();
  }

  @Override
  public void close() throws SQLException {
    try (state) {
      state.rollback();
    }
  }
}
