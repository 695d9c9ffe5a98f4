package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;

/** Looks for what is due while a server is up. */
@Singleton
@Requires(property = "schedules.is-running", value = "true")
class Clockwork {
  private final Scheduler scheduler;

  Clockwork(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Scheduled(
      initialDelay = "2s",
      fixedDelay = "${schedules.every:20s}",
      scheduler = TaskExecutors.SCHEDULED)
  void look() {
    scheduler.runDue();
  }
}
