package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.StateUpdateResult;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Schedules of the jobs that follow from each other; when all are due, they run in this order. */
@Factory
class PipelineSchedules {
  private static final String GROUP = "pipeline";

  private final ScheduleSettings settings;

  PipelineSchedules(ScheduleSettings settings) {
    this.settings = settings;
  }

  @Singleton
  @Named("state-update")
  Schedule stateUpdate(StateUpdate job) {
    return Schedule.of(
        "state-update",
        GROUP,
        settings.stateUpdate(),
        () -> outcome(job.run(false, Run.Trigger.SCHEDULE, (done, of) -> {})));
  }

  @Singleton
  @Named("snapshots")
  Schedule snapshots(Snapshots job) {
    return Schedule.of(
        "snapshots",
        GROUP,
        settings.snapshots(),
        () -> outcome(job.run(Run.Trigger.SCHEDULE, (done, of) -> {})));
  }

  @Singleton
  @Named("analytics")
  Schedule analytics(DailyAnalytics job) {
    return Schedule.of(
        "analytics",
        GROUP,
        settings.analytics(),
        () -> outcome(job.run(Run.Trigger.SCHEDULE, (done, of) -> {})));
  }

  private static TickOutcome outcome(StateUpdateResult result) {
    return switch (result) {
      case StateUpdateResult.Updated updated -> new TickOutcome(updated.runId(), null);
      case StateUpdateResult.Cancelled cancelled -> new TickOutcome(cancelled.runId(), null);
      case StateUpdateResult.AlreadyRunning() -> TickOutcome.waiting("another run is under way");
    };
  }

  private static TickOutcome outcome(DayResult result) {
    return switch (result) {
      case DayResult.DaysTaken taken when taken.isWhole() -> new TickOutcome(taken.runId(), null);
      case DayResult.DaysTaken taken -> new TickOutcome(taken.runId(), taken.message());
      // a cancelled run is not retried a minute later
      case DayResult.DaysCancelled cancelled -> new TickOutcome(cancelled.runId(), null);
      case DayResult.StateCancelled cancelled -> new TickOutcome(cancelled.runId(), null);
      case DayResult.NothingToDo() -> TickOutcome.DONE;
      case DayResult other -> TickOutcome.waiting(other.message());
    };
  }
}
