package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.scheduling.cron.CronExpression;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * When jobs run, as cron lines in UTC.
 *
 * @param stateUpdate brings the state up to date
 * @param snapshots takes the days that have ended
 * @param analytics analyses them
 */
@ConfigurationProperties("schedules")
public record ScheduleSettings(
    @Bindable(defaultValue = "0 */6 * * *") String stateUpdate,
    @Bindable(defaultValue = "5 0 * * *") String snapshots,
    @Bindable(defaultValue = "30 0 * * *") String analytics) {

  public ScheduleSettings {
    requireCron("SCHEDULES_STATE_UPDATE", stateUpdate);
    requireCron("SCHEDULES_SNAPSHOTS", snapshots);
    requireCron("SCHEDULES_ANALYTICS", analytics);
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
