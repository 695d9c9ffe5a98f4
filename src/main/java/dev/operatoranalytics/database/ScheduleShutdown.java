package dev.operatoranalytics.database;

import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.scheduling.processor.ScheduledMethodProcessor;
import jakarta.inject.Singleton;

/**
 * Cancels {@code @Scheduled} methods when the program begins to end. Micronaut cancels them while
 * it destroys the beans; a tick in between would create its bean again, fail and log a stack trace.
 */
@Singleton
class ScheduleShutdown {
  private final ScheduledMethodProcessor schedules;

  ScheduleShutdown(ScheduledMethodProcessor schedules) {
    this.schedules = schedules;
  }

  @EventListener
  void cancel(ShutdownEvent event) {
    schedules.close();
  }
}
