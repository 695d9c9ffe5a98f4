package dev.operatoranalytics.alert;

import dev.operatoranalytics.database.DelayedStart;
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
  private final boolean runsSchedules;
  private final DelayedStart start;

  AlertPoller(
      AlertEvaluator evaluator,
      AlertDelivery delivery,
      AlertWebhooks webhooks,
      @Property(name = "schedules.is-running") boolean runsSchedules) {
    this.evaluator = evaluator;
    this.delivery = delivery;
    this.runsSchedules = runsSchedules;
    this.start = new DelayedStart("alerts", webhooks::applySettings);
  }

  /** Starts polling; on a database that accepts no writes now, as soon as it does. */
  public void begin() throws SQLException {
    if (runsSchedules) {
      start.begin();
    }
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s", scheduler = TaskExecutors.SCHEDULED)
  void evaluate() {
    if (!start.isStarted()) {
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
    if (!start.isStarted()) {
      return;
    }
    try {
      delivery.deliverDue();
    } catch (SQLException e) {
      log.warn("alerts could not be delivered, retrying: {}", e.getMessage());
    }
  }
}
