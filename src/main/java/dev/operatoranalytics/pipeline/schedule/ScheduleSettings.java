package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.scheduling.cron.CronExpression;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;

/**
 * When jobs run, as cron lines in UTC.
 *
 * @param stateUpdate updates the state tables
 * @param snapshots takes the days that have ended
 * @param analytics analyses these days
 * @param epochs imports new epochs, when {@code EPOCHS_SOURCE} is set
 * @param metadata fetches published documents that are due, when {@code METADATA_IS_FETCHED}
 * @param prices reads prices, when {@code PRICES_SOURCES} names a source
 * @param restakedStrategies asks AVSs for restaked strategies, when {@code CHAIN_RPC_URL} is set
 */
@ConfigurationProperties("schedules")
public record ScheduleSettings(
    @Bindable(defaultValue = "0 */6 * * *") String stateUpdate,
    @Bindable(defaultValue = "5 0 * * *") String snapshots,
    @Bindable(defaultValue = "30 0 * * *") String analytics,
    @Bindable(defaultValue = "*/5 * * * *") String epochs,
    @Bindable(defaultValue = "*/5 * * * *") String metadata,
    @Bindable(defaultValue = "*/10 * * * *") String prices,
    @Bindable(defaultValue = "15 * * * *") String restakedStrategies) {

  public ScheduleSettings {
    requireCron("SCHEDULES_STATE_UPDATE", stateUpdate);
    requireCron("SCHEDULES_SNAPSHOTS", snapshots);
    requireCron("SCHEDULES_ANALYTICS", analytics);
    requireCron("SCHEDULES_EPOCHS", epochs);
    requireCron("SCHEDULES_METADATA", metadata);
    requireCron("SCHEDULES_PRICES", prices);
    requireCron("SCHEDULES_RESTAKED_STRATEGIES", restakedStrategies);
  }

  /** All schedules, configured or not; those of one group in the order in which they run. */
  static List<String> names() {
    return List.of(
        "state-update",
        "snapshots",
        "analytics",
        "epochs",
        "metadata",
        "prices",
        "restaked-strategies");
  }

  private static void requireCron(String setting, String line) {
    try {
      // a line such as that of the 30th of February can be read, but is never due
      CronExpression.create(line).nextTimeAfter(ZonedDateTime.now(ZoneOffset.UTC));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s is '%s'; expected a cron line of minute, hour, day of month, month and day of week, such as 0 */6 * * *"
              .formatted(setting, line),
          e);
    }
  }
}
