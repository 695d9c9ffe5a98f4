package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.feed.Told.Gap;
import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.database.Change.Kind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the fields of the pipeline are answered. */
@Singleton
class PipelineWiring implements Wiring {
  private final PipelineQueries pipeline;
  private final AssetQueries assets;
  private final RunQueries runs;
  private final Clock clock;

  PipelineWiring(PipelineQueries pipeline, AssetQueries assets, RunQueries runs, Clock clock) {
    this.pipeline = pipeline;
    this.assets = assets;
    this.runs = runs;
    this.clock = clock;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .query("pipeline", env -> new Pipeline())
        .byClock("Query", "pipeline")
        .type("Pipeline", Pipeline.class)
        .type("Checkpoint", Checkpoint.class)
        .type("CheckResult", CheckResult.class)
        .type("Schedule", Schedule.class)
        .type("ScheduleTick", Schedule.Tick.class)
        .field("Pipeline", "dataVersion", (Pipeline of) -> pipeline.dataVersion())
        .field("Pipeline", "isFilling", (Pipeline of) -> pipeline.isFilling())
        .field("Pipeline", "checkpoint", (Pipeline of) -> pipeline.checkpoint().orElse(null))
        .field("Pipeline", "checks", (Pipeline of) -> pipeline.checks())
        .field("Pipeline", "lagSeconds", (Pipeline of) -> lagSeconds(pipeline.checkpoint()))
        .field("Pipeline", "schedules", (Pipeline of) -> pipeline.schedules())
        .each("CheckResult", "asset", CheckResult::asset, assets::byKey)
        .field(
            "Schedule", "nextTickAt", (Schedule schedule) -> schedule.nextTickAt(clock.instant()))
        .each("ScheduleTick", "run", Schedule.Tick::runKey, runs::byKey)
        .toldToAdmins("ScheduleTick", "error");
    fields
        .type("Gap", Gap.class)
        .follow(
            "analyticsPublished",
            env -> Follow.all(Kind.ANALYTICS, null, Fields.position(env)),
            AnalyticsPublished::new)
        .type("AnalyticsPublished", AnalyticsPublished.class)
        .follow("runProgress", this::follow, RunProgress::new)
        .type("RunProgress", RunProgress.class)
        .each("RunProgress", "run", RunProgress::runId, runs::byKey);
  }

  private @Nullable Double lagSeconds(Optional<Checkpoint> checkpoint) {
    return checkpoint
        .map(Checkpoint::lastProcessedAt)
        .map(read -> Duration.between(read, clock.instant()).toMillis() / 1e3)
        .orElse(null);
  }

  private Follow follow(DataFetchingEnvironment env) {
    String id = env.getArgument("id");
    if (id == null) {
      return Follow.all(Kind.RUN, null, Fields.position(env));
    }
    var run = Run.keyOf(id);
    var status =
        pipeline
            .runStatus(Long.parseLong(run))
            .orElseThrow(() -> new BadInput("no such run: " + id));
    return Follow.run(run, Fields.position(env), status);
  }
}
