package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.query.DayRange;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.RunRequest;
import dev.operatoranalytics.pipeline.RunRequests;
import dev.operatoranalytics.pipeline.RunRequests.EnqueuedRun;
import dev.operatoranalytics.pipeline.schedule.Scheduler;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Mutations of administrators. They check their input here; the pipeline stores the requests in its
 * own tables.
 */
@Singleton
class MutationWiring implements Wiring {
  private final RunRequests requests;
  private final Scheduler scheduler;
  private final Clock clock;

  MutationWiring(RunRequests requests, Scheduler scheduler, Clock clock) {
    this.requests = requests;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  private record CancelledRun(String runKey) {}

  private record ResetCheckpoint(String name) {}

  private record ChangedSchedule(String name) {}

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .mutation("startRun", env -> start(run(MutationInput.of(env)), env))
        .mutation("startBackfill", env -> start(backfill(MutationInput.of(env)), env))
        .mutation("retryRun", this::retry)
        .mutation("cancelRun", this::cancel)
        .mutation("resetCheckpoint", this::reset)
        .mutation("setScheduleEnabled", this::setScheduleEnabled)
        .reference("ResetCheckpointPayload", "checkpoint", "Checkpoint", ResetCheckpoint::name)
        .reference("SetScheduleEnabledPayload", "schedule", "Schedule", ChangedSchedule::name)
        .reference("CancelRunPayload", "run", "Run", CancelledRun::runKey);
    for (var payload :
        new String[] {"StartRunPayload", "StartBackfillPayload", "RetryRunPayload"}) {
      fields
          .type(payload, EnqueuedRun.class)
          .<EnqueuedRun>reference(payload, "run", "Run", queued -> Long.toString(queued.runId()));
    }
  }

  private RunRequest run(MutationInput input) {
    var job = input.text("job");
    var date = input.find(LocalDate.class, "date");
    var isFull = input.get(Boolean.class, "full");
    var takesDays = !job.equals("STATE_UPDATE");
    if (isFull && takesDays) {
      throw new UserInputError("full is for STATE_UPDATE alone; days are taken anew with date");
    }
    if (date == null) {
      return new RunRequest(jobName(job), isFull, null, null, null, null);
    }
    if (!takesDays) {
      throw new UserInputError("date is for jobs that take days");
    }
    requireEnded(date);
    return range(job, date, date, "ALL");
  }

  private RunRequest backfill(MutationInput input) {
    var days = new DayRange(input.get(LocalDate.class, "from"), input.get(LocalDate.class, "to"));
    requireEnded(days.to());
    return range(input.text("job"), days.from(), days.to(), input.text("reprocess"));
  }

  private static RunRequest range(String job, LocalDate from, LocalDate to, String reprocess) {
    return new RunRequest(jobName(job), false, from, to, reprocess, null);
  }

  /** As {@code pipeline_runs} names the job of the schema. */
  private static String jobName(String job) {
    return job.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void requireEnded(LocalDate day) {
    if (!day.isBefore(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))) {
      throw new UserInputError("%s has not ended yet".formatted(day));
    }
  }

  private EnqueuedRun start(RunRequest request, DataFetchingEnvironment env) {
    return MutationInput.send(() -> requests.start(request, MutationInput.caller(env)));
  }

  private EnqueuedRun retry(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var run = RunIds.number(input.text("id"));
    var isWhole = input.text("scope").equals("ALL");
    return MutationInput.send(
        () -> requests.retry(Long.parseLong(run), isWhole, MutationInput.caller(env)));
  }

  private CancelledRun cancel(DataFetchingEnvironment env) {
    var run = RunIds.number(MutationInput.of(env).text("id"));
    return MutationInput.send(
        () -> {
          requests.cancel(Long.parseLong(run));
          return new CancelledRun(run);
        });
  }

  private ResetCheckpoint reset(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var at = input.get(Instant.class, "lastProcessedAt");
    if (at.isAfter(clock.instant())) {
      throw new UserInputError(
          "lastProcessedAt %s is in the future: rows would be missed".formatted(at));
    }
    var name = input.find(String.class, "name");
    return new ResetCheckpoint(MutationInput.send(() -> requests.resetCheckpoint(name, at)));
  }

  private ChangedSchedule setScheduleEnabled(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var name = input.text("name");
    var isEnabled = input.get(Boolean.class, "isEnabled");
    if (!MutationInput.send(() -> scheduler.setEnabled(name, isEnabled))) {
      throw UserInputError.notFound("no such schedule: " + name);
    }
    return new ChangedSchedule(name);
  }
}
