package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.Gap;
import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.RunIds;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.database.Change.ChangeKind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;

/** Registers the subscriptions of the pipeline. */
@Singleton
class PipelineWiring implements Wiring {
  private final RunStatuses runs;

  PipelineWiring(RunStatuses runs) {
    this.runs = runs;
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .type("Gap", Gap.class)
        .subscription(
            "analyticsPublished",
            env ->
                SubscriptionFilter.all(ChangeKind.ANALYTICS, null, ResolverRegistry.position(env)),
            AnalyticsPublished::new)
        .type("AnalyticsPublished", AnalyticsPublished.class)
        .subscription(
            "rewardsPublished",
            env -> SubscriptionFilter.all(ChangeKind.ROOT, null, ResolverRegistry.position(env)),
            RewardsPublished::new)
        .type("RewardsPublished", RewardsPublished.class)
        .reference("RewardsPublished", "root", "DistributionRoot", RewardsPublished::rootIndex)
        .subscription("runProgress", this::runFilter, RunProgress::new)
        .type("RunProgress", RunProgress.class)
        .reference("RunProgress", "run", "Run", RunProgress::runId);
  }

  private SubscriptionFilter runFilter(DataFetchingEnvironment env) {
    String id = env.getArgument("id");
    if (id == null) {
      return SubscriptionFilter.all(ChangeKind.RUN, null, ResolverRegistry.position(env));
    }
    var run = RunIds.number(id);
    var status = runs.status(run).orElseThrow(() -> new UserInputError("no such run: " + id));
    return SubscriptionFilter.run(run, ResolverRegistry.position(env), status);
  }
}
