package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** AVSs, their operator sets and their relationships with operators. */
final class Avses {
  private static final Noun AVS =
      Noun.of("Avs")
          .rows(
              """
              select
                  avs.avs_id, registrar, operator_count, ever_operator_count, operator_set_count,
                  delegated_usd, slashable_usd, unpriced_operator_count, name, description, website, logo, twitter, metadata_uri,
                  avs_metadata.updated_at as metadata_updated_at, case_folded(name) collate "C" as name_order
              from avs
              join avs_state using (avs_id)
              left join avs_metadata using (avs_id)
              """)
          .key("avs_id")
          .node()
          .order("operator_count desc")
          .column("address", "avs_id", ColumnType.TEXT)
          .embedded("metadata", "metadata_uri", "metadata_updated_at")
          .relation("metadataFetch", MetadataFetches.of("AVS", "avs_id"))
          .timeDependent("metadataFetch")
          .texts("registrar")
          .counts("operatorCount", "everOperatorCount", "operatorSetCount", "unpricedOperatorCount")
          .amounts("delegatedUsd", "slashableUsd")
          .relation("allocationDailySnapshots", Relation.on("avs_id"))
          .relation("dailySnapshots", Relation.on("avs_id").days("date"))
          .relation("operatorSets", Relation.on("avs_id"))
          .relation("relationships", Relation.on("avs_id").whenGiven("status", "#status = :status"))
          .relation("slashingIncidents", Relation.on("avs_id"))
          .relation("rewards", Rewards.of("avs_id"))
          .relation("rewardsSubmissions", Relation.on("avs_id"))
          .relation("rewardsByDay", Rewards.byDay("AVS", Relation.on("avs_id", "subject_id")))
          .orderValue("NAME", "name_order", ColumnType.TEXT)
          .followsAsOf()
          .currentOnly(
              "rewards",
              "rewardsSubmissions",
              "rewardsByDay",
              "metadataFetch",
              "registrar",
              "operatorCount",
              "everOperatorCount",
              "operatorSetCount",
              "delegatedUsd",
              "slashableUsd",
              "allocationDailySnapshots",
              "dailySnapshots",
              "unpricedOperatorCount",
              "operatorSets",
              "relationships",
              "slashingIncidents")
          .rebuilds(
              "Avs",
              "id",
              "address",
              "metadata",
              "registrar",
              "operatorCount",
              "everOperatorCount",
              "operatorSetCount",
              "delegatedUsd",
              "slashableUsd",
              "unpricedOperatorCount",
              "operatorSets",
              "relationships",
              "rewards",
              "rewardsSubmissions",
              "rewardsByDay")
          .rebuilds("AvsMetadata")
          .rebuilds(
              "OperatorSet",
              "id",
              "avs",
              "number",
              "createdAt",
              "redistributionRecipient",
              "isRedistributing",
              "slasher",
              "slasherSource",
              "pendingSlasher",
              "pendingSlasherEffectBlock",
              "strategies",
              "memberCount",
              "members",
              "slashableUsd",
              "redistributableUsd",
              "delegatedUsd",
              "unpricedStrategyCount")
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
              "priceAt")
          .rebuilds("AvsRelationship")
          .rebuilds("AvsRegistrationPeriod")
          .rebuilds("Operator", "id", "address", "metadata", "state")
          .rebuilds("OperatorMetadata")
          .rebuilds(
              "OperatorState",
              "tvsUsd",
              "tvsStatus",
              "unpricedStrategyCount",
              "unknownStrategyCount")
          .rebuilds("EarnerRewards")
          .rebuilds("RewardsSubmission")
          .rebuilds("RewardsMultiplier")
          .rebuilds("RewardsClaim")
          .rebuilds("RewardsDay")
          .rebuilds("RewardsDayToken");

  private static final Noun METADATA =
      Noun.of("AvsMetadata")
          .texts("name", "description", "website", "logo", "twitter")
          .column("uri", "metadata_uri", ColumnType.TEXT)
          .column("updatedAt", "metadata_updated_at", ColumnType.INSTANT)
          .followsAsOf();

  private static final Noun OPERATOR_SET =
      Noun.of("OperatorSet")
          .rows(
              """
              select
                  operator_set_id, avs_id, number, created_at, redistribution_recipient,
                  is_redistributing, slasher, slasher_source, pending_slasher,
                  pending_slasher_effect_block, member_count, slashable_usd, delegated_usd,
                  unpriced_strategy_count,
                  case when is_redistributing then slashable_usd else 0 end as redistributable_usd
              from operator_sets
              join operator_set_state using (operator_set_id)
              """)
          .key("operator_set_id")
          .node()
          .order("member_count desc")
          .relation("avs", Relation.on("avs_id"))
          .filter("avs", "avs_id", ColumnType.TEXT)
          .bigints("number")
          .instants("createdAt")
          .texts("redistributionRecipient", "slasher", "pendingSlasher")
          .flags("isRedistributing")
          .enums("slasherSource")
          .bigints("pendingSlasherEffectBlock")
          .relation(
              "strategies",
              Relation.on("operator_set_id")
                  .rows(
                      """
                      select operator_set_strategies.operator_set_id, described.*
                      from operator_set_strategies
                      join (%s) as described using (strategy_id)
                      """
                          .formatted(Strategies.ROWS)))
          .relation("settlements", Relation.on("operator_set_id"))
          .relation("slashLosses", Relation.on("operator_set_id"))
          .counts("memberCount", "unpricedStrategyCount")
          .relation("members", Relation.on("operator_set_id").rows(Operators.MEMBERS))
          .relation("allocationDailySnapshots", Relation.on("operator_set_id"))
          .relation("dailySnapshots", Relation.on("operator_set_id").days("date"))
          .amounts("slashableUsd", "redistributableUsd", "delegatedUsd")
          .followsAsOf()
          .currentOnly(
              "redistributionRecipient",
              "isRedistributing",
              "slasher",
              "slasherSource",
              "pendingSlasher",
              "pendingSlasherEffectBlock",
              "strategies",
              "memberCount",
              "members",
              "slashLosses",
              "allocationDailySnapshots",
              "dailySnapshots",
              "slashableUsd",
              "redistributableUsd",
              "delegatedUsd",
              "unpricedStrategyCount");

  private static final Noun RELATIONSHIP =
      Noun.of("AvsRelationship")
          .rows(
              """
              select
                  operator_id, avs_id,
                  case when is_registered then 'REGISTERED' else 'UNREGISTERED' end as status,
                  is_registered_with_directory, operator_set_count, registered_at, unregistered_at
              from operator_avs_relationships
              """)
          .key("operator_id", "avs_id")
          .order("registered_at desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("avs", Relation.on("avs_id"))
          .enums("status")
          .flags("isRegisteredWithDirectory")
          .counts("operatorSetCount")
          .instants("registeredAt", "unregisteredAt")
          .relation("periods", Relation.on("operator_id").and("avs_id", "avs_id"))
          .followsAsOf();

  private static final Noun PERIOD =
      Noun.of("AvsRegistrationPeriod")
          .rows(
              """
              select
                  operator_id, avs_id, nullif(operator_set_id, '') as operator_set_id,
                  registered_block, registered_log_index, registered_at, unregistered_block,
                  unregistered_at
              from operator_avs_registration_history
              """)
          .key("operator_id", "avs_id", "registered_block", "registered_log_index")
          .hidden("registered_log_index", ColumnType.BIGINT)
          .order("registered_block desc", "registered_log_index desc")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .instants("registeredAt", "unregisteredAt")
          .bigints("registeredBlock", "unregisteredBlock")
          .expression(
              "days",
              ColumnType.INTEGER,
              "floor(extract(epoch from coalesce(#unregistered_at, :now) - #registered_at) / 86400)"
                  + "::integer")
          .followsAsOf();

  private static final Noun AVS_DAY =
      Noun.of("AvsDailySnapshot")
          .rows("avs_daily_stakes")
          .key("avs_id", "date")
          .order("date")
          .dates("date")
          .counts("operatorCount", "operatorSetCount", "unpricedOperatorCount")
          .amounts("allocatedUsd", "delegatedUsd", "slashableUsd");

  private static final Noun OPERATOR_SET_DAY =
      Noun.of("OperatorSetDailySnapshot")
          .rows("operator_set_daily_stakes")
          .key("operator_set_id", "date")
          .order("date")
          .dates("date")
          .counts("memberCount", "unpricedStrategyCount")
          .amounts("allocatedUsd", "delegatedUsd", "slashableUsd");

  static final List<Noun> NOUNS =
      List.of(AVS, METADATA, OPERATOR_SET, RELATIONSHIP, PERIOD, AVS_DAY, OPERATOR_SET_DAY);

  private Avses() {}
}
