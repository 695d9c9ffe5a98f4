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

/** How the fields of the pipeline are answered. */
@Singleton
class PipelineWiring implements Wiring {
  private final PipelineQueries pipeline;
  private final Clock clock;

  PipelineWiring(PipelineQueries pipeline, Clock clock) {
    this.pipeline = pipeline;
    this.clock = clock;
  }

  /** Whatever is asked of the pipeline is read by its own field. */
  private record Pipeline() {}

  @Override
  public void wire(Fields fields) {
    fields
        .query("pipeline", env -> new Pipeline())
        .byClock("Query", "pipeline")
        .type("Pipeline", Pipeline.class)
        .type("Checkpoint", Checkpoint.class)
        .type("CheckResult", CheckResult.class)
        .field("Pipeline", "dataVersion", (Pipeline of) -> pipeline.dataVersion())
        .field("Pipeline", "checkpoint", (Pipeline of) -> pipeline.checkpoint().orElse(null))
        .field("Pipeline", "checks", (Pipeline of) -> pipeline.checks())
        .field(
            "Checkpoint",
            "lagSeconds",
            (Checkpoint checkpoint) ->
                checkpoint.lastProcessedAt() == null
                    ? null
                    : Duration.between(checkpoint.lastProcessedAt(), clock.instant()).toMillis()
                        / 1e3);
    fields
        .type("Gap", Gap.class)
        .follow(
            "analyticsPublished",
            env -> Follow.all(Kind.ANALYTICS, null, Fields.position(env)),
            AnalyticsPublished::new)
        .type("AnalyticsPublished", AnalyticsPublished.class)
        .follow("runProgress", this::runs, RunProgress::new)
        .type("RunProgress", RunProgress.class);
  }

  private Follow runs(DataFetchingEnvironment env) {
    String id = env.getArgument("id");
    if (id == null) {
      return Follow.all(Kind.RUN, null, Fields.position(env));
    }
    var status =
        id.matches("[0-9]{1,18}")
            ? pipeline.runStatus(Long.parseLong(id))
            : Optional.<String>empty();
    if (status.isEmpty()) {
      throw new BadInput("no such run: " + id);
    }
    return Follow.run(id, Fields.position(env), !status.get().equals("RUNNING"));
  }
}
