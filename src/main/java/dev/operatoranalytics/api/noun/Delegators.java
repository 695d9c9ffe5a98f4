package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Stakers that delegate or ever delegated, and their shares. */
final class Delegators {
  private static final String EVER_DELEGATED =
      """
      select
          staker_id,
          is_delegated,
          case when is_delegated then operator_id end as operator_id,
          case when is_delegated then delegated_at end as delegated_at,
          case when is_delegated then tvs_usd end as tvs_usd
      from operator_delegators
      """;

  /**
   * Each staker once, with its current operator if it has one: rows before which the staker has no
   * other, so that an index gives their order.
   */
  static final String ALL =
      EVER_DELEGATED
          + """
          where not exists (
              select
              from operator_delegators as earlier
              where earlier.staker_id = operator_delegators.staker_id
                  and (not earlier.is_delegated, earlier.operator_id)
                      < (not operator_delegators.is_delegated, operator_delegators.operator_id)
          )
          """;

  /** Shares that left with the staker at the end of a {@code period}: in its transaction. */
  private static final String SHARES_AT_END =
      """
      select moved.strategy_id, sum(moved.amount) as shares
      from operator_activity as ended
      join operator_activity as moved
          on moved.operator_id = ended.operator_id
          and moved.block_number = ended.block_number
          and moved.transaction_hash = ended.transaction_hash
          and moved.staker_id = ended.staker_id
      where ended.operator_id = period.operator_id
          and ended.block_number = period.undelegated_block
          and ended.log_index = period.undelegated_log_index
          and ended.staker_id = period.staker_id
          and moved.activity_type = 'SHARES_DECREASED'
      group by moved.strategy_id
      """;

  private static final Noun DELEGATOR =
      Noun.of("Delegator")
          .rows(
              EVER_DELEGATED
                  + """
                  union all
                  select staker_id, false, null::text, null::timestamptz, null::numeric
                  from stakers
                  where not exists (
                      select
                      from operator_delegators
                      where operator_delegators.staker_id = stakers.staker_id
                  )
                  """)
          .key("staker_id")
          .firstBy("is_delegated desc", "operator_id")
          .hidden("is_delegated", ColumnType.BOOLEAN)
          .notNull("is_delegated")
          .node()
          .order("tvs_usd desc")
          .column("address", "staker_id", ColumnType.TEXT)
          .relation("operator", Relation.on("operator_id"))
          .instants("delegatedAt")
          .amounts("tvsUsd")
          .relation("shares", Relation.on("operator_id").and("staker_id", "staker_id"))
          .relation("exposure", Relation.on("operator_id").and("staker_id", "staker_id"))
          .relation("withdrawable", Relation.on("staker_id"))
          .relation("eigenPod", Relation.on("staker_id"))
          .relation("worstCase", SlashPreviews.WORST_OF_STAKER)
          .relation("slashLosses", Relation.on("staker_id"))
          .relation("deposits", Relation.on("staker_id"))
          .relation("periods", Relation.on("staker_id"))
          .relation(
              "shareDailySnapshots",
              Relation.on("staker_id")
                  .whenGiven("strategy", "#strategy_id = :strategy")
                  .days("date", "strategy"))
          .relation(
              "queuedWithdrawals",
              Relation.on("staker_id").whenGiven("status", "#status = :status"))
          .relation("rewards", Rewards.of("staker_id"))
          .relation("dailyRewards", Rewards.days("staker_id"))
          .followsAsOf()
          .followsItself(
              "operator",
              "delegatedAt",
              "shares",
              "exposure",
              "withdrawable",
              "eigenPod",
              "worstCase",
              "slashLosses",
              "tvsUsd")
          .currentOnly(
              "rewards",
              "dailyRewards",
              "operator",
              "delegatedAt",
              "shares",
              "exposure",
              "withdrawable",
              "eigenPod",
              "worstCase",
              "slashLosses",
              "deposits",
              "tvsUsd",
              "periods",
              "shareDailySnapshots",
              "queuedWithdrawals");

  private static final Noun DELEGATOR_SHARE =
      Noun.of("DelegatorShare")
          .rows("operator_delegator_shares")
          .key("operator_id", "staker_id", "strategy_id")
          .order("tvs_usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("shares", "tvsUsd")
          .expression("sharesStatus", ColumnType.ENUM, Operators.SHARES_STATUS)
          .followsAsOf();

  /** What a staker can withdraw, by the newest maximum magnitude of its operator. */
  private static final Noun WITHDRAWABLE_SHARES =
      Noun.of("WithdrawableShares")
          .rows(
              """
              select
                  staker_id, strategy_id, deposit_shares, deposit_scaling_factor,
                  max_magnitude, beacon_chain_factor, shares, status,
                  usd_value(shares, usd_per_share_unit) as usd,
                  case
                      when shares is not null and usd_per_share_unit is null then 'UNPRICED'
                  end as reason
              from (
                  select
                      held.staker_id, held.strategy_id, held.deposit_shares,
                      held.deposit_scaling_factor, held.beacon_chain_factor, factors.max_magnitude,
                      withdrawable_shares(
                          held.deposit_shares, held.deposit_scaling_factor, factors.max_magnitude,
                          factors.beacon_chain_factor
                      ) as shares,
                      case
                          when held.deposit_shares is not null
                              and factors.beacon_chain_factor is null
                              then 'UNKNOWN_BEACON_CHAIN_FACTOR'
                          else held.deposit_shares_status
                      end as status
                  from staker_strategy_shares as held
                  left join lateral (
                      select operator_id
                      from operator_delegators as delegator
                      where delegator.staker_id = held.staker_id and delegator.is_delegated
                      order by operator_id
                      limit 1
                  ) as delegation on true
                  left join operator_strategy_magnitudes as magnitude
                      on magnitude.operator_id = delegation.operator_id
                      and magnitude.strategy_id = held.strategy_id
                  cross join lateral (
                      select
                          coalesce(magnitude.max_magnitude, 1e18) as max_magnitude,
                          case
                              when held.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
                                  then held.beacon_chain_factor
                              else 1e18
                          end as beacon_chain_factor
                  ) as factors
                  where held.deposit_shares is distinct from 0
              ) as held
              left join strategy_quotes using (strategy_id)
              """)
          .key("staker_id", "strategy_id")
          .order("usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .amounts(
              "depositShares",
              "depositScalingFactor",
              "maxMagnitude",
              "beaconChainFactor",
              "shares",
              "usd")
          .enums("status", "reason")
          .followsAsOf();

  /** Increases of shares that came without a delegation, valued at the price of their day. */
  private static final Noun DEPOSIT =
      Noun.of("Deposit")
          .rows(
              """
              select
                  deposit.operator_id, deposit.staker_id, deposit.strategy_id, deposit.shares,
                  usd_value(deposit.shares, quotes.usd_per_share_unit) as usd,
                  case when quotes.usd_per_share_unit is null then 'UNPRICED' end as reason,
                  deposit.deposited_at, deposit.block_number, deposit.log_index,
                  deposit.transaction_hash
              from deposits as deposit
              left join strategy_daily_quotes as quotes
                  on quotes.strategy_id = deposit.strategy_id
                  and quotes.snapshot_date = (deposit.deposited_at at time zone 'UTC')::date
              """)
          .key("operator_id", "block_number", "log_index")
          .absent("operator_id", Operators.NONE)
          .order("block_number desc", "log_index desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("delegator", Relation.on("staker_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .filter("delegator", "staker_id", ColumnType.TEXT)
          .filter("strategy", "strategy_id", ColumnType.TEXT)
          .amounts("shares", "usd")
          .enums("reason")
          .instants("depositedAt")
          .column("block", "block_number", ColumnType.BIGINT)
          .bigints("logIndex")
          .texts("transactionHash");

  private static final Noun DELEGATION_PERIOD =
      Noun.of("DelegationPeriod")
          .rows(
              """
              select
                  operator_id, staker_id, delegated_block, delegated_log_index, delegated_at,
                  undelegated_at, was_forced, left_with.usd as usd_at_end,
                  coalesce(left_with.unpriced, 0) as unpriced_strategy_count
              from operator_delegator_history as period
              left join lateral (
                  select
                      sum(usd_value(moved.shares, usd_per_share_unit)) as usd,
                      count(*) filter (where usd_per_share_unit is null)::integer as unpriced
                  from (%s) as moved
                  left join strategy_quotes using (strategy_id)
              ) as left_with on true
              """
                  .formatted(SHARES_AT_END))
          .key("operator_id", "staker_id", "delegated_block", "delegated_log_index")
          .hidden("delegated_block", ColumnType.BIGINT)
          .hidden("delegated_log_index", ColumnType.BIGINT)
          .order("delegated_block desc", "delegated_log_index desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("delegator", Relation.on("staker_id"))
          .filter("delegator", "staker_id", ColumnType.TEXT)
          .instants("delegatedAt", "undelegatedAt")
          .flags("wasForced")
          .relation(
              "sharesAtEnd",
              Relation.on("operator_id")
                  .and("staker_id", "staker_id")
                  .and("delegated_block", "delegated_block")
                  .and("delegated_log_index", "delegated_log_index"))
          .amounts("usdAtEnd")
          .counts("unpricedStrategyCount");

  private static final Noun END_SHARES =
      Noun.of("DelegationEndShares")
          .rows(
              """
              select
                  operator_id, staker_id, delegated_block, delegated_log_index, strategy_id,
                  moved.shares, usd_value(moved.shares, usd_per_share_unit) as usd
              from operator_delegator_history as period
              cross join lateral (%s) as moved
              left join strategy_quotes using (strategy_id)
              """
                  .formatted(SHARES_AT_END))
          .key("operator_id", "staker_id", "delegated_block", "delegated_log_index", "strategy_id")
          .hidden("delegated_block", ColumnType.BIGINT)
          .hidden("delegated_log_index", ColumnType.BIGINT)
          .order("usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("shares", "usd");

  private static final Noun SHARE_DAILY_SNAPSHOT =
      Noun.of("DelegatorShareDailySnapshot")
          .rows(
              """
              select
                  period.staker_id, period.operator_id, period.strategy_id,
                  day.snapshot_date as date, period.shares, period.is_dust,
                  round(period.shares * quotes.usd_per_share_unit, 18) as tvs_usd
              from operator_delegator_share_history as period
              join network_daily_aggregates as day
                  on day.snapshot_date >= period.from_date
                  and (period.until_date is null or day.snapshot_date < period.until_date)
              left join strategy_daily_quotes as quotes
                  on quotes.strategy_id = period.strategy_id
                  and quotes.snapshot_date = day.snapshot_date
              """)
          .key("staker_id", "operator_id", "strategy_id", "date")
          .order("date", "strategy_id")
          .dates("date")
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("shares", "tvsUsd")
          .expression("sharesStatus", ColumnType.ENUM, Operators.SHARES_STATUS)
          .flags("isDust");

  static final List<Noun> NOUNS =
      List.of(
          DELEGATOR,
          DELEGATOR_SHARE,
          WITHDRAWABLE_SHARES,
          DEPOSIT,
          DELEGATION_PERIOD,
          END_SHARES,
          SHARE_DAILY_SNAPSHOT);

  private Delegators() {}
}
