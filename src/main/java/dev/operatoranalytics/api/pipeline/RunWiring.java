package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.OperatorQueries;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the fields of runs, and of the tables that they fill, are answered. */
@Singleton
class RunWiring implements Wiring {
  private final RunQueries runs;
  private final AssetQueries assets;
  private final OperatorQueries operators;

  RunWiring(RunQueries runs, AssetQueries assets, OperatorQueries operators) {
    this.runs = runs;
    this.assets = assets;
    this.operators = operators;
  }

  /** Days of an asset that are asked for. */
  private record Days(String asset, @Nullable LocalDate from, @Nullable LocalDate to) {}

  @Override
  public void wire(Fields fields) {
    fields
        .list("Pipeline", "runs", runs.runs())
        .each(
            "Pipeline",
            "run",
            (Pipeline of, DataFetchingEnvironment env) -> Run.keyOf(argument(env, "id")),
            runs::byKey)
        .node("Run", runs::byKey)
        // runs go on without the data version being raised
        .byClock("Run")
        .each("Run", "retryOf", Run::retryOf, runs::byKey)
        .each("Run", "steps", Run::key, runs::stepsOf)
        .pages("Run", "events", Run::key, runs.events(), "run_id")
        .pages("Run", "operators", Run::key, runs.operators(), "run_id")
        .field("Run", "error", Run::reason)
        .type("RunError", Run.Failure.class)
        .each("RunError", "asset", Run.Failure::assetKey, assets::byKey)
        .type("RunStep", RunStep.class)
        .each("RunStep", "asset", RunStep::assetKey, assets::byKey)
        .each("TouchedOperator", "operator", TouchedOperator::operatorId, operators::byAddress)
        .toldToAdmins("RunError", "message")
        .toldToAdmins("RunEvent", "error")
        .toldToAdmins("TouchedOperator", "error");
    fields
        .field("Pipeline", "assets", (Pipeline of) -> assets.all())
        .each(
            "Pipeline",
            "asset",
            (Pipeline of, DataFetchingEnvironment env) -> argument(env, "key"),
            assets::byKey)
        .each("Pipeline", "partitions", RunWiring::days, this::coverages)
        .type("Asset", Asset.class)
        .type("PartitionCoverage", PartitionCoverage.class)
        .each("Asset", "dependsOn", Asset::needs, assets::byKeys)
        .each("Asset", "usedBy", Asset::key, assets::usersOf)
        .each("Asset", "lastRun", Asset::lastRunKey, runs::byKey)
        .pages("Asset", "materializations", Asset::key, runs.materializations(), "asset_key")
        .each("Materialization", "run", RunStep::runKey, runs::byKey);
  }

  private static String argument(DataFetchingEnvironment env, String name) {
    return Objects.requireNonNull(env.<String>getArgument(name));
  }

  private static Days days(Pipeline of, DataFetchingEnvironment env) {
    return new Days(argument(env, "asset"), env.getArgument("from"), env.getArgument("to"));
  }

  private Map<Days, PartitionCoverage> coverages(Collection<Days> asked) {
    var found = new HashMap<Days, PartitionCoverage>();
    asked.forEach(days -> found.put(days, assets.coverage(days.asset(), days.from(), days.to())));
    return found;
  }
}
