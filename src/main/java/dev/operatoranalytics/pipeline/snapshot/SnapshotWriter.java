package dev.operatoranalytics.pipeline.snapshot;

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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes days as they were at their end. Operators to whom anything happened on a day are rebuilt as
 * of its end; the others carry what they had the day before at the prices of the day.
 */
final class SnapshotWriter implements DayWriter {
  private static final Select CHANGED = Select.load("extraction", "operators_between_blocks");

  private final Run run;
  private final Plan plan;
  private final Calendar calendar;
  private final Instant seenUntil;
  private final PipelineSettings settings;
  private final Clock clock;
  private final Connection events;
  private final Connection state;
  private final StageRunner runner;

  /**
   * @param seenUntil every row of the source that was written before it is seen
   */
  SnapshotWriter(
      Run run,
      Plan plan,
      Calendar calendar,
      Instant seenUntil,
      PipelineSettings settings,
      Clock clock,
      Connection events,
      Connection state)
      throws SQLException {
    this.run = run;
    this.plan = plan;
    this.calendar = calendar;
    this.seenUntil = seenUntil;
    this.settings = settings;
    this.clock = clock;
    this.events = events;
    this.state = state;
    this.runner = new StageRunner(events, state);
    state.setAutoCommit(false);
    events.setAutoCommit(true);
    events.setReadOnly(true);
    events.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    events.setAutoCommit(false);
  }

  @Override
  public RowCounts write(LocalDate day, boolean isCarried) throws SQLException {
    var start = System.nanoTime();
    try {
      Partitions.hold(state);
      var horizon = Horizon.endOf(day, calendar.lastBlockOf(day), clock.instant(), settings);
      var carries = isCarried && Partitions.SNAPSHOT.done(state, day.minusDays(1)) != null;
      var operators = carries ? changedOn(day, horizon) : knownBefore(day.plusDays(1));
      Select.set(
          state,
          Map.of("day", day.toString(), "carried_day", carries ? day.minusDays(1).toString() : ""));
      planForOne();
      runner.stage(Stages.AS_OF, operators, horizon);
      var steps = runner.run(Stages.SNAPSHOT, operators, horizon);
      var rows = steps.stream().map(StageRunner.Step::rows).reduce(RowCounts.NONE, RowCounts::plus);
      run.addDay(state, Snapshots.JOB);
      var progress = run.add(state, steps, operators.size());
      run.touchedOnDay(state, operators, !carries);
      run.tell(state, RunEvent.dayTaken(day, rows));
      if (rows.changed() > 0) {
        Partitions.ANALYTICS.markStale(state, day, day.plusDays(settings.longestWindow()));
        if (plan.wasTaken(day)) {
          Partitions.SNAPSHOT.markStale(state, plan.last().plusDays(1), null);
        }
      }
      Partitions.SNAPSHOT.keepDone(
          state,
          day,
          run,
          new Partitions.Basis(horizon.untilBlock(), seenUntil),
          clock.instant(),
          (System.nanoTime() - start) / 1e9);
      if (rows.changed() > 0) {
        DataVersion.raise(state, List.of(progress));
      } else {
        DataVersion.tell(state, List.of(progress));
      }
      state.commit();
      return rows;
    } finally {
      state.rollback();
      events.rollback();
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
    Partitions.SNAPSHOT.keepFailed(state, day, run, clock.instant(), 0, error);
    run.tell(state, RunEvent.dayFailed(day, error));
    state.commit();
  }

  @Override
  public void close() throws SQLException {
    try (events;
        state) {
      events.rollback();
      state.rollback();
    }
  }

  private List<String> changedOn(LocalDate day, Horizon horizon) throws SQLException {
    var dayBefore =
        Horizon.endOf(
            day.minusDays(1), calendar.lastBlockOf(day.minusDays(1)), clock.instant(), settings);
    Select.set(
        events,
        Map.of(
            "after_block", Long.toString(dayBefore.untilBlock()),
            "until_block", Long.toString(horizon.untilBlock()),
            "after_time", dayBefore.chainTime().toString(),
            "chain_time", horizon.chainTime().toString(),
            "deallocation_delay", Long.toString(horizon.deallocationDelay())));
    var operators = new ArrayList<String>();
    try (var statement = events.createStatement();
        var rows = statement.executeQuery(CHANGED.statement())) {
      while (rows.next()) {
        operators.add(rows.getString(1));
      }
    }
    return operators;
  }

  private List<String> knownBefore(LocalDate day) throws SQLException {
    var operators = new ArrayList<String>();
    try (var statement =
        state.prepareStatement(
            "select operator_id from operators where first_activity_at < ? order by operator_id")) {
      statement.setObject(1, day.atStartOfDay(ZoneOffset.UTC).toOffsetDateTime());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          operators.add(rows.getString(1));
        }
      }
    }
    return operators;
  }

  /** To compile a plan costs more than a day's rows gain by it. */
  private void planForOne() throws SQLException {
    for (var connection : List.of(events, state)) {
      try (var statement = connection.createStatement()) {
        statement.execute("set local jit = off");
        statement.execute("set local work_mem = '64MB'");
      }
    }
  }
}
