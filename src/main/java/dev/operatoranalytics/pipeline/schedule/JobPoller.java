package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.database.DatabaseUnavailable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls for schedules that are due and for queued runs while a server is up. It starts with {@link
 * #begin}, so that nothing interferes with what the server does first.
 */
@Singleton
@Requires(property = "schedules.is-running")
public class JobPoller {
  private static final Logger log = LoggerFactory.getLogger(JobPoller.class);

  private final Scheduler scheduler;
  private final RunQueue queue;
  private final DataSource state;
  private final boolean runsSchedules;
  private volatile boolean hasBegun;
  private volatile boolean isDelayed;

  JobPoller(
      Scheduler scheduler,
      RunQueue queue,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      @Property(name = "schedules.is-running") boolean runsSchedules) {
    this.scheduler = scheduler;
    this.queue = queue;
    this.state = plain.resolve(state);
    this.runsSchedules = runsSchedules;
  }

  /** Starts polling; on a database that accepts no writes now, as soon as it does. */
  public void begin() throws SQLException {
    try {
      start();
    } catch (SQLException e) {
      if (DatabaseUnavailable.outage(e).isEmpty()) {
        throw e;
      }
      log.warn("runs begin when the database accepts writes: {}", e.getMessage());
      isDelayed = true;
    }
  }

  private synchronized void start() throws SQLException {
    if (hasBegun) {
      return;
    }
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(true);
      Asset.keep(connection);
    }
    if (runsSchedules) {
      scheduler.announce();
    }
    hasBegun = true;
  }

  private boolean hasBegun() {
    if (isDelayed && !hasBegun) {
      try {
        start();
        log.info("the database accepts writes; runs begin");
      } catch (SQLException e) {
        log.debug("runs cannot begin yet: {}", e.getMessage());
      }
    }
    return hasBegun;
  }

  @Scheduled(
      initialDelay = "2s",
      fixedDelay = "${schedules.every:20s}",
      scheduler = TaskExecutors.SCHEDULED)
  void runDue() {
    if (hasBegun() && runsSchedules) {
      scheduler.startDue();
    }
  }

  @Scheduled(
      initialDelay = "1s",
      fixedDelay = "${schedules.queue-every:1s}",
      scheduler = TaskExecutors.SCHEDULED)
  void runQueued() {
    if (hasBegun()) {
      queue.poll();
    }
  }
}
