package dev.operatoranalytics.api.delegator;

import dev.operatoranalytics.api.delegator.DelegatorQueries.Place;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;

/** How the fields of delegators are answered. */
@Singleton
class DelegatorWiring implements Wiring {
  private final DelegatorQueries delegators;
  private final OperatorQueries operators;
  private final StrategyQueries strategies;
  private final Listing<Delegator> list;

  DelegatorWiring(
      DelegatorQueries delegators,
      OperatorQueries operators,
      StrategyQueries strategies,
      @Named("api") JdbcOperations jdbc) {
    this.delegators = delegators;
    this.operators = operators;
    this.strategies = strategies;
    this.list =
        new Listing<>(
                jdbc,
                "delegators",
                Delegator.class,
                Delegator.ROWS,
                Map.of(
                    "address", new Column("staker_id", "text"),
                    "TVS", new Column("tvs_usd", "numeric")),
                "TVS",
                new Column("staker_id", "text"))
            .related("operator", operators::operators, "operator_id", "operator_id");
  }

  @Override
  public void wire(Fields fields) {
    fields
        .find("delegator", delegators::byAddress)
        .node("Delegator", delegators::byAddress)
        .list("delegators", list)
        .type("DelegatorShare", DelegatorShare.class)
        .type("DelegationPeriod", DelegationPeriod.class)
        .each("Delegator", "operator", Delegator::operatorId, operators::byAddress)
        .each("Delegator", "shares", DelegatorWiring::place, delegators::sharesAt)
        .each("Delegator", "periods", Delegator::stakerId, delegators::periodsOf)
        .each("DelegationPeriod", "operator", DelegationPeriod::operatorId, operators::byAddress)
        .each("DelegatorShare", "strategy", DelegatorShare::strategyId, strategies::byAddress);
  }

  /** Nobody holds anything at nobody. */
  private static Place place(Delegator delegator) {
    return new Place(Objects.requireNonNullElse(delegator.operatorId(), ""), delegator.stakerId());
  }
}
