package dev.operatoranalytics.alert;

import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.DelayedStart;
import dev.operatoranalytics.database.NewerTables;
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
  private final NewerTables newer;
  private final boolean runsSchedules;
  private final DelayedStart start;

  AlertPoller(
      AlertEvaluator evaluator,
      AlertDelivery delivery,
      AlertWebhooks webhooks,
      NewerTables newer,
      @Property(name = "schedules.is-running") boolean runsSchedules) {
    this.evaluator = evaluator;
    this.delivery = delivery;
    this.newer = newer;
    this.runsSchedules = runsSchedules;
    this.start = new DelayedStart("alerts", webhooks::applySettings);
  }

  /** Starts polling; on a database that accepts no writes now, as soon as it does. */
  public void begin() throws SQLException {
    if (runsSchedules) {
      start.begin();
    }
  }

  private boolean mayWrite() {
    return start.isStarted() && !newer.areFound();
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s", scheduler = TaskExecutors.SCHEDULED)
  void evaluate() {
    if (!mayWrite()) {
      return;
    }
    try {
      evaluator.evaluate();
    } catch (SQLException | DatabaseUnavailable e) {
      log.warn("alerts could not be evaluated, retrying: {}", e.getMessage());
    }
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s", scheduler = TaskExecutors.SCHEDULED)
  void deliver() {
    if (!mayWrite()) {
      return;
    }
    try {
      delivery.deliverDue();
    } catch (SQLException | DatabaseUnavailable e) {
      log.warn("alerts could not be delivered, retrying: {}", e.getMessage());
    }
  }
}
