package dev.operatoranalytics.api.day;

import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;

/** How the days of operators are answered. */
@Singleton
class DayWiring implements Wiring {
  private final DayQueries days;
  private final StrategyQueries strategies;

  DayWiring(DayQueries days, StrategyQueries strategies) {
    this.days = days;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .type("OperatorDailySnapshot", OperatorDailySnapshot.class)
        .type("OperatorStrategyDailySnapshot", OperatorStrategyDailySnapshot.class)
        .each(
            "Operator",
            "dailySnapshots",
            (Operator operator, DataFetchingEnvironment env) ->
                DailyRows.Range.of(operator.operatorId(), env),
            days::operators)
        .each(
            "Operator",
            "strategyDailySnapshots",
            (Operator operator, DataFetchingEnvironment env) ->
                DailyRows.Part.of(operator.operatorId(), "strategy", env),
            days::strategies)
        .each(
            "OperatorStrategyDailySnapshot",
            "strategy",
            OperatorStrategyDailySnapshot::strategyId,
            strategies::byAddress);
  }
}
