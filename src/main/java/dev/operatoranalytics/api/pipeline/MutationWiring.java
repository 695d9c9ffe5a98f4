package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.DayRange;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.RunRequest;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequests;
import dev.operatoranalytics.pipeline.RunRequests.EnqueuedRun;
import dev.operatoranalytics.pipeline.schedule.Scheduler;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.exceptions.DataAccessException;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  private interface Request<T> {
    T send() throws SQLException;
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .mutation("startRun", env -> start(run(Input.of(env)), env))
        .mutation("startBackfill", env -> start(backfill(Input.of(env)), env))
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
      return new RunRequest(jobName(job), isFull, null, null, null, null);
    }
    if (!takesDays) {
      throw new UserInputError("date is for jobs that take days");
    }
    requireEnded(date);
    return range(job, date, date, "ALL");
  }

  private RunRequest backfill(Input input) {
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
    return send(() -> requests.start(request, caller(env)));
  }

  private EnqueuedRun retry(DataFetchingEnvironment env) {
    var input = Input.of(env);
    var run = RunIds.number(input.text("id"));
    var isWhole = input.text("scope").equals("ALL");
    return send(() -> requests.retry(Long.parseLong(run), isWhole, caller(env)));
  }

  private CancelledRun cancel(DataFetchingEnvironment env) {
    var run = RunIds.number(Input.of(env).text("id"));
    return send(
        () -> {
          requests.cancel(Long.parseLong(run));
          return new CancelledRun(run);
        });
  }

  private ResetCheckpoint reset(DataFetchingEnvironment env) {
    var input = Input.of(env);
    var at = input.get(Instant.class, "lastProcessedAt");
    if (at.isAfter(clock.instant())) {
      throw new UserInputError(
          "lastProcessedAt %s is in the future: rows would be missed".formatted(at));
    }
    var name = input.find(String.class, "name");
    return new ResetCheckpoint(send(() -> requests.resetCheckpoint(name, at)));
  }

  private ChangedSchedule setScheduleEnabled(DataFetchingEnvironment env) {
    var input = Input.of(env);
    var name = input.text("name");
    var isEnabled = input.get(Boolean.class, "isEnabled");
    if (!send(() -> scheduler.setEnabled(name, isEnabled))) {
      throw UserInputError.notFound("no such schedule: " + name);
    }
    return new ChangedSchedule(name);
  }

  private static <T> T send(Request<T> request) {
    try {
      return request.send();
    } catch (RunRequestRejected e) {
      throw switch (e.reason()) {
        case INVALID -> new UserInputError(e.getMessage());
        case NOT_FOUND -> UserInputError.notFound(e.getMessage());
        case CONFLICT -> UserInputError.conflict(e.getMessage());
      };
    } catch (SQLException e) {
      throw new DataAccessException("the request could not be stored", e);
    }
  }

  private static String caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class)).name();
  }
}
