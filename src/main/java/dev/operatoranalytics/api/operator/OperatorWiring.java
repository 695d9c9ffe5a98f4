package dev.operatoranalytics.api.operator;

import dev.operatoranalytics.api.delegator.DelegatorQueries;
import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import dev.operatoranalytics.database.Change.Kind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the fields of operators are answered. */
@Singleton
class OperatorWiring implements Wiring {
  private final OperatorQueries operators;
  private final StrategyQueries strategies;
  private final DelegatorQueries delegators;
  private final OperatorAsOf asOf;
  private final Clock clock;

  OperatorWiring(
      OperatorQueries operators,
      StrategyQueries strategies,
      DelegatorQueries delegators,
      OperatorAsOf asOf,
      Clock clock) {
    this.operators = operators;
    this.strategies = strategies;
    this.delegators = delegators;
    this.asOf = asOf;
    this.clock = clock;
  }

  /** What an operator says of itself. */
  public record OperatorMetadata(
      @Nullable String name,
      @Nullable String description,
      @Nullable String website,
      @Nullable String logo,
      @Nullable String twitter,
      @Nullable String uri,
      @Nullable Instant updatedAt) {

    static @Nullable OperatorMetadata of(Operator operator) {
      if (operator.metadataUpdatedAt() == null && operator.metadataUri() == null) {
        return null;
      }
      return new OperatorMetadata(
          operator.name(),
          operator.description(),
          operator.website(),
          operator.logo(),
          operator.twitter(),
          operator.metadataUri(),
          operator.metadataUpdatedAt());
    }
  }

  /** Total value secured of an operator, whose rows are loaded apart. */
  public record TvsStatistics(String operatorId, @Nullable BigDecimal total, String status) {}

  /** How many delegate. */
  public record DelegatorStatistics(int active, int total) {}

  /** How many AVSs. */
  public record AvsStatistics(int active, int registered) {}

  @Override
  public void wire(Fields fields) {
    fields
        .find("operator", operators::byAddress)
        .asOf("operator", asOf, OperatorAsOf.FOLLOWS)
        .node("Operator", operators::byAddress)
        .list("operators", operators.operators())
        .aggregate("operatorsAggregate", operators.operators());
    fields
        .type("OperatorMetadata", OperatorMetadata.class)
        .type("OperatorState", Operator.class)
        .type("TvsStatistics", TvsStatistics.class)
        .type("DelegatorStatistics", DelegatorStatistics.class)
        .type("AvsStatistics", AvsStatistics.class)
        .type("StrategyStatistics", OperatorStrategy.class);
    fields
        .field("Operator", "metadata", (Operator operator) -> OperatorMetadata.of(operator))
        .field("Operator", "state", (Operator operator) -> operator)
        .field("Operator", "statistics", (Operator operator) -> operator)
        .pages(
            "Operator", "strategies", Operator::operatorId, operators.strategies(), "operator_id")
        .pages(
            "Operator", "delegators", Operator::operatorId, operators.delegators(), "operator_id");
    fields
        .field("OperatorState", "operationalDays", (Operator operator) -> days(operator))
        .byClock("OperatorState", "operationalDays");
    fields
        .field(
            "OperatorStatistics",
            "tvs",
            (Operator operator) ->
                new TvsStatistics(operator.operatorId(), operator.totalTvs(), operator.tvsStatus()))
        .field(
            "OperatorStatistics",
            "delegators",
            (Operator operator) ->
                new DelegatorStatistics(operator.activeDelegators(), operator.totalDelegators()))
        .field(
            "OperatorStatistics",
            "avs",
            (Operator operator) ->
                new AvsStatistics(operator.activeAvsCount(), operator.registeredAvsCount()))
        .field(
            "OperatorStatistics",
            "operatorSets",
            (Operator operator) -> operator.activeOperatorSetCount())
        .each("TvsStatistics", "byStrategy", TvsStatistics::operatorId, operators::strategiesOf);
    fields
        .follow(
            "operatorUpdated",
            env -> Follow.all(Kind.OPERATOR, addresses(env), Fields.position(env)),
            OperatorUpdated::new)
        .type("OperatorUpdated", OperatorUpdated.class)
        .each("OperatorUpdated", "operator", OperatorUpdated::operatorId, operators::byAddress);
    for (var type : List.of("OperatorStrategy", "StrategyStatistics")) {
      fields.each(type, "strategy", OperatorStrategy::strategyId, strategies::byAddress);
    }
    fields
        .each("OperatorStrategy", "operator", OperatorStrategy::operatorId, operators::byAddress)
        .each("OperatorDelegator", "operator", OperatorDelegator::operatorId, operators::byAddress)
        .each("OperatorDelegator", "delegator", OperatorDelegator::stakerId, delegators::byAddress)
        .each(
            "OperatorDelegator",
            "shares",
            (OperatorDelegator at) -> new DelegatorQueries.Place(at.operatorId(), at.stakerId()),
            delegators::sharesAt);
  }

  private static @Nullable Set<String> addresses(DataFetchingEnvironment env) {
    List<String> addresses = env.getArgument("addresses");
    return addresses == null ? null : Set.copyOf(addresses);
  }

  private int days(Operator operator) {
    return (int) Duration.between(operator.registeredAt(), clock.instant()).toDays();
  }
}
