package dev.operatoranalytics.api.operator;

import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads operators and what belongs to them. */
@Singleton
public class OperatorQueries {
  private final JdbcOperations jdbc;
  private final Listing<Operator> operators;
  private final Listing<OperatorStrategy> strategies;
  private final Listing<OperatorStrategy> operatorsOfStrategies;
  private final Listing<OperatorDelegator> delegators;

  OperatorQueries(@Named("api") JdbcOperations jdbc, StrategyQueries strategiesOfAll) {
    this.jdbc = jdbc;
    this.operators =
        new Listing<>(
                jdbc,
                "operators",
                Operator.class,
                Operator.ROWS,
                Map.of(
                    "TVS", new Column("total_tvs", "numeric"),
                    "DELEGATORS", new Column("active_delegators", "integer"),
                    "NAME", new Column("name_order", "text"),
                    "address", new Column("operator_id", "text")),
                "TVS",
                new Column("operator_id", "text"))
            .related("strategies", this::strategies, "operator_id", "operator_id")
            .related("delegators", this::delegators, "operator_id", "operator_id");
    this.strategies = holdings("operator.strategies", "strategy_id", strategiesOfAll);
    this.operatorsOfStrategies = holdings("strategy.operators", "operator_id", strategiesOfAll);
    this.delegators =
        new Listing<>(
            jdbc,
            "operator.delegators",
            OperatorDelegator.class,
            OperatorDelegator.ROWS,
            Map.of(
                "TVS", new Column("tvs_usd", "numeric"),
                "address", new Column("staker_id", "text")),
            "TVS",
            new Column("staker_id", "text"));
  }

  private Listing<OperatorStrategy> holdings(
      String name, String key, StrategyQueries strategiesOfAll) {
    return new Listing<>(
            jdbc,
            name,
            OperatorStrategy.class,
            OperatorStrategy.ROWS,
            Map.of(
                "TVS", new Column("tvs_usd", "numeric"),
                "DELEGATORS", new Column("delegator_count", "integer")),
            "TVS",
            new Column(key, "text"))
        .related("operator", this::operators, "operator_id", "operator_id")
        .related("strategy", strategiesOfAll::strategies, "strategy_id", "strategy_id");
  }

  public Optional<Operator> find(String address) {
    return Optional.ofNullable(byAddress(List.of(address)).get(address));
  }

  public Map<String, Operator> byAddress(Collection<String> addresses) {
    return operators.byKey(addresses);
  }

  /** All strategies of each operator, the largest TVS first. */
  public Map<String, List<OperatorStrategy>> strategiesOf(Collection<String> addresses) {
    return jdbc.prepareStatement(
        OperatorStrategy.ROWS
            + "where operator_id = any(?) order by tvs_usd desc nulls last, strategy_id",
        statement -> {
          statement.setArray(
              1, statement.getConnection().createArrayOf("text", addresses.toArray()));
          var found = new HashMap<String, List<OperatorStrategy>>();
          addresses.forEach(address -> found.put(address, new ArrayList<>()));
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              var strategy = jdbc.readEntity("", rows, OperatorStrategy.class);
              found.getOrDefault(strategy.operatorId(), new ArrayList<>()).add(strategy);
            }
          }
          return found;
        });
  }

  public Listing<Operator> operators() {
    return operators;
  }

  Listing<OperatorStrategy> strategies() {
    return strategies;
  }

  /** The same rows, seen from a strategy. */
  public Listing<OperatorStrategy> operatorsOfStrategies() {
    return operatorsOfStrategies;
  }

  Listing<OperatorDelegator> delegators() {
    return delegators;
  }
}
