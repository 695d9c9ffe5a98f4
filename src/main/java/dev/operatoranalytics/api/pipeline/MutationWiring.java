package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.pipeline.RunRequests.Queued;
import dev.operatoranalytics.api.pipeline.RunRequests.RunRequest;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.DayRange;
import dev.operatoranalytics.api.query.UserInputError;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers the mutations of the pipeline. */
@Singleton
class MutationWiring implements Wiring {
  private final RunRequests requests;
  private final Clock clock;

  MutationWiring(RunRequests requests, Clock clock) {
    this.requests = requests;
    this.clock = clock;
  }

  /** The payload of a cancelled run. */
  private record Cancelled(String runKey) {}

  /** The payload of a reset checkpoint. */
  private record Reset(String name) {}

  /** The payload of a changed schedule. */
  private record Switched(String name) {}

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .mutation("startRun", env -> requests.start(run(Input.of(env)), caller(env)))
        .mutation("startBackfill", env -> requests.start(backfill(Input.of(env)), caller(env)))
        .mutation("retryRun", this::retry)
        .mutation("cancelRun", this::cancel)
        .mutation("resetCheckpoint", this::reset)
        .mutation("setScheduleEnabled", this::setScheduleEnabled)
        .reference("ResetCheckpointPayload", "checkpoint", "Checkpoint", Reset::name)
        .reference("SetScheduleEnabledPayload", "schedule", "Schedule", Switched::name)
        .reference("CancelRunPayload", "run", "Run", Cancelled::runKey);
    for (var payload :
        new String[] {"StartRunPayload", "StartBackfillPayload", "RetryRunPayload"}) {
      fields.type(payload, Queued.class).reference(payload, "run", "Run", Queued::runKey);
    }
  }

  /** The one argument of a mutation. */
  private record Input(Map<String, Object> values) {

    static Input of(DataFetchingEnvironment env) {
      return new Input(Objects.requireNonNull(env.getArgument("input")));
    }

    <T> T get(Class<T> type, String name) {
      return Objects.requireNonNull(find(type, name), name);
    }

    <T> @Nullable T find(Class<T> type, String name) {
      return type.cast(values.get(name));
    }

    String text(String name) {
      return get(Object.class, name).toString();
    }
  }

  private RunRequest run(Input input) {
    var job = input.text("job");
    var date = input.find(LocalDate.class, "date");
    var isFull = input.get(Boolean.class, "full");
    var takesDays = !job.equals("STATE_UPDATE");
    if (isFull && takesDays) {
      throw new UserInputError("full is for STATE_UPDATE alone; days are taken anew with date");
    }
    if (date == null) {
      return new RunRequest(job, isFull, null, null, null, null);
    }
    if (!takesDays) {
      throw new UserInputError("date is for jobs that take days");
    }
    rejectUnfinishedDays(date);
    return RunRequest.range(job, date, date, "ALL");
  }

  private RunRequest backfill(Input input) {
    var days = new DayRange(input.get(LocalDate.class, "from"), input.get(LocalDate.class, "to"));
    rejectUnfinishedDays(days.to());
    return RunRequest.range(input.text("job"), days.from(), days.to(), input.text("reprocess"));
  }

  private void rejectUnfinishedDays(LocalDate day) {
    if (!day.isBefore(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))) {
      throw new UserInputError("%s has not ended yet".formatted(day));
    }
  }

  private Queued retry(DataFetchingEnvironment env) {
    var input = Input.of(env);
    return requests.retry(
        RunIds.number(input.text("id")), input.text("what").equals("ALL"), caller(env));
  }

  private Cancelled cancel(DataFetchingEnvironment env) {
    var run = RunIds.number(Input.of(env).text("id"));
    requests.cancel(run);
    return new Cancelled(run);
  }

  private Reset reset(DataFetchingEnvironment env) {
    var input = Input.of(env);
    var at = input.get(Instant.class, "lastProcessedAt");
    if (at.isAfter(clock.instant())) {
      throw new UserInputError(
          "lastProcessedAt %s is in the future: rows would be missed".formatted(at));
    }
    var name = requests.reset(input.find(String.class, "name"), at);
    return new Reset(name);
  }

  private Switched setScheduleEnabled(DataFetchingEnvironment env) {
    var input = Input.of(env);
    var name = input.text("name");
    requests.setScheduleEnabled(name, input.get(Boolean.class, "isEnabled"));
    return new Switched(name);
  }

  private static String caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class)).name();
  }
}
