package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.database.DelayedStart;
import dev.operatoranalytics.database.NewerTables;
import dev.operatoranalytics.pipeline.Asset;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Polls for schedules that are due and for queued runs while a server is up. It starts with {@link
 * #begin}, so that nothing interferes with what the server does first.
 */
@Singleton
@Requires(property = "schedules.is-running")
public class JobPoller {
  private final Scheduler scheduler;
  private final RunQueue queue;
  private final DataSource state;
  private final NewerTables newer;
  private final boolean runsSchedules;
  private final DelayedStart start;

  JobPoller(
      Scheduler scheduler,
      RunQueue queue,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      NewerTables newer,
      @Property(name = "schedules.is-running") boolean runsSchedules) {
    this.scheduler = scheduler;
    this.queue = queue;
    this.state = plain.resolve(state);
    this.newer = newer;
    this.runsSchedules = runsSchedules;
    this.start = new DelayedStart("runs", this::prepare);
  }

  /** Starts polling; on a database that accepts no writes now, as soon as it does. */
  public void begin() throws SQLException {
    start.begin();
  }

  private void prepare() throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(true);
      Asset.keep(connection);
    }
    if (runsSchedules) {
      scheduler.announce();
    }
  }

  private boolean mayWrite() {
    return start.isStarted() && !newer.areFound();
  }

  @Scheduled(
      initialDelay = "2s",
      fixedDelay = "${schedules.every:20s}",
      scheduler = TaskExecutors.SCHEDULED)
  void runDue() {
    if (runsSchedules && mayWrite()) {
      scheduler.startDue();
    }
  }

  @Scheduled(
      initialDelay = "1s",
      fixedDelay = "${schedules.queue-every:1s}",
      scheduler = TaskExecutors.SCHEDULED)
  void runQueued() {
    if (mayWrite()) {
      queue.poll();
    }
  }
}
