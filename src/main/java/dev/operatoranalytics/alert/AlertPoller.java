package dev.operatoranalytics.alert;

import dev.operatoranalytics.database.DatabaseUnavailable;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates the rules soon after data changed, and delivers, on servers that run schedules. */
@Singleton
@Requires(property = "schedules.is-running")
public class AlertPoller {
  private static final Logger log = LoggerFactory.getLogger(AlertPoller.class);

  private final AlertEvaluator evaluator;
  private final AlertDelivery delivery;
  private final AlertWebhooks webhooks;
  private final boolean runsSchedules;
  private volatile boolean hasBegun;
  private volatile boolean isDelayed;

  AlertPoller(
      AlertEvaluator evaluator,
      AlertDelivery delivery,
      AlertWebhooks webhooks,
      @Property(name = "schedules.is-running") boolean runsSchedules) {
    this.evaluator = evaluator;
    this.delivery = delivery;
    this.webhooks = webhooks;
    this.runsSchedules = runsSchedules;
  }

  /** Starts polling; on a database that accepts no writes now, as soon as it does. */
  public void begin() throws SQLException {
    if (!runsSchedules) {
      return;
    }
    try {
      start();
    } catch (SQLException e) {
      if (DatabaseUnavailable.outage(e).isEmpty()) {
        throw e;
      }
      log.warn("alerts begin when the database accepts writes: {}", e.getMessage());
      isDelayed = true;
    }
  }

  private synchronized void start() throws SQLException {
    if (!hasBegun) {
      webhooks.applySettings();
      hasBegun = true;
    }
  }

  private boolean hasBegun() {
    if (isDelayed && !hasBegun) {
      try {
        start();
      } catch (SQLException e) {
        log.debug("alerts cannot begin yet: {}", e.getMessage());
      }
    }
    return hasBegun;
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s", scheduler = TaskExecutors.SCHEDULED)
  void evaluate() {
    if (!hasBegun()) {
      return;
    }
    try {
      evaluator.evaluate();
    } catch (SQLException e) {
      log.warn("alerts could not be evaluated, retrying: {}", e.getMessage());
    }
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s", scheduler = TaskExecutors.SCHEDULED)
  void deliver() {
    if (!hasBegun()) {
      return;
    }
    try {
      delivery.deliverDue();
    } catch (SQLException e) {
      log.warn("alerts could not be delivered, retrying: {}", e.getMessage());
    }
  }
}
