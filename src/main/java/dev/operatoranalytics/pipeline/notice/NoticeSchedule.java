package dev.operatoranalytics.pipeline.notice;

import dev.operatoranalytics.pipeline.schedule.Schedule;
import dev.operatoranalytics.pipeline.schedule.ScheduleSettings;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Posts notices on schedule when a webhook is configured. */
@Factory
@Requires(property = "webhook.url", pattern = ".+")
class NoticeSchedule {

  @Singleton
  @Named("notices")
  Schedule notices(Notices notices, ScheduleSettings settings) {
    return Schedule.of(
        "notices",
        settings.notices(),
        () -> {
          notices.postAll();
          return Schedule.TickOutcome.DONE;
        });
  }
}
