package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

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
  }
}
