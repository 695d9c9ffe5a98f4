package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.Partitions.DayStatus;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Run;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The job that analyses days; it waits for their snapshots. */
@Singleton
public class DailyAnalytics implements Days {
  /** Name of the job in {@code pipeline_runs}. */
  public static final String JOB = "analytics";

  private final DataSource state;
  private final PipelineSettings settings;
  private final Clock clock;

  public DailyAnalytics(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      PipelineSettings settings,
      Clock clock) {
    this.state = plain.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  /** Analyses days that have a snapshot but no analytics, and yesterday. */
  @Override
  public DayResult run(Run.Cause cause, DayProgress progress) throws SQLException {
    var yesterday = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
    var snapshots = statuses(Partitions.SNAPSHOT);
    var statuses = statuses(Partitions.ANALYTICS);
    var since = Plan.begin(statuses, yesterday);
    var due = new ArrayList<LocalDate>();
    snapshots.forEach(
        (day, snapshot) -> {
          var status = statuses.get(day);
          var isDue = status == null ? !day.isBefore(since) : status != DayStatus.DONE;
          if (isDue && snapshot == DayStatus.DONE) {
            due.add(day);
          }
        });
    var plan = Plan.of(yesterday, yesterday, Plan.Reprocess.FAILED, statuses).due(due);
    return take(withSnapshots(plan, snapshots), cause, progress);
  }

  @Override
  public DayResult run(
      LocalDate from, LocalDate to, Plan.Reprocess reprocess, Run.Cause cause, DayProgress progress)
      throws SQLException {
    var snapshots = statuses(Partitions.SNAPSHOT);
    var first =
        snapshots.isEmpty() || from.isAfter(snapshots.firstKey()) ? from : snapshots.firstKey();
    var plan = Plan.of(first, to, reprocess, statuses(Partitions.ANALYTICS));
    return take(withSnapshots(plan, snapshots), cause, progress);
  }

  @Override
  public String job() {
    return JOB;
  }

  @Override
  public Plan plan(LocalDate from, LocalDate to, Plan.Reprocess reprocess) throws SQLException {
    var snapshots = statuses(Partitions.SNAPSHOT);
    return withSnapshots(Plan.of(from, to, reprocess, statuses(Partitions.ANALYTICS)), snapshots);
  }

  private static Plan withSnapshots(Plan plan, NavigableMap<LocalDate, DayStatus> snapshots) {
    return plan.without(day -> snapshots.get(day) != DayStatus.DONE, DayResult.NoSnapshot::new);
  }

  @Override
  public Plan.Coverage coverage(LocalDate from, LocalDate to) throws SQLException {
    return Plan.Coverage.of(from, to, statuses(Partitions.ANALYTICS));
  }

  private DayResult take(Plan plan, Run.Cause cause, DayProgress progress) throws SQLException {
    try (var job = DayJob.begin(state, settings.name(), JOB)) {
      if (job == null) {
        return new DayResult.DaysRunning();
      }
      var blocking = job.unreadableChecks();
      if (!blocking.isEmpty()) {
        return new DayResult.Blocked(blocking);
      }
      return job.take(
          plan,
          1,
          settings.parallelBatches(),
          cause,
          run -> new AnalyticsWriter(run, settings, clock, state.getConnection()),
          progress);
    }
  }

  private NavigableMap<LocalDate, DayStatus> statuses(Partitions partitions) throws SQLException {
    try (var connection = state.getConnection()) {
      return new TreeMap<>(partitions.statuses(connection));
    }
  }
}
