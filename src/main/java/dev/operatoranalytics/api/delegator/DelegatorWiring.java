package dev.operatoranalytics.api.delegator;

import dev.operatoranalytics.api.delegator.DelegatorQueries.Place;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import jakarta.inject.Singleton;
import java.util.Objects;

/** How the fields of delegators are answered. */
@Singleton
class DelegatorWiring implements Wiring {
  private final DelegatorQueries delegators;
  private final OperatorQueries operators;
  private final StrategyQueries strategies;

  DelegatorWiring(
      DelegatorQueries delegators, OperatorQueries operators, StrategyQueries strategies) {
    this.delegators = delegators;
    this.operators = operators;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .find("delegator", delegators::find)
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
