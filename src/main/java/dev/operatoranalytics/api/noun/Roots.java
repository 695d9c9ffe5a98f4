package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.util.List;
import java.util.Map;

/** Fields of the query type. */
final class Roots {
  private static final int MAX_BUCKETS = 10_000;

  private static final Noun QUERY =
      Noun.of("Query")
          .relation("operator", Relation.all().where("#operator_id = :address"))
          .relation("operators", Relation.all().counted("operators"))
          .aggregate("operatorsAggregate", "Operator")
          .relation("strategy", Relation.all().where("#strategy_id = :address"))
          .relation("strategies", Relation.all())
          .relation("delegator", Relation.all().where("#staker_id = :address"))
          .relation("delegators", Relation.all().rows(Delegators.ALL).counted("delegators"))
          .relation("slashSettlements", Relation.all())
          .relation("slashLosses", Relation.all())
          .relation("queuedWithdrawals", Relation.all().counted("queuedWithdrawals"))
          .relation("withdrawalQueue", Relation.all())
          .relation("avs", Relation.all().where("#avs_id = :address"))
          .relation("avses", Relation.all())
          .relation("operatorSets", Relation.all())
          .relation("leaderboard", Ranks.LEADERBOARD)
          .relation("compareOperators", Ranks.COMPARISON)
          .embedded("network")
          .relation("alertRules", Relation.all())
          .relation("alertWebhooks", Relation.all())
          .relation("alerts", Relation.all())
          .relation("pipeline", Relation.all())
          .timeDependent("pipeline")
          .relation(
              "epoch",
              Relation.all().where("#epoch = :number").check(given -> natural(given, "number")))
          .relation(
              "epochs",
              Relation.all()
                  .whenGiven("from", "#epoch >= :from")
                  .whenGiven("to", "#epoch <= :to")
                  .check(Roots::checkRange))
          .relation(
              "rewardBuckets",
              Relation.all()
                  .rows(
                      """
                      with
                      held as (
                          select
                              greatest(coalesce(:from, 0), first_epoch) as first_epoch,
                              least(coalesce(:to, last_epoch), last_epoch) as last_epoch
                          from (
                              select
                                  least(
                                      min(epoch), (select min(epoch) from operator_share_prices)
                                  ) as first_epoch,
                                  greatest(
                                      max(epoch), (select max(epoch) from operator_share_prices)
                                  ) as last_epoch
                              from epochs
                          ) as known
                          where first_epoch is not null
                      ),
                      buckets as (
                          select
                              begins as first_epoch,
                              least(begins + length - 1, last_epoch) as last_epoch,
                              row_number() over (order by begins) as number
                          from (
                              select *, (last_epoch - first_epoch) / :maxBuckets + 1 as length
                              from held
                              where first_epoch <= last_epoch
                          ) as divided
                          cross join lateral generate_series(first_epoch, last_epoch, length)
                              as begins
                      ),
                      summed as (
                          select
                              number,
                              upto.rewards - coalesce(before.rewards, 0) as rewards,
                              upto.known_epochs - coalesce(before.known_epochs, 0) as known_epochs
                          from buckets
                          cross join lateral (
                              select rewards, known_epochs
                              from epoch_reward_sums
                              where epoch <= last_epoch
                              order by epoch desc
                              limit 1
                          ) as upto
                          left join lateral (
                              select rewards, known_epochs
                              from epoch_reward_sums
                              where epoch < first_epoch
                              order by epoch desc
                              limit 1
                          ) as before on true
                          where :operatorIds is null
                              and upto.known_epochs > coalesce(before.known_epochs, 0)
                          union all
                          select
                              width_bucket(
                                  epoch, (select array_agg(first_epoch order by number) from buckets)
                              ) as number,
                              sum(
                                  (
                                      select coalesce(sum(reward_raw), 0)
                                      from operator_shares
                                      where operator_shares.epoch = epochs.epoch
                                          and operator_id = any(:operatorIds)
                                  )
                              ),
                              count(*)
                          from epochs
                          where :operatorIds is not null
                              and rewards is not null
                              and epoch between (select first_epoch from held)
                              and (select last_epoch from held)
                          group by 1
                      )
                      select
                          first_epoch, last_epoch, rewards,
                          (last_epoch - first_epoch + 1 - coalesce(known_epochs, 0))::integer
                              as unknown_epochs
                      from buckets
                      left join summed using (number)
                      """)
                  .check(Roots::checkBuckets))
          .relation(
              "domainOperator",
              Relation.all()
                  .where("#operator_id = :operatorId")
                  .check(given -> natural(given, "operatorId")))
          .relation("domainOperators", Relation.all())
          .relation("slashingIncidents", Relation.all().counted("slashingIncidents"))
          .relation("commissionChanges", Relation.all().counted("commissionChanges"))
          .relation("activity", Relation.all().counted("activity"))
          .relation("delegations", Relation.all())
          .relation("stakeFlows", Relation.all())
          .relation("deposits", Relation.all())
          .relation("earnerRewards", Relation.all().where("#earner = :earner"))
          .relation("earnerDailyRewards", Rewards.OF_EARNER)
          .relation("rewardPreview", Relation.all())
          .relation("rewardsSubmissions", Relation.all())
          .relation("rewardsClaims", Relation.all())
          .relation("distributionRoots", Relation.all());

  private static final Noun REWARD_BUCKET =
      Noun.of("RewardBucket")
          .key("first_epoch")
          .order("first_epoch")
          .counts("firstEpoch", "lastEpoch", "unknownEpochs")
          .amounts("rewards");

  static final List<Noun> NOUNS = List.of(QUERY, REWARD_BUCKET);

  private static void natural(Map<String, Object> arguments, String name) {
    var number = (Integer) arguments.get(name);
    if (number != null && number < 0) {
      throw new UserInputError("%s is 0 or more, not %d".formatted(name, number));
    }
  }

  private static void checkRange(Map<String, Object> arguments) {
    natural(arguments, "from");
    natural(arguments, "to");
    var from = (Integer) arguments.get("from");
    var to = (Integer) arguments.get("to");
    if (from != null && to != null && from > to) {
      throw new UserInputError("from is %d, beyond to, which is %d".formatted(from, to));
    }
  }

  private static void checkBuckets(Map<String, Object> arguments) {
    checkRange(arguments);
    var buckets = (Integer) arguments.get("maxBuckets");
    if (buckets == null || buckets < 1 || buckets > MAX_BUCKETS) {
      throw new UserInputError("maxBuckets is 1 to %,d, not %d".formatted(MAX_BUCKETS, buckets));
    }
    if (arguments.get("operatorIds") instanceof List<?> ids) {
      for (var id : ids) {
        if (id instanceof Integer number && number < 0) {
          throw new UserInputError("an operator id is 0 or more, not " + number);
        }
      }
    }
  }

  private Roots() {}
}
