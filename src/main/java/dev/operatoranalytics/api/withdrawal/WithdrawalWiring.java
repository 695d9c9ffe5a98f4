package dev.operatoranalytics.api.withdrawal;

import dev.operatoranalytics.api.delegator.Delegator;
import dev.operatoranalytics.api.delegator.DelegatorQueries;
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

/** How the fields of queued withdrawals are answered. */
@Singleton
class WithdrawalWiring implements Wiring {
  private final Listing<QueuedWithdrawal> withdrawals;
  private final WithdrawalQueries queries;
  private final OperatorQueries operators;
  private final DelegatorQueries delegators;
  private final StrategyQueries strategies;

  WithdrawalWiring(
      @Named("api") JdbcOperations jdbc,
      WithdrawalQueries queries,
      OperatorQueries operators,
      DelegatorQueries delegators,
      StrategyQueries strategies) {
    this.withdrawals =
        new Listing<>(
                jdbc,
                "queuedWithdrawals",
                QueuedWithdrawal.class,
                QueuedWithdrawal.ROWS,
                Map.of("QUEUED_AT", new Column("queued_at", "timestamptz")),
                "QUEUED_AT",
                new Column("withdrawal_root", "text"))
            .filteredBy("status", "status");
    this.queries = queries;
    this.operators = operators;
    this.delegators = delegators;
    this.strategies = strategies;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .pages("Operator", "queuedWithdrawals", Operator::operatorId, withdrawals, "operator_id")
        .pages("Delegator", "queuedWithdrawals", Delegator::stakerId, withdrawals, "staker_id")
        .each("QueuedWithdrawal", "operator", QueuedWithdrawal::operatorId, operators::byAddress)
        .each("QueuedWithdrawal", "delegator", QueuedWithdrawal::stakerId, delegators::byAddress)
        .each(
            "QueuedWithdrawal",
            "shares",
            (QueuedWithdrawal queued) ->
                new WithdrawalQueries.Withdrawal(queued.operatorId(), queued.withdrawalRoot()),
            queries::sharesOf)
        .type("QueuedShares", QueuedShares.class)
        .each("QueuedShares", "strategy", QueuedShares::strategyId, strategies::byAddress);
  }
}
