package dev.operatoranalytics.api.allocation;

import dev.operatoranalytics.api.avs.AvsQueries;
import dev.operatoranalytics.api.delegator.DelegatorQueries.Place;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.operator.OperatorDelegator;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;

/** How the fields of allocations, and of what they expose, are answered. */
@Singleton
class AllocationWiring implements Wiring {
  private final Listing<Allocation> allocations;
  private final ExposureQueries exposures;
  private final AvsQueries avses;
  private final StrategyQueries strategies;

  AllocationWiring(
      @Named("api") JdbcOperations jdbc,
      ExposureQueries exposures,
      AvsQueries avses,
      StrategyQueries strategies) {
    this.allocations =
        new Listing<>(
            jdbc,
            "operator.allocations",
            Allocation.class,
            Allocation.ROWS,
            Map.of(
                "SLASHABLE_USD", new Column("slashable_usd", "numeric"),
                "strategy", new Column("strategy_id", "text"),
                "avs", new Column("avs_id", "text")),
            "SLASHABLE_USD",
            new Column("place", "text"));
    this.exposures = exposures;
    this.avses = avses;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .pages("Operator", "allocations", Operator::operatorId, allocations, "operator_id")
        .type("Exposure", Exposure.class)
        .each(
            "OperatorDelegator",
            "exposure",
            (OperatorDelegator held) -> new Place(held.operatorId(), held.stakerId()),
            exposures::at)
        .each("Exposure", "operatorSet", Exposure::operatorSetId, avses::operatorSets)
        .each("Exposure", "strategy", Exposure::strategyId, strategies::byAddress)
        .each("Allocation", "operatorSet", Allocation::operatorSetId, avses::operatorSets)
        .each("Allocation", "strategy", Allocation::strategyId, strategies::byAddress);
  }
}
