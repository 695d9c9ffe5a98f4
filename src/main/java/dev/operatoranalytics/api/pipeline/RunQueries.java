package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads runs and what they did. */
@Singleton
class RunQueries {
  private final Listing<Run> runs;
  private final Listing<RunStep> steps;
  private final Listing<RunStep> materializations;
  private final Listing<RunEvent> events;
  private final Listing<TouchedOperator> operators;

  RunQueries(@Named("api") JdbcOperations jdbc) {
    this.runs =
        new Listing<>(
            jdbc, "runs", Run.class, Run.ROWS, Map.of(), "runId", new Column("run_id", "bigint"));
    this.steps =
        new Listing<>(
            jdbc,
            "runSteps",
            RunStep.class,
            RunStep.ROWS,
            Map.of("LAST", new Column("last_order", "integer")),
            "LAST",
            new Column("step_key", "text"));
    this.materializations =
        new Listing<>(
            jdbc,
            "materializations",
            RunStep.class,
            RunStep.ROWS,
            Map.of(),
            "runId",
            new Column("step_key", "text"));
    this.events =
        new Listing<>(
            jdbc,
            "runEvents",
            RunEvent.class,
            RunEvent.ROWS,
            Map.of(),
            "eventId",
            new Column("event_id", "bigint"));
    this.operators =
        new Listing<>(
            jdbc,
            "runOperators",
            TouchedOperator.class,
            TouchedOperator.ROWS,
            Map.of(),
            "hasFailed",
            new Column("operator_id", "text"));
  }

  Listing<Run> runs() {
    return runs;
  }

  Listing<RunStep> materializations() {
    return materializations;
  }

  Listing<RunEvent> events() {
    return events;
  }

  Listing<TouchedOperator> operators() {
    return operators;
  }

  Map<String, Run> byKey(Collection<String> keys) {
    return runs.byKey(keys.stream().filter(key -> key.matches(Run.NUMBER)).toList());
  }

  Map<String, List<RunStep>> stepsOf(Collection<String> runs) {
    return steps.lists("run_id", runs);
  }
}
