package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunCancelled;
import dev.operatoranalytics.pipeline.RunRepository;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
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
 * Executes the runs that administrators requested, each job on a thread of its own. {@code
 * pipeline_runs} holds them as QUEUED; the server that gets the job's lock starts them. A run whose
 * job is busy stays queued.
 */
@Singleton
public class RunQueue {
  private static final Logger log = LoggerFactory.getLogger(RunQueue.class);

  private final DataSource state;
  private final StateUpdate stateUpdate;
  private final Snapshots snapshots;
  private final DailyAnalytics analytics;
  private final String pipeline;
  private final GracefulShutdown shutdown;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("run-", 0).factory());

  RunQueue(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      StateUpdate stateUpdate,
      Snapshots snapshots,
      DailyAnalytics analytics,
      PipelineSettings settings,
      GracefulShutdown shutdown) {
    this.state = plain.resolve(state);
    this.stateUpdate = stateUpdate;
    this.snapshots = snapshots;
    this.analytics = analytics;
    this.pipeline = settings.name();
    this.shutdown = shutdown;
  }

  /** A queued run; without a range of days it takes what is due. */
  private record QueuedRun(
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

  /** Starts queued runs whose job is free here, and marks runs without a process as LOST. */
  void poll() {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      markLost(connection);
      for (var queued : queued(connection)) {
        if (busy.add(queued.job())) {
          threads.execute(() -> take(queued));
        }
      }
      connection.rollback();
    } catch (SQLException e) {
      DatabaseUnavailable.log(log, "queued runs cannot be read; the next poll tries again", e);
    }
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }

  /** A run holds the lock of its job: when the lock is free, its process has ended. */
  private void markLost(Connection connection) throws SQLException {
    for (var job : running(connection)) {
      var lock = job.equals(StateUpdate.JOB) ? pipeline : pipeline + "/" + job;
      if (AdvisoryLock.tryAcquire(connection, lock)) {
        new RunRepository(connection).markLost(job);
        connection.commit();
      }
    }
  }

  private static List<String> running(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        "select distinct job from pipeline_runs where status = 'RUNNING'",
        rows -> rows.getString(1));
  }

  private static List<QueuedRun> queued(Connection connection) throws SQLException {
    var queued = new ArrayList<QueuedRun>();
    Sql.each(
        connection,
        """
        select run_id, job, is_full, from_date, to_date, reprocess
        from pipeline_runs
        where status = 'QUEUED'
        order by run_id
        """,
        rows -> {
          var reprocess = rows.getString(6);
          queued.add(
              new QueuedRun(
                  rows.getLong(1),
                  rows.getString(2),
                  rows.getBoolean(3),
                  rows.getObject(4, LocalDate.class),
                  rows.getObject(5, LocalDate.class),
                  reprocess == null ? null : Plan.Reprocess.valueOf(reprocess)));
        });
    return queued;
  }

  private void take(QueuedRun queued) {
    try {
      shutdown.run(
          "run=%d job=%s was stopped as this server ends".formatted(queued.runId(), queued.job()),
          () -> run(queued));
    } catch (RunCancelled e) {
      log.info("run={} is no longer queued", queued.runId());
    } catch (CancellationException e) {
      log.debug("run={} was stopped", queued.runId(), e);
    } catch (SQLException | RuntimeException e) {
      DatabaseUnavailable.log(
          log, "run=%d job=%s failed".formatted(queued.runId(), queued.job()), e);
      end(queued, Run.End.FAILED, e.getMessage());
    } finally {
      busy.remove(queued.job());
    }
  }

  private void run(QueuedRun queued) throws SQLException {
    switch (queued.job()) {
      case StateUpdate.JOB -> stateUpdate.run(queued.isFull(), queued.cause(), (done, of) -> {});
      case Snapshots.JOB -> settle(queued, take(queued, snapshots));
      case DailyAnalytics.JOB -> settle(queued, take(queued, analytics));
      default -> end(queued, Run.End.FAILED, "no such job");
    }
  }

  private static DayResult take(QueuedRun queued, Days days) throws SQLException {
    return queued.reprocess() == null
        ? days.run(queued.cause(), (done, of) -> {})
        : days.run(
            Objects.requireNonNull(queued.from()),
            Objects.requireNonNull(queued.to()),
            queued.reprocess(),
            queued.cause(),
            (done, of) -> {});
  }

  /** Ends a queued run that did not start; one that took days has ended itself. */
  private void settle(QueuedRun queued, DayResult result) {
    switch (result) {
      case DayResult.DaysTaken taken -> {}
      case DayResult.DaysCancelled cancelled -> {}
      case DayResult.DaysRunning(), DayResult.StateBehind() -> {}
      case DayResult.StateCancelled cancelled ->
          end(queued, Run.End.CANCELLED, cancelled.message());
      case DayResult.NothingToDo() -> end(queued, Run.End.SUCCEEDED, null);
      case DayResult other -> end(queued, Run.End.FAILED, other.message());
    }
  }

  private void end(QueuedRun queued, Run.End end, @Nullable String message) {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      new RunRepository(connection).endQueued(queued.cause(), end, message);
      connection.commit();
    } catch (SQLException | DatabaseUnavailable e) {
      DatabaseUnavailable.log(log, "run=%d cannot be ended".formatted(queued.runId()), e);
    }
  }
}
