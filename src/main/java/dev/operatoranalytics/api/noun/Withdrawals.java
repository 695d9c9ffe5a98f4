package dev.operatoranalytics.api.noun;

import static dev.operatoranalytics.api.query.ColumnType.INTEGER;
import static dev.operatoranalytics.api.query.ColumnType.TEXT;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Withdrawals with what they are worth now, and their sums. */
final class Withdrawals {
  private static final Noun QUEUED_WITHDRAWAL =
      Noun.of("QueuedWithdrawal")
          .rows(
              """
              select
                  withdrawal_root, operator_id, staker_id, withdrawer, nonce, start_block,
                  queued_block, queued_at, completable_at_block, completable_at,
                  is_completable_at_estimated, is_completable, completed_block, completed_at,
                  current_usd,
                  coalesce(current_usd_status, 'UNKNOWN_SHARES') as current_usd_status,
                  case when completed_at is null then 'QUEUED' else 'COMPLETED' end as status
              from queued_withdrawals
              """)
          .key("withdrawal_root", "operator_id")
          .absent("operator_id", Operators.NONE)
          .order("queued_at desc")
          .column("root", "withdrawal_root", TEXT)
          .relation("operator", Relation.on("operator_id"))
          .relation("delegator", Relation.on("staker_id"))
          .filter("operator", "operator_id", TEXT)
          .filter("delegator", "staker_id", TEXT)
          .texts("withdrawer")
          .enums("status", "currentUsdStatus")
          .amounts("nonce", "currentUsd")
          .bigints("startBlock", "queuedBlock", "completableAtBlock", "completedBlock")
          .instants("queuedAt", "completableAt", "completedAt")
          .flags("isCompletableAtEstimated", "isCompletable")
          .relation("shares", Relation.on("operator_id").and("withdrawal_root", "withdrawal_root"))
          .followsAsOf();

  private static final Noun QUEUED_WITHDRAWAL_SHARES =
      Noun.of("QueuedWithdrawalShares")
          .rows("queued_withdrawal_shares")
          .key("operator_id", "withdrawal_root", "place")
          .hidden("place", INTEGER)
          .order("place")
          .relation("strategy", Relation.on("strategy_id"))
          .filter("strategy", "strategy_id", TEXT)
          .amounts("shares", "currentShares", "lostToSlashes", "currentUsd")
          .enums("currentSharesStatus", "currentUsdStatus")
          .followsAsOf();

  private static final Noun WITHDRAWAL_QUEUE =
      Noun.of("WithdrawalQueue")
          .rows("operator_withdrawal_queue")
          .key("operator_id", "strategy_id")
          .order("usd desc", "strategy_id")
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .counts("withdrawalCount", "slashableWithdrawalCount")
          .amounts("shares", "completableShares", "slashableShares", "usd", "slashableUsd")
          .expression(
              "sharesStatus",
              ColumnType.ENUM,
              "case when #shares is null then 'UNKNOWN' else 'KNOWN' end")
          .followsAsOf();

  static final List<Noun> NOUNS =
      List.of(QUEUED_WITHDRAWAL, QUEUED_WITHDRAWAL_SHARES, WITHDRAWAL_QUEUE);

  private Withdrawals() {}
}
