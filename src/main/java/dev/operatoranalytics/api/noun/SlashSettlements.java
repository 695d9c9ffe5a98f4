package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** What slashes took, of whom, and what became of it. */
final class SlashSettlements {
  /** The value of a part of the slashed shares is that part of the value of all. */
  private static final String SETTLEMENTS =
      """
      select
          settlements.*,
          usd_value(settlements.settled_shares, amounts.slashed_usd / nullif(amounts.shares, 0))
              as settled_usd,
          usd_value(settlements.unsettled_shares, amounts.slashed_usd / nullif(amounts.shares, 0))
              as unsettled_usd
      from slash_settlements as settlements
      left join operator_slashing_amounts as amounts
          using (operator_id, transaction_hash, log_index, strategy_id)
      """;

  private static final Noun SETTLEMENT =
      Noun.of("SlashSettlement")
          .rows(SETTLEMENTS)
          .key("operator_set_id", "slash_id", "strategy_id")
          .order("slashed_block desc")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .filter("operator", "operator_id", ColumnType.TEXT)
          .enums("status")
          .texts("transactionHash", "recipient")
          .flags("isRedistributing")
          .amounts(
              "slashId", "shares", "settledShares", "unsettledShares", "settledUsd", "unsettledUsd")
          .bigints("slashedBlock", "resolutionBlock", "settledBlock")
          .instants("slashedAt", "settledAt")
          .followsAsOf();

  private static final Noun LOSS =
      Noun.of("SlashLoss")
          .rows(
              """
              select
                  losses.operator_id, losses.transaction_hash, losses.log_index,
                  losses.strategy_id, losses.staker_id, losses.shares_before, losses.shares_lost,
                  losses.queued_before, losses.queued_lost, incidents.operator_set_id,
                  incidents.slashed_at, incidents.slashed_block,
                  losses.shares_lost + losses.queued_lost as total_lost,
                  usd_value(
                      losses.shares_lost + losses.queued_lost,
                      amounts.slashed_usd / nullif(amounts.shares, 0)
                  ) as lost_usd,
                  case
                      when losses.shares_lost is null or losses.queued_lost is null
                          then 'PARTIAL_HISTORY'
                      else 'KNOWN'
                  end as shares_status,
                  coalesce(
                      settlements.status,
                      case losses.strategy_id
                          when '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' then 'NATIVE_ETH'
                          else 'UNKNOWN'
                      end
                  ) as settlement_status
              from operator_slash_losses as losses
              join operator_slashing_incidents as incidents
                  using (operator_id, transaction_hash, log_index)
              join operator_slashing_amounts as amounts
                  using (operator_id, transaction_hash, log_index, strategy_id)
              left join slash_settlements as settlements
                  using (transaction_hash, log_index, strategy_id)
              """)
          .key("operator_id", "transaction_hash", "log_index", "strategy_id", "staker_id")
          .hidden("log_index", ColumnType.BIGINT)
          .order("slashed_block desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("delegator", Relation.on("staker_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .filter("delegator", "staker_id", ColumnType.TEXT)
          .instants("slashedAt")
          .bigints("slashedBlock")
          .texts("transactionHash")
          .enums("sharesStatus", "settlementStatus")
          .amounts(
              "sharesBefore", "sharesLost", "queuedBefore", "queuedLost", "totalLost", "lostUsd")
          .followsAsOf();

  static final List<Noun> NOUNS = List.of(SETTLEMENT, LOSS);

  private SlashSettlements() {}
}
