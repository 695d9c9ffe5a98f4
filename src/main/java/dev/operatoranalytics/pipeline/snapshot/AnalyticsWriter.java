package dev.operatoranalytics.pipeline.snapshot;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.RebuildBounds;
import dev.operatoranalytics.pipeline.RewardMonths;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.SqlFile;
import dev.operatoranalytics.pipeline.StageRunner;
import dev.operatoranalytics.pipeline.Stages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Analyses days and computes their rewards, each from the snapshots up to it; no day needs those of
 * another.
 */
final class AnalyticsWriter extends DayWriter {
  private final PipelineSettings settings;
  private final StageRunner runner;

  AnalyticsWriter(Run run, PipelineSettings settings, Clock clock, Connection state)
      throws SQLException {
    super(Partitions.ANALYTICS, DailyAnalytics.JOB, run, clock, state);
    this.settings = settings;
    this.runner = new StageRunner(state, state);
  }

  @Override
  TakenDay take(LocalDate day, DayPlace place) throws SQLException {
    var basis = Partitions.SNAPSHOT.done(state, day);
    if (basis == null) {
      throw new SQLException("its snapshot is not there");
    }
    SqlFile.set(
        state,
        Map.of(
            "day", day.toString(),
            "windows", settings.windows().stream().map(String::valueOf).collect(joining(",")),
            "min_data_points", Integer.toString(settings.minDataPoints())));
    var bounds = RebuildBounds.endOf(day, basis.untilBlock(), clock.instant(), settings);
    var steps = new ArrayList<>(runner.run(Stages.ANALYTICS, List.of(), bounds));
    RewardMonths.open(state, day);
    Stages.planRewards(state);
    steps.addAll(runner.run(Stages.REWARDS, List.of(), bounds));
    Stages.planYields(state);
    if (isNewest(day)) {
      RewardMonths.sum(state, day);
      Stages.holdRanks(state);
      // only the newest yields are kept: a later day of this writer replaces them. Days are
      // analysed in parallel: a newer one may have been written before the lock
      if (place.isLast() && isNewest(day)) {
        steps.addAll(runner.run(Stages.YIELDS, List.of(), bounds));
      }
      steps.addAll(runner.rank(bounds));
    }
    return new TakenDay(steps, basis, 0);
  }

  private boolean isNewest(LocalDate day) throws SQLException {
    return Sql.get(
        state,
        "select not exists (select from network_daily_risk where date > ?)",
        row -> row.getBoolean(1),
        day);
  }

  @Override
  List<Change> follow(LocalDate day) {
    return List.of(Change.analytics(day, run.id()));
  }
}
