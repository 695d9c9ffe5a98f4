package dev.operatoranalytics.api.strategy;

import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.OperatorQueries;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;

/** How the fields of strategies are answered. */
@Singleton
class StrategyWiring implements Wiring {
  private final StrategyQueries strategies;
  private final OperatorQueries operators;

  StrategyWiring(StrategyQueries strategies, OperatorQueries operators) {
    this.strategies = strategies;
    this.operators = operators;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .find("strategy", strategies::byAddress)
        .node("Strategy", strategies::byAddress)
        .list("strategies", strategies.strategies())
        .pages(
            "Strategy",
            "operators",
            Strategy::strategyId,
            operators.operatorsOfStrategies(),
            "strategy_id")
        .type("StrategyDay", StrategyDay.class)
        .type("TokenPrice", TokenPrice.class)
        .each("Strategy", "tvsHistory", StrategyWiring::range, strategies::days)
        .each("Strategy", "prices", StrategyWiring::range, strategies::prices);
  }

  private static DailyRows.Range range(Strategy strategy, DataFetchingEnvironment env) {
    return DailyRows.Range.of(strategy.strategyId(), env);
  }
}
