package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Strategies with their quotes and daily snapshots. */
final class Strategies {
  private static final Noun STRATEGY =
      Noun.of("Strategy")
          .rows(Strategies.ROWS)
          .key("strategy_id")
          .node()
          .order("tvs_usd desc")
          .column("address", "strategy_id", ColumnType.TEXT)
          .texts("symbol", "token", "category")
          .enums("rateStatus")
          .counts("decimals", "operatorCount", "delegatorCount", "unknownOperatorCount")
          .amounts("exchangeRate", "priceUsd", "totalShares", "tvsUsd")
          .instants("priceAt")
          .orderValue("SYMBOL", "symbol_order", ColumnType.TEXT)
          .relation("operators", Relation.on("strategy_id"))
          .relation(
              "concentration",
              Relation.on("strategy_id", "subject_id")
                  .where(
                      "#kind = case when :includeDurationVaults then"
                          + " 'STRATEGY_OPERATORS_WITH_VAULTS' else 'STRATEGY_OPERATORS' end")
                  .onDay("date", Analytics.NEWEST_DAY))
          .relation("delegators", Relation.on("strategy_id").countedIn("delegator_count"))
          .relation("withdrawalQueue", Relation.on("strategy_id"))
          .relation("stakeFlows", Relation.on("strategy_id"))
          .relation("prices", Relation.on("strategy_id").days("date"))
          .relation("dailySnapshots", Relation.on("strategy_id").days("snapshot_date"))
          .relation("yields", Rewards.yields(Relation.on("strategy_id").where("#operator_id = ''")))
          .relation(
              "rewardsByDay", Rewards.byDay("STRATEGY", Relation.on("strategy_id", "subject_id")))
          .followsAsOf()
          .currentOnly(
              "yields",
              "rewardsByDay",
              "totalShares",
              "tvsUsd",
              "operatorCount",
              "delegatorCount",
              "unknownOperatorCount",
              "operators",
              "concentration",
              "delegators",
              "withdrawalQueue",
              "stakeFlows",
              "prices",
              "dailySnapshots")
          .rebuilds(
              "Strategy",
              "id",
              "address",
              "symbol",
              "token",
              "decimals",
              "category",
              "exchangeRate",
              "rateStatus",
              "priceUsd",
              "priceAt",
              "totalShares",
              "tvsUsd",
              "operatorCount",
              "delegatorCount",
              "unknownOperatorCount",
              "operators",
              "rewardsByDay")
          .rebuilds("OperatorStrategy")
          .rebuilds("Operator", "id", "address", "metadata")
          .rebuilds("OperatorMetadata")
          .rebuilds("RewardsDay")
          .rebuilds("RewardsDayToken");

  /**
   * Joins the tables of {@code known_strategies}: PostgreSQL finds a row of a full join by scans.
   */
  static final String ROWS =
      """
      select
          strategy_state.strategy_id, coalesce(strategies.symbol, answered.symbol) as symbol,
          coalesce(
              strategies.underlying_token, emitted.underlying_token, answered.underlying_token
          ) as token,
          coalesce(strategies.decimals, emitted.decimals, answered.decimals) as decimals, category,
          exchange_rate * 1e-18 as exchange_rate,
          coalesce(rate_status, 'RATE_ASSUMED') as rate_status, price_usd, price_at, total_shares,
          tvs_usd, operator_count, delegator_count, unknown_operator_count, case_folded(coalesce(strategies.symbol, answered.symbol)) collate "C" as symbol_order
      from strategy_state
      left join strategies using (strategy_id)
      left join strategy_event_tokens as emitted using (strategy_id)
      left join strategy_call_tokens as answered using (strategy_id)
      left join strategy_quotes using (strategy_id)
      """;

  private static final Noun TOKEN_PRICE =
      Noun.of("TokenPrice")
          .rows(
              """
              select strategy_id, at, price_usd, source, (at at time zone 'UTC')::date as date
              from known_strategies
              join token_prices on token_prices.token = underlying_token
              """)
          .key("strategy_id", "at")
          .order("at")
          .instants("at")
          .amounts("priceUsd")
          .enums("source");

  private static final Noun DAILY_SNAPSHOT =
      Noun.of("StrategyDailySnapshot")
          .rows(
              """
              select
                  strategy_id, snapshot_date, total_shares, operator_count, delegator_count,
                  unknown_operator_count, exchange_rate * 1e-18 as exchange_rate, rate_status, price_usd, tvs_usd
              from strategy_daily_snapshots
              left join strategy_daily_quotes using (strategy_id, snapshot_date)
              """)
          .key("strategy_id", "snapshot_date")
          .order("snapshot_date")
          .column("date", "snapshot_date", ColumnType.DATE)
          .amounts("totalShares", "exchangeRate", "priceUsd", "tvsUsd")
          .counts("operatorCount", "delegatorCount", "unknownOperatorCount")
          .enums("rateStatus");

  private static final Noun STRATEGY_DELEGATOR =
      Noun.of("StrategyDelegator")
          .rows(
              """
              select staker_id, operator_id, strategy_id, shares, tvs_usd
              from operator_delegator_shares
              where shares is not null and not is_dust
              """)
          .key("staker_id", "operator_id", "strategy_id")
          .order("shares desc")
          .relation("delegator", Relation.on("staker_id"))
          .relation("operator", Relation.on("operator_id"))
          .amounts("shares", "tvsUsd");

  static final List<Noun> NOUNS =
      List.of(STRATEGY, TOKEN_PRICE, DAILY_SNAPSHOT, STRATEGY_DELEGATOR);

  private Strategies() {}
}
