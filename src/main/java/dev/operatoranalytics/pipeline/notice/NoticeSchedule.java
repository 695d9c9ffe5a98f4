package dev.operatoranalytics.pipeline.notice;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for what somebody should hear of while a server is up that runs jobs by itself. */
@Singleton
@Requires(property = "webhook.url", pattern = ".+")
@Requires(property = "schedules.is-running", value = "true")
class NoticeSchedule {
  private static final Logger log = LoggerFactory.getLogger(NoticeSchedule.class);

  private final Notices notices;

  NoticeSchedule(Notices notices) {
    this.notices = notices;
  }

  @Scheduled(
      initialDelay = "20s",
      fixedDelay = "${webhook.every:1m}",
      scheduler = TaskExecutors.SCHEDULED)
  void look() {
    try {
      notices.tellAll();
    } catch (SQLException | RuntimeException e) {
      log.error("nobody is told at the moment, it will be tried again", e);
    }
  }
}
