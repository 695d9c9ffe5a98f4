package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.feed.Told.Gap;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.query.BadInput;
import dev.operatoranalytics.database.Change.Kind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;

/** How the pipeline is followed. */
@Singleton
class PipelineWiring implements Wiring {
  private final RunStatuses runs;

  PipelineWiring(RunStatuses runs) {
    this.runs = runs;
  }

  @Override
  public void wire(Fields fields) {
    fields
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

  private Follow follow(DataFetchingEnvironment env) {
    String id = env.getArgument("id");
    if (id == null) {
      return Follow.all(Kind.RUN, null, Fields.position(env));
    }
    var run = RunIds.number(id);
    var status = runs.status(run).orElseThrow(() -> new BadInput("no such run: " + id));
    return Follow.run(run, Fields.position(env), status);
  }
}
