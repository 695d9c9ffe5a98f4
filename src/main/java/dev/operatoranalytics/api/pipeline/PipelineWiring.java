package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.feed.Told.Gap;
import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.query.Row;
import dev.operatoranalytics.database.Change.Kind;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.scheduling.cron.CronExpression;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What of the pipeline Java answers: the next tick of a schedule, and what is followed. */
@Singleton
class PipelineWiring implements Wiring {
  private final JdbcOperations jdbc;
  private final Clock clock;

  PipelineWiring(@Named("api") JdbcOperations jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .field("Schedule", "nextTickAt", this::nextTickAt)
        .type("Gap", Gap.class)
        .follow(
            "analyticsPublished",
            env -> Follow.all(Kind.ANALYTICS, null, Fields.position(env)),
            AnalyticsPublished::new)
        .type("AnalyticsPublished", AnalyticsPublished.class)
        .follow("runProgress", this::follow, RunProgress::new)
        .type("RunProgress", RunProgress.class)
        .reference("RunProgress", "run", "Run", RunProgress::runId);
  }

  /** Null while it is paused, or when no server runs it. */
  private @Nullable Instant nextTickAt(Row schedule) {
    return Boolean.TRUE.equals(schedule.get("is_enabled"))
            && schedule.get("cron") instanceof String cron
        ? CronExpression.create(cron)
            .nextTimeAfter(clock.instant().atZone(ZoneOffset.UTC))
            .toInstant()
        : null;
  }

  private Follow follow(DataFetchingEnvironment env) {
    String id = env.getArgument("id");
    if (id == null) {
      return Follow.all(Kind.RUN, null, Fields.position(env));
    }
    var run = RunIds.number(id);
    var status = status(run).orElseThrow(() -> new BadInput("no such run: " + id));
    return Follow.run(run, Fields.position(env), status);
  }

  private Optional<String> status(String run) {
    return jdbc.prepareStatement(
        "select status from pipeline_runs where run_id = ?",
        statement -> {
          statement.setLong(1, Long.parseLong(run));
          try (var row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
          }
        });
  }
}
