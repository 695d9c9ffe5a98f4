package dev.operatoranalytics.api.activity;

import dev.operatoranalytics.api.avs.AvsQueries;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;

/** How the fields of operators' activity are answered. */
@Singleton
class ActivityWiring implements Wiring {
  private final Listing<Activity> activity;
  private final AvsQueries avses;
  private final StrategyQueries strategies;

  ActivityWiring(@Named("api") JdbcOperations jdbc, AvsQueries avses, StrategyQueries strategies) {
    this.activity =
        new Listing<>(
                jdbc,
                "operator.activity",
                Activity.class,
                Activity.ROWS,
                Map.of(
                    "BLOCK", new Column("block_number", "bigint"),
                    "LOG_INDEX", new Column("log_index", "bigint")),
                "BLOCK",
                new Column("transaction_hash", "text"))
            .thenBy("LOG_INDEX")
            .filteredBy("types", "activity_type");
    this.avses = avses;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .pages("Operator", "activity", Operator::operatorId, activity, "operator_id")
        .each("Activity", "strategy", Activity::strategyId, strategies::byAddress)
        .each("Activity", "avs", Activity::avsId, avses::byAddress)
        .each("Activity", "operatorSet", Activity::operatorSetId, avses::operatorSets);
  }
}
