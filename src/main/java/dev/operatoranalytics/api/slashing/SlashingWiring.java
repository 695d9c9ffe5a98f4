package dev.operatoranalytics.api.slashing;

import dev.operatoranalytics.api.avs.Avs;
import dev.operatoranalytics.api.avs.AvsQueries;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;

/** How the fields of slashes are answered. */
@Singleton
class SlashingWiring implements Wiring {
  private final Listing<SlashingIncident> incidents;
  private final SlashingQueries slashing;
  private final AvsQueries avses;
  private final OperatorQueries operators;
  private final StrategyQueries strategies;

  SlashingWiring(
      @Named("api") JdbcOperations jdbc,
      SlashingQueries slashing,
      AvsQueries avses,
      OperatorQueries operators,
      StrategyQueries strategies) {
    this.incidents =
        new Listing<>(
                jdbc,
                "slashingIncidents",
                SlashingIncident.class,
                SlashingIncident.ROWS,
                Map.of(
                    "BLOCK", new Column("slashed_block", "bigint"),
                    "LOG_INDEX", new Column("log_index", "bigint")),
                "BLOCK",
                new Column("transaction_hash", "text"))
            .thenBy("LOG_INDEX");
    this.slashing = slashing;
    this.avses = avses;
    this.operators = operators;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .pages("Operator", "slashingIncidents", Operator::operatorId, incidents, "operator_id")
        .pages("Avs", "slashingIncidents", Avs::avsId, incidents, "avs_id")
        .each("SlashingIncident", "operator", SlashingIncident::operatorId, operators::byAddress)
        .each(
            "SlashingIncident", "operatorSet", SlashingIncident::operatorSetId, avses::operatorSets)
        .each(
            "SlashingIncident",
            "amounts",
            (SlashingIncident incident) ->
                new SlashingQueries.Slash(
                    incident.operatorId(), incident.transactionHash(), incident.logIndex()),
            slashing::amountsOf)
        .type("SlashingAmount", SlashingAmount.class)
        .each("SlashingAmount", "strategy", SlashingAmount::strategyId, strategies::byAddress);
  }
}
