package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunCancelled;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Days;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the runs that administrators asked for, each job on a thread of its own. They stand in
 * {@code pipeline_runs} as QUEUED; whichever server gets the job's lock begins them, and one that
 * waits for its job is tried again until the job is free.
 */
@Singleton
public class RunQueue {
  private static final Logger log = LoggerFactory.getLogger(RunQueue.class);

  private final DataSource state;
  private final StateUpdate stateUpdate;
  private final Snapshots snapshots;
  private final Analytics analytics;
  private final String pipeline;
  private final GracefulShutdown underway;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("run-", 0).factory());

  RunQueue(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      StateUpdate stateUpdate,
      Snapshots snapshots,
      Analytics analytics,
      PipelineSettings settings,
      GracefulShutdown underway) {
    this.state = plain.resolve(state);
    this.stateUpdate = stateUpdate;
    this.snapshots = snapshots;
    this.analytics = analytics;
    this.pipeline = settings.name();
    this.underway = underway;
  }

  /** What somebody asked for; without a range whatever is due. */
  private record Asked(
      long runId,
      String job,
      boolean isFull,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      Plan.@Nullable Reprocess reprocess) {

    Run.Queued cause() {
      return new Run.Queued(runId);
    }
  }

  /** Begins what is asked for and whose job nobody here is at, and finds runs that are dead. */
  void look() {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      loseTheDead(connection);
      for (var asked : asked(connection)) {
        if (busy.add(asked.job())) {
          threads.execute(() -> take(asked));
        }
      }
      connection.rollback();
    } catch (SQLException e) {
      log.error("what was asked for will be looked for again", e);
    }
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }

  /** Whoever runs holds the lock of its job: a run whose lock is free has no process. */
  private void loseTheDead(Connection connection) throws SQLException {
    for (var job : running(connection)) {
      var lock = job.equals(StateUpdate.JOB) ? pipeline : pipeline + "/" + job;
      if (AdvisoryLock.tryAcquire(connection, lock)) {
        Run.loseAll(connection, job);
        connection.commit();
      }
    }
  }

  private static List<String> running(Connection connection) throws SQLException {
    var jobs = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select distinct job from pipeline_runs where status = 'RUNNING'")) {
      while (rows.next()) {
        jobs.add(rows.getString(1));
      }
    }
    return jobs;
  }

  private static List<Asked> asked(Connection connection) throws SQLException {
    var asked = new ArrayList<Asked>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select run_id, job, is_full, from_date, to_date, reprocess
                from pipeline_runs
                where status = 'QUEUED'
                order by run_id
                """)) {
      while (rows.next()) {
        var reprocess = rows.getString(6);
        asked.add(
            new Asked(
                rows.getLong(1),
                rows.getString(2),
                rows.getBoolean(3),
                rows.getObject(4, LocalDate.class),
                rows.getObject(5, LocalDate.class),
                reprocess == null ? null : Plan.Reprocess.valueOf(reprocess)));
      }
    }
    return asked;
  }

  private void take(Asked asked) {
    try {
      underway.run(
          "run=%d job=%s was stopped as this server ends".formatted(asked.runId(), asked.job()),
          () -> run(asked));
    } catch (RunCancelled e) {
      log.info("run={} is not queued any more", asked.runId());
    } catch (CancellationException e) {
      log.debug("run={} was stopped", asked.runId(), e);
    } catch (SQLException | RuntimeException e) {
      log.error("run={} job={} failed", asked.runId(), asked.job(), e);
      end(asked, Run.End.FAILED, e.getMessage());
    } finally {
      busy.remove(asked.job());
    }
  }

  private void run(Asked asked) throws SQLException {
    switch (asked.job()) {
      case StateUpdate.JOB -> stateUpdate.run(asked.isFull(), asked.cause(), (done, of) -> {});
      case Snapshots.JOB -> settle(asked, take(asked, snapshots));
      case Analytics.JOB -> settle(asked, take(asked, analytics));
      default -> end(asked, Run.End.FAILED, "no such job");
    }
  }

  private static DayResult take(Asked asked, Days days) throws SQLException {
    return asked.reprocess() == null
        ? days.run(asked.cause(), (done, of) -> {})
        : days.run(
            Objects.requireNonNull(asked.from()),
            Objects.requireNonNull(asked.to()),
            asked.reprocess(),
            asked.cause(),
            (done, of) -> {});
  }

  /** A run that had days to take has its end; one that never began gets it here. */
  private void settle(Asked asked, DayResult result) {
    switch (result) {
      case DayResult.Taken taken -> {}
      case DayResult.Cancelled cancelled -> {}
      case DayResult.AlreadyRunning(), DayResult.StateBehind() -> {}
      case DayResult.StateCancelled cancelled -> end(asked, Run.End.CANCELLED, cancelled.message());
      case DayResult.NothingToDo() -> end(asked, Run.End.SUCCEEDED, null);
      case DayResult other -> end(asked, Run.End.FAILED, other.message());
    }
  }

  private void end(Asked asked, Run.End end, @Nullable String message) {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      Run.endQueued(connection, asked.cause(), end, message);
      connection.commit();
    } catch (SQLException e) {
      log.error("run={} cannot be ended", asked.runId(), e);
    }
  }
}
