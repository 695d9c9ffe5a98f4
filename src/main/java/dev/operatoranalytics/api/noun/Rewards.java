package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Rewards: submissions, what days paid, what earners have, roots and claims. */
final class Rewards {
  private static final String FROM = "#reward_date >= :from";
  private static final String TO = "#reward_date <= :to";
  private static final String TOKEN = "#token = :token";

  private static final Noun SUBMISSION =
      Noun.of("RewardsSubmission")
          .rows("rewards_submissions")
          .key("submission_hash")
          .order("submitted_block desc", "submission_hash")
          .hidden("submitted_block", ColumnType.BIGINT)
          .column("hash", "submission_hash", ColumnType.TEXT)
          .column("kind", "submission_kind", ColumnType.ENUM)
          .relation("avs", Relation.on("avs_id"))
          .column("operatorSetId", "operator_set_id", ColumnType.TEXT)
          .texts("submitter", "token", "description")
          .amounts("amount")
          .dates("startDate", "endDate")
          .instants("submittedAt")
          .relation(
              "strategies",
              Relation.on("submission_hash")
                  .rows(
                      """
                      select
                          submission_hash, lower(item ->> 'strategy') as strategy,
                          (item ->> 'multiplier')::numeric as multiplier, place
                      from rewards_submissions
                      cross join jsonb_array_elements(strategies_and_multipliers)
                          with ordinality as items (item, place)
                      """))
          .followsAsOf();

  private static final Noun MULTIPLIER =
      Noun.of("RewardsMultiplier")
          .key("submission_hash", "place")
          .order("place")
          .hidden("place", ColumnType.BIGINT)
          .texts("strategy")
          .amounts("multiplier")
          .followsAsOf();

  private static final Noun OPERATOR_DAY =
      Noun.of("OperatorDailyReward")
          .rows(
              """
              select
                  rewards.*,
                  round(operator_amount * token_usd_of_day(token, reward_date), 18) as operator_usd,
                  round(stakers_amount * token_usd_of_day(token, reward_date), 18) as stakers_usd,
                  case
                      when token_usd_of_day(token, reward_date) is null then 'MISSING_PRICE'
                      else 'COMPLETE'
                  end as usd_status
              from operator_daily_rewards as rewards
              """)
          .key("reward_date", "submission_hash", "operator_id")
          .order("reward_date desc", "submission_hash", "operator_id")
          .column("date", "reward_date", ColumnType.DATE)
          .column("addedOn", "snapshot_date", ColumnType.DATE)
          .relation("submission", Relation.on("submission_hash"))
          .texts("token")
          .amounts("operatorAmount", "stakersAmount", "refundAmount", "operatorUsd", "stakersUsd")
          .counts("commissionBips")
          .enums("exactness", "approximateReason", "usdStatus")
          .followsAsOf();

  private static final Noun DELEGATOR_DAY =
      Noun.of("DelegatorDailyReward")
          .rows(
              """
              select
                  rewards.*, round(amount * token_usd_of_day(token, reward_date), 18) as usd,
                  case
                      when token_usd_of_day(token, reward_date) is null then 'MISSING_PRICE'
                      else 'COMPLETE'
                  end as usd_status
              from delegator_daily_rewards as rewards
              """)
          .key("reward_date", "submission_hash", "operator_id")
          .order("reward_date desc", "submission_hash", "operator_id")
          .column("date", "reward_date", ColumnType.DATE)
          .column("addedOn", "snapshot_date", ColumnType.DATE)
          .relation("submission", Relation.on("submission_hash"))
          .relation("operator", Relation.on("operator_id"))
          .texts("token")
          .amounts("amount", "usd")
          .enums("exactness", "approximateReason", "usdStatus");

  /**
   * Amounts of an earner by the day that they are paid for; those of a staker are computed from the
   * days of its operators. Of an earner (1) and a condition on the token (2).
   */
  private static final String DAYS_OF_EARNER =
      """
      select
          parts.date, parts.token, parts.role, parts.earner, parts.amount, parts.exactness,
          token_metadata.symbol, token_metadata.decimals,
          trim_scale(parts.amount * ('1e-' || token_metadata.decimals)::numeric) as tokens,
          prices.price_usd,
          round(parts.amount * prices.price_usd * ('1e-' || token_metadata.decimals)::numeric, 18)
              as usd,
          case
              when token_metadata.decimals is null then 'MISSING_DECIMALS'
              when prices.price_usd is null then 'MISSING_PRICE'
              else 'COMPLETE'
          end as usd_status
      from (
          select
              reward_date as date, token, role, earner, sum(amount) as amount,
              -- of two words the earlier one
              min(exactness) as exactness
          from (
              select
                  reward_date, token, 'STAKER' as role, staker_id as earner, amount, exactness
              from delegator_daily_rewards
              where staker_id = %1$s
              union all
              select reward_date, token, 'OPERATOR', operator_id, operator_amount, exactness
              from operator_daily_rewards
              where operator_id = %1$s
              union all
              select
                  rewards.reward_date, rewards.token, 'AVS', submissions.avs_id,
                  rewards.refund_amount, rewards.exactness
              from operator_daily_rewards as rewards
              join rewards_submissions as submissions using (submission_hash)
              where submissions.avs_id = %1$s and rewards.refund_amount > 0
          ) as paid
          where amount > 0
          group by reward_date, token, role, earner
      ) as parts
      left join token_metadata on token_metadata.token = parts.token
      left join lateral (
          select token_prices.price_usd
          from token_prices
          where
              token_prices.token = parts.token
              and token_prices.at >= parts.date::timestamp at time zone 'UTC'
              and token_prices.at < (parts.date + 1)::timestamp at time zone 'UTC'
          order by token_prices.at desc
          limit 1
      ) as prices on true
      where %2$s
      """;

  private static final Noun EARNER_DAY =
      Noun.of("EarnerDailyReward")
          .key("date", "token", "role")
          .order("date", "token", "role")
          .dates("date")
          .texts("earner", "token", "symbol")
          .counts("decimals")
          .amounts("amount", "tokens", "priceUsd", "usd")
          .enums("role", "exactness", "usdStatus");

  private static final Noun EARNER =
      Noun.of("EarnerRewards")
          .rows("earner_rewards")
          .key("earner", "token")
          .order("earned_usd desc", "token")
          .texts("earner", "token", "symbol")
          .counts("decimals")
          .amounts(
              "earned", "active", "pending", "claimed", "claimable", "earnedUsd", "claimableUsd")
          .enums("activeSource", "earnedUsdStatus", "claimableUsdStatus", "nextClaimableReason")
          .instants("nextClaimableAt")
          .relation(
              "dailyRewards",
              range(
                  Relation.all().rows(DAYS_OF_EARNER.formatted("^earner", "parts.token = ^token"))))
          .relation("claims", Relation.on("earner").and("token", "token"))
          .followsAsOf()
          .currentOnly("dailyRewards");

  private static final Noun CLAIM =
      Noun.of("RewardsClaim")
          .rows("rewards_claims")
          .key("transaction_hash", "log_index")
          .hidden("log_index", ColumnType.BIGINT)
          .order("claimed_block desc", "log_index desc", "transaction_hash")
          .texts("transactionHash", "earner", "token", "claimer", "recipient", "root")
          .amounts("amount")
          .bigints("claimedBlock")
          .instants("claimedAt")
          .followsAsOf();

  private static final Noun ROOT =
      Noun.of("DistributionRoot")
          .rows(
              """
              select
                  distribution_roots.*,
                  case
                      when disabled_block is not null then 'DISABLED'
                      when activates_at <= (select max(safe_at) from pipeline_checkpoints) then 'ACTIVE'
                      else 'WAITING'
                  end as status
              from distribution_roots
              """)
          .key("root_index")
          .order("root_index desc")
          .column("index", "root_index", ColumnType.BIGINT)
          .texts("root")
          .dates("untilDate")
          .instants("submittedAt", "activatesAt", "disabledAt")
          .enums("status");

  private static final Noun YIELD =
      Noun.of("RewardsYield")
          .rows("operator_yields")
          .key("window_days", "kind", "strategy_id")
          .order("window_days", "kind", "strategy_id")
          .counts("windowDays", "days")
          .enums("kind", "reason", "usdStatus", "baseYieldReason")
          .relation("strategy", Relation.on("strategy_id"))
          .dates("firstDate", "lastDate")
          .amounts("grossUsd", "netUsd", "meanTvsUsd", "grossYield", "netYield", "baseYield");

  private static final Noun DAY =
      Noun.of("RewardsDay")
          .rows("reward_days")
          .key("subject_kind", "subject_id", "reward_date")
          .order("reward_date")
          .column("date", "reward_date", ColumnType.DATE)
          .amounts("operatorsUsd", "stakersUsd", "refundUsd", "piUsd", "avsUsd")
          .enums("usdStatus")
          .relation(
              "tokens",
              Relation.on("subject_kind")
                  .and("subject_id", "subject_id")
                  .and("reward_date", "reward_date"))
          .followsAsOf();

  private static final Noun DAY_TOKEN =
      Noun.of("RewardsDayToken")
          .rows("reward_day_tokens")
          .key("subject_kind", "subject_id", "reward_date", "token")
          .order("usd desc", "token")
          .hidden("reward_date", ColumnType.DATE)
          .texts("token", "symbol")
          .counts("decimals")
          .amounts("operatorsAmount", "stakersAmount", "refundAmount", "usd")
          .enums("usdStatus")
          .followsAsOf();

  static final List<Noun> NOUNS =
      List.of(
          SUBMISSION,
          MULTIPLIER,
          OPERATOR_DAY,
          DELEGATOR_DAY,
          EARNER_DAY,
          EARNER,
          CLAIM,
          ROOT,
          YIELD,
          DAY,
          DAY_TOKEN);

  /** Days of an earner in all tokens. */
  static final Relation OF_EARNER =
      range(Relation.all().rows(DAYS_OF_EARNER.formatted(":earner", "true")))
          .whenGiven("token", TOKEN);

  private static Relation range(Relation days) {
    return days.whenGiven("from", "#date >= :from").whenGiven("to", "#date <= :to");
  }

  /**
   * Sums by day.
   *
   * @param kind NETWORK, AVS, STRATEGY or OPERATOR
   * @param subject the rows of one of them, or all
   */
  static Relation byDay(String kind, Relation subject) {
    return subject.where("#subject_kind = '%s'".formatted(kind)).days("reward_date");
  }

  /** Yields, of all operators when the column is that of a strategy. */
  static Relation yields(Relation relation) {
    return relation.whenGiven("days", "#window_days = :days").whenGiven("kind", "#kind = :kind");
  }

  /** What an earner has, by token. */
  static Relation of(String column) {
    return Relation.on(column, "earner");
  }

  /** Days paid for in a range, of one token when it is given. */
  static Relation days(String column) {
    return Relation.on(column)
        .whenGiven("from", FROM)
        .whenGiven("to", TO)
        .whenGiven("token", TOKEN);
  }

  private Rewards() {}
}
