package dev.operatoranalytics.api.avs;

import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.strategy.Strategy;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads AVSs, their operator sets and who serves them. */
@Singleton
public class AvsQueries {
  private static final Map<String, Column> RELATIONSHIP_ORDERS =
      Map.of("REGISTERED_AT", new Column("registered_at", "timestamptz"));

  private final Listing<Avs> avses;
  private final Listing<OperatorSet> operatorSets;
  private final Listing<Operator> members;
  private final Listing<Strategy> strategies;
  private final Listing<AvsRelationship> ofOperators;
  private final Listing<AvsRelationship> ofAvses;

  AvsQueries(@Named("api") JdbcOperations jdbc) {
    this.avses =
        new Listing<>(
            jdbc,
            "avses",
            Avs.class,
            Avs.ROWS,
            Map.of(
                "OPERATORS", new Column("operator_count", "integer"),
                "DELEGATED_USD", new Column("delegated_usd", "numeric"),
                "NAME", new Column("name_order", "text"),
                "address", new Column("avs_id", "text")),
            "OPERATORS",
            new Column("avs_id", "text"));
    this.operatorSets =
        new Listing<>(
            jdbc,
            "avs.operatorSets",
            OperatorSet.class,
            OperatorSet.ROWS,
            Map.of("MEMBERS", new Column("member_count", "integer")),
            "MEMBERS",
            new Column("operator_set_id", "text"));
    this.members =
        new Listing<>(
            jdbc,
            "operatorSet.members",
            Operator.class,
            """
            select members.operator_set_id, operators.*
            from (
                select distinct operator_id, operator_set_id
                from operator_avs_registration_history
                where operator_set_id <> '' and unregistered_at is null
            ) as members
            join (%s) as operators using (operator_id)
            """
                .formatted(Operator.ROWS),
            Map.of("TVS", new Column("total_tvs", "numeric")),
            "TVS",
            new Column("operator_id", "text"));
    this.strategies =
        new Listing<>(
            jdbc,
            "operatorSet.strategies",
            Strategy.class,
            """
            select operator_set_strategies.operator_set_id, described.*
            from operator_set_strategies
            join (%s) as described using (strategy_id)
            """
                .formatted(Strategy.ROWS),
            Map.of("TVS", new Column("tvs_usd", "numeric")),
            "TVS",
            new Column("strategy_id", "text"));
    this.ofOperators =
        new Listing<>(
                jdbc,
                "operator.avsRelationships",
                AvsRelationship.class,
                AvsRelationship.ROWS,
                RELATIONSHIP_ORDERS,
                "REGISTERED_AT",
                new Column("avs_id", "text"))
            .filteredBy("status", "status");
    this.ofAvses =
        new Listing<>(
                jdbc,
                "avs.relationships",
                AvsRelationship.class,
                AvsRelationship.ROWS,
                RELATIONSHIP_ORDERS,
                "REGISTERED_AT",
                new Column("operator_id", "text"))
            .filteredBy("status", "status");
  }

  public Map<String, Avs> byAddress(Collection<String> addresses) {
    return avses.byKey(addresses);
  }

  public Map<String, OperatorSet> operatorSets(Collection<String> ids) {
    return operatorSets.byKey(ids);
  }

  Listing<Avs> avses() {
    return avses;
  }

  Map<String, List<OperatorSet>> operatorSetsOf(Collection<String> avses) {
    return operatorSets.lists("avs_id", avses);
  }

  Map<String, List<Strategy>> strategiesOf(Collection<String> operatorSets) {
    return strategies.lists("operator_set_id", operatorSets);
  }

  Listing<Operator> members() {
    return members;
  }

  Listing<AvsRelationship> ofOperators() {
    return ofOperators;
  }

  Listing<AvsRelationship> ofAvses() {
    return ofAvses;
  }
}
