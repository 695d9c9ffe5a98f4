package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Checks;
import dev.operatoranalytics.pipeline.Extraction;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.RebuildBounds;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.SqlFile;
import dev.operatoranalytics.pipeline.StageRunner;
import dev.operatoranalytics.pipeline.Stages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Takes days as of their end. Rebuilds operators that changed on the day; the others carry over
 * their rows of the day before, at the prices of the day. Operators that break a blocking check
 * have no rows until they pass again.
 */
final class SnapshotWriter extends DayWriter {
  private final Plan plan;
  private final Calendar calendar;
  private final Instant seenUntil;
  private final PipelineSettings settings;
  private final Connection events;
  private final StageRunner runner;

  /**
   * @param seenUntil every source row written before it was seen
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
  TakenDay take(LocalDate day, DayPlace place) throws SQLException {
    LongTransaction.beginSnapshot(events);
    planForOne(events);
    var bounds = RebuildBounds.endOf(day, calendar.lastBlockOf(day), clock.instant(), settings);
    var carries = place.isCarried() && Partitions.SNAPSHOT.done(state, day.minusDays(1)) != null;
    var blocked = Checks.blocked(state);
    var operators = carries ? changedOn(day, bounds) : knownBefore(day.plusDays(1));
    operators.removeAll(blocked);
    SqlFile.set(
        state,
        Map.of("day", day.toString(), "carried_day", carries ? day.minusDays(1).toString() : ""));
    runner.stage(Stages.DAY_END, operators, bounds);
    // blocked operators have no staged rows; naming them here prevents that their old rows are
    // carried over
    var written = new TreeSet<>(operators);
    written.addAll(blocked);
    var steps = runner.run(Stages.SNAPSHOT, written, bounds);
    runs.recordOperatorsOfDay(run, operators, !carries);
    return new TakenDay(
        steps, new Partitions.Basis(bounds.untilBlock(), seenUntil), operators.size());
  }

  @Override
  List<Change> follow(LocalDate day) throws SQLException {
    Partitions.ANALYTICS.markStale(
        state, day, day.plusDays(settings.longestWindow()), Partitions.StaleReason.DAY_RETAKEN);
    if (plan.wasTaken(day)) {
      Partitions.SNAPSHOT.markStale(
          state, plan.last().plusDays(1), null, Partitions.StaleReason.DAY_RETAKEN);
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

  private List<String> changedOn(LocalDate day, RebuildBounds bounds) throws SQLException {
    var dayBefore =
        RebuildBounds.endOf(
            day.minusDays(1), calendar.lastBlockOf(day.minusDays(1)), clock.instant(), settings);
    var parameters =
        new HashMap<>(
            Map.of(
                "after_block", Long.toString(dayBefore.untilBlock()),
                "until_block", Long.toString(bounds.untilBlock()),
                "after_time", dayBefore.chainTime().toString(),
                "chain_time", bounds.chainTime().toString()));
    bounds.delays().addTo(parameters);
    SqlFile.set(events, parameters);
    return Sql.list(
        events,
        Extraction.OPERATORS_BETWEEN_BLOCKS.on(events).statement(),
        rows -> rows.getString(1));
  }

  private List<String> knownBefore(LocalDate day) throws SQLException {
    return Sql.list(
        state,
        "select operator_id from operators where first_activity_at < ? order by operator_id",
        rows -> rows.getString(1),
        day.atStartOfDay(ZoneOffset.UTC).toOffsetDateTime());
  }
}
