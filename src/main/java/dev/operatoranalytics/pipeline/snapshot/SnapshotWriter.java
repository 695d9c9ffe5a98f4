package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.pipeline.Checks;
import dev.operatoranalytics.pipeline.Horizon;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Run;
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
import java.util.TreeSet;

/**
 * Takes days as they were at their end. Operators to whom anything happened on a day are rebuilt as
 * of its end; the others carry what they had the day before at the prices of the day. Operators
 * that break a blocking check have no rows until they pass again.
 */
final class SnapshotWriter extends DayWriter {
  private static final Select CHANGED = Select.load("extraction", "operators_between_blocks");

  private final Plan plan;
  private final Calendar calendar;
  private final Instant seenUntil;
  private final PipelineSettings settings;
  private final Connection events;
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
    super(Partitions.SNAPSHOT, Snapshots.JOB, run, clock, state);
    this.plan = plan;
    this.calendar = calendar;
    this.seenUntil = seenUntil;
    this.settings = settings;
    this.events = events;
    this.runner = new StageRunner(events, state);
  }

  @Override
  Taken take(LocalDate day, boolean isCarried) throws SQLException {
    LongTransaction.beginSnapshot(events);
    planForOne(events);
    var horizon = Horizon.endOf(day, calendar.lastBlockOf(day), clock.instant(), settings);
    var carries = isCarried && Partitions.SNAPSHOT.done(state, day.minusDays(1)) != null;
    var blocked = Checks.blocked(state);
    var operators = carries ? changedOn(day, horizon) : knownBefore(day.plusDays(1));
    operators.removeAll(blocked);
    Select.set(
        state,
        Map.of("day", day.toString(), "carried_day", carries ? day.minusDays(1).toString() : ""));
    runner.stage(Stages.AS_OF, operators, horizon);
    // nothing is staged of those that are blocked, and named here they are not carried either
    var written = new TreeSet<>(operators);
    written.addAll(blocked);
    var steps = runner.run(Stages.SNAPSHOT, written, horizon);
    run.touchedOnDay(state, operators, !carries);
    return new Taken(
        steps, new Partitions.Basis(horizon.untilBlock(), seenUntil), operators.size());
  }

  @Override
  List<Change> follow(LocalDate day) throws SQLException {
    Partitions.ANALYTICS.markStale(state, day, day.plusDays(settings.longestWindow()));
    if (plan.wasTaken(day)) {
      Partitions.SNAPSHOT.markStale(state, plan.last().plusDays(1), null);
    }
    return List.of();
  }

  @Override
  void rollback() throws SQLException {
    super.rollback();
    events.rollback();
  }

  @Override
  public void close() throws SQLException {
    try (events) {
      super.close();
      events.rollback();
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
        var rows = statement.executeQuery(CHANGED.on(events).statement())) {
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
}
