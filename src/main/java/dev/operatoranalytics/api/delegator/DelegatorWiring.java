package dev.operatoranalytics.api.delegator;

import dev.operatoranalytics.api.delegator.DelegatorQueries.Place;
import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.Strategy;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import graphql.schema.DataFetchingEnvironment;
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
  private final DelegatorDays days;
  private final Listing<Delegator> list;
  private final Listing<StrategyDelegator> ofStrategies;

  DelegatorWiring(
      DelegatorQueries delegators,
      OperatorQueries operators,
      StrategyQueries strategies,
      DelegatorDays days,
      @Named("api") JdbcOperations jdbc) {
    this.delegators = delegators;
    this.operators = operators;
    this.strategies = strategies;
    this.days = days;
    this.ofStrategies =
        new Listing<>(
            jdbc,
            "strategyDelegators",
            StrategyDelegator.class,
            StrategyDelegator.ROWS,
            Map.of(),
            "shares",
            new Column("staker_id", "text"));
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
        .each(
            "Delegator",
            "shareHistory",
            (Delegator delegator, DataFetchingEnvironment env) ->
                DailyRows.Part.of(delegator.stakerId(), "strategy", env),
            days::shares)
        .type("DelegatorShareDay", DelegatorShareDay.class)
        .each("DelegatorShareDay", "operator", DelegatorShareDay::operatorId, operators::byAddress)
        .each("DelegatorShareDay", "strategy", DelegatorShareDay::strategyId, strategies::byAddress)
        .pages("Strategy", "delegators", Strategy::strategyId, ofStrategies, "strategy_id")
        .each("StrategyDelegator", "operator", StrategyDelegator::operatorId, operators::byAddress)
        .each("StrategyDelegator", "delegator", StrategyDelegator::stakerId, delegators::byAddress)
        .each("Delegator", "periods", Delegator::stakerId, delegators::periodsOf)
        .each("DelegationPeriod", "operator", DelegationPeriod::operatorId, operators::byAddress)
        .each("DelegatorShare", "strategy", DelegatorShare::strategyId, strategies::byAddress);
  }

  /** Nobody holds anything at nobody. */
  private static Place place(Delegator delegator) {
    return new Place(Objects.requireNonNullElse(delegator.operatorId(), ""), delegator.stakerId());
  }
}
