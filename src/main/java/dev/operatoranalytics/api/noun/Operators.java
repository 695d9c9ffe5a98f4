package dev.operatoranalytics.api.noun;

import static dev.operatoranalytics.api.query.ColumnType.ENUM;
import static dev.operatoranalytics.api.query.ColumnType.INTEGER;
import static dev.operatoranalytics.api.query.ColumnType.NUMERIC;
import static dev.operatoranalytics.api.query.ColumnType.TEXT;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Operators with their state, strategies, delegators, allocations and daily snapshots. */
final class Operators {
  /** Operator of rows of stakers that are delegated to none. */
  static final String NONE = "0x0000000000000000000000000000000000000000";

  static final String SHARES_STATUS =
      "case when #shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end";

  private static final String SLASHABLE_STATUS =
      "case when #slashable_shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end";

  private static final String ROWS = rows("join");

  /**
   * @param join each operator has one row of figures: {@code left join} lets PostgreSQL leave them
   *     out, {@code join} lets it begin with their indexes
   */
  private static String rows(String join) {
    return """
    select
        operator_state.operator_id, is_active, operator_state.is_permissioned,
        operator_state.registered_at, operator_state.is_registration_inferred,
        operator_state.first_activity_at, operator_state.last_activity_at, active_avs_count,
        registered_avs_count, active_operator_set_count, active_delegators, delegated_stakers,
        total_delegators, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at,
        tvs_oldest_quote_at, tvs_status, unpriced_strategy_count, unknown_strategy_count, operator_state.updated_at,
        operator_state.updated_at_block, pi_bips, risk_score, risk_level, score_reason, growth_rate_30d, tvs_trend,
        tvs_change_7d, tvs_change_7d_reason, net_yield_30d, net_yield_30d_reason, operator_state.name, description, website, logo, twitter,
        metadata_uri, operator_metadata.updated_at as metadata_updated_at, nullif(has_metadata, false) as has_metadata,
        case_folded(operator_state.name) collate "C" as name_order
    from operator_state
    %s operator_figures using (operator_id)
    left join operators using (operator_id)
    left join operator_metadata using (operator_id)
    """
        .formatted(join);
  }

  /** Members of operator sets: operators, each with the set. */
  static final String MEMBERS =
      """
      select members.operator_set_id, operators.*
      from (
          select distinct operator_id, operator_set_id
          from operator_avs_registration_history
          where operator_set_id <> '' and unregistered_at is null
      ) as members
      join (%s) as operators using (operator_id)
      """
          .formatted(ROWS);

  private static final Noun OPERATOR =
      Noun.of("Operator")
          .rows(ROWS)
          .countedRows(rows("left join"))
          .key("operator_id")
          .node()
          .order("total_tvs desc")
          .column("address", "operator_id", TEXT)
          .embedded("metadata", "has_metadata")
          .embedded("state")
          .embedded("statistics")
          .orderValue("NAME", "name_order", TEXT)
          .filter("name", "name", TEXT)
          .filter("riskScore", "risk_score", NUMERIC)
          .filter("riskLevel", "risk_level", TEXT)
          .filter("growthRate30d", "growth_rate_30d", NUMERIC)
          .relation("metadataFetch", MetadataFetches.of("OPERATOR", "operator_id"))
          .timeDependent("metadataFetch")
          .relation("strategies", Relation.on("operator_id"))
          .relation("delegators", Relation.on("operator_id"))
          .relation("allocations", Relation.on("operator_id"))
          .relation(
              "avsRelationships",
              Relation.on("operator_id").whenGiven("status", "#status = :status"))
          .relation("commissionRates", Relation.on("operator_id"))
          .relation("dailySnapshots", Relation.on("operator_id").days("snapshot_date"))
          .relation(
              "strategyDailySnapshots",
              Relation.on("operator_id")
                  .whenGiven("strategy", "#strategy_id = :strategy")
                  .days("snapshot_date", "strategy"))
          .relation("analytics", Relation.on("operator_id").onDay("date", Analytics.NEWEST_DAY))
          .relation("analyticsHistory", Relation.on("operator_id").days("date"))
          .relation("volatility", Relation.on("operator_id").onDay("date", Analytics.NEWEST_DAY))
          .relation(
              "concentration",
              Relation.on("operator_id", "subject_id")
                  .where("#kind in ('OPERATOR_DELEGATORS', 'OPERATOR_STRATEGIES')")
                  .onDay("date", Analytics.NEWEST_DAY))
          .relation("rank", Ranks.OF_OPERATOR)
          .relation("stakeFlows", Relation.on("operator_id"))
          .relation("deposits", Relation.on("operator_id"))
          .relation("allocationDailySnapshots", Relation.on("operator_id"))
          .relation("slashingIncidents", Relation.on("operator_id"))
          .relation("slashSettlements", Relation.on("operator_id"))
          .relation("slashLosses", Relation.on("operator_id"))
          .relation(
              "queuedWithdrawals",
              Relation.on("operator_id").whenGiven("status", "#status = :status"))
          .relation("withdrawalQueue", Relation.on("operator_id"))
          .relation("allocationDelay", Relation.on("operator_id"))
          .relation("flags", Relation.on("operator_id"))
          .relation("slashPreview", SlashPreviews.OF_OPERATOR)
          .relation("slashPreviews", SlashPreviews.IN_TURN)
          .relation("worstCase", Relation.on("operator_id"))
          .relation(
              "activity",
              Relation.on("operator_id").whenGiven("types", "#activity_type = any(:types)"))
          .relation("rewards", Rewards.of("operator_id"))
          .relation("dailyRewards", Rewards.days("operator_id"))
          .relation(
              "rewardsByDay", Rewards.byDay("OPERATOR", Relation.on("operator_id", "subject_id")))
          .relation("yields", Rewards.yields(Relation.on("operator_id")))
          .followsAsOf()
          .currentOnly(
              "metadataFetch",
              "flags",
              "slashSettlements",
              "rewardsByDay",
              "yields",
              "dailySnapshots",
              "strategyDailySnapshots",
              "analytics",
              "analyticsHistory",
              "volatility",
              "concentration",
              "rank",
              "stakeFlows",
              "deposits",
              "allocationDailySnapshots");

  private static final Noun METADATA =
      Noun.of("OperatorMetadata")
          .texts("name", "description", "website", "logo", "twitter")
          .column("uri", "metadata_uri", TEXT)
          .column("updatedAt", "metadata_updated_at", ColumnType.INSTANT)
          .followsAsOf();

  private static final Noun STATE =
      Noun.of("OperatorState")
          .flags("isActive", "isPermissioned", "isRegistrationInferred")
          .instants("registeredAt", "firstActivityAt", "lastActivityAt")
          .expression(
              "operationalDays",
              INTEGER,
              "floor(extract(epoch from :now - #registered_at) / 86400)::integer")
          .counts(
              "activeAvsCount",
              "registeredAvsCount",
              "activeOperatorSetCount",
              "activeDelegators",
              "delegatedStakers",
              "totalDelegators",
              "unpricedStrategyCount",
              "unknownStrategyCount",
              "totalSlashEvents",
              "piBips")
          .column("tvsUsd", "total_tvs", NUMERIC)
          .column("tvsChange7d", "tvs_change_7d", NUMERIC)
          .column("tvsChange7dReason", "tvs_change_7d_reason", ENUM)
          .column("tvsTrend", "tvs_trend", ColumnType.JSON)
          .column("netYield30d", "net_yield_30d", NUMERIC)
          .column("netYield30dReason", "net_yield_30d_reason", ENUM)
          .column("riskScore", "risk_score", NUMERIC)
          .enums("riskLevel", "scoreReason")
          .column("growthRate30d", "growth_rate_30d", NUMERIC)
          .instants("tvsUpdatedAt", "tvsOldestQuoteAt", "lastSlashedAt", "updatedAt")
          .enums("tvsStatus")
          .bigints("updatedAtBlock")
          .followsAsOf()
          .currentOnly(
              "tvsChange7d",
              "tvsChange7dReason",
              "tvsTrend",
              "netYield30d",
              "netYield30dReason",
              "riskScore",
              "riskLevel",
              "scoreReason",
              "growthRate30d");

  private static final Noun STATISTICS =
      Noun.of("OperatorStatistics")
          .embedded("tvs")
          .embedded("delegators")
          .embedded("avs")
          .column("operatorSets", "active_operator_set_count", INTEGER)
          .followsAsOf();

  private static final Noun TVS_STATISTICS =
      Noun.of("TvsStatistics")
          .column("tvsUsd", "total_tvs", NUMERIC)
          .enums("tvsStatus")
          .relation("byStrategy", Relation.on("operator_id"))
          .followsAsOf();

  private static final Noun DELEGATOR_STATISTICS =
      Noun.of("DelegatorStatistics")
          .column("active", "active_delegators", INTEGER)
          .column("total", "total_delegators", INTEGER)
          .followsAsOf();

  private static final Noun AVS_STATISTICS =
      Noun.of("AvsStatistics")
          .column("active", "active_avs_count", INTEGER)
          .column("registered", "registered_avs_count", INTEGER)
          .followsAsOf();

  private static final Noun STRATEGY_STATISTICS =
      Noun.of("StrategyStatistics")
          .rows("operator_strategy_state")
          .key("operator_id", "strategy_id")
          .order("tvs_usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("tvsUsd", "maxMagnitude", "encumberedMagnitude", "utilizationRate")
          .followsAsOf();

  /** Multiplies by a negative power of ten instead of dividing, so that the result is exact. */
  private static final Noun OPERATOR_STRATEGY =
      Noun.of("OperatorStrategy")
          .rows(
              """
              select
                  operator_id, strategy_id, shares,
                  shares * coalesce(exchange_rate, 1e18) * ('1e-' || (18 + decimals))::numeric
                      as tokens,
                  tvs_usd, max_magnitude, encumbered_magnitude, allocatable_magnitude,
                  utilization_rate, delegator_count
              from operator_strategy_state
              left join strategies using (strategy_id)
              left join strategy_quotes using (strategy_id)
              """)
          .key("operator_id", "strategy_id")
          .order("tvs_usd desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .relation(
              "dailySnapshots",
              Relation.on("operator_id").and("strategy_id", "strategy_id").days("snapshot_date"))
          .amounts(
              "shares",
              "tokens",
              "tvsUsd",
              "maxMagnitude",
              "encumberedMagnitude",
              "allocatableMagnitude",
              "utilizationRate")
          .expression("sharesStatus", ENUM, SHARES_STATUS)
          .counts("delegatorCount")
          .followsAsOf()
          .currentOnly("dailySnapshots");

  private static final Noun OPERATOR_DELEGATOR =
      Noun.of("OperatorDelegator")
          .rows("operator_delegators")
          .key("operator_id", "staker_id")
          .order("tvs_usd desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("delegator", Relation.on("staker_id"))
          .flags("isActive")
          .instants("delegatedAt", "undelegatedAt")
          .amounts("tvsUsd")
          .relation("shares", Relation.on("operator_id").and("staker_id", "staker_id"))
          .relation("exposure", Relation.on("operator_id").and("staker_id", "staker_id"))
          .relation("worstCase", SlashPreviews.WORST_AT_OPERATOR)
          .filter("address", "staker_id", TEXT)
          .followsAsOf();

  /** The part of a delegator's shares that an operator set can slash through the operator. */
  private static final Noun EXPOSURE =
      Noun.of("Exposure")
          .rows(
              """
              select
                  held.operator_id, held.staker_id, allocation.operator_set_id,
                  allocation.strategy_id,
                  allocated_shares(
                      held.shares, allocation.current_magnitude, state.max_magnitude
                  ) as slashable_shares,
                  ratio(held.tvs_usd * allocation.current_magnitude, state.max_magnitude)
                      as slashable_usd
              from operator_delegator_shares as held
              join operator_allocations as allocation using (operator_id, strategy_id)
              join operator_strategy_state as state using (operator_id, strategy_id)
              where allocation.is_slashable and state.max_magnitude > 0
              """)
          .key("operator_id", "staker_id", "operator_set_id", "strategy_id")
          .order("slashable_usd desc", "operator_set_id", "strategy_id")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("slashableShares", "slashableUsd")
          .expression("sharesStatus", ENUM, SLASHABLE_STATUS)
          .followsAsOf();

  private static final Noun ALLOCATION =
      Noun.of("Allocation")
          .rows(
              """
              select
                  operator_id, operator_set_id, strategy_id, current_magnitude, pending_magnitude,
                  pending_effect_block, is_slashable, slashable_shares, slashable_usd,
                  split_part(operator_set_id, '-', 1) as avs_id
              from operator_allocations
              """)
          .key("operator_id", "operator_set_id", "strategy_id")
          .order("slashable_usd desc")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("currentMagnitude", "pendingMagnitude", "slashableShares", "slashableUsd")
          .expression("sharesStatus", ENUM, SLASHABLE_STATUS)
          .bigints("pendingEffectBlock")
          .flags("isSlashable")
          .filter("avs", "avs_id", TEXT)
          .filter("strategy", "strategy_id", TEXT)
          .followsAsOf();

  private static final Noun ALLOCATION_DELAY =
      Noun.of("AllocationDelay")
          .rows(
              """
              select
                  operator_id, current_blocks, pending_blocks,
                  pending_effect_block as effect_block,
                  case when current_blocks is null then 'NOT_SET' else 'SET' end as status
              from operator_current_state
              left join operator_allocation_delays using (operator_id)
              """)
          .key("operator_id")
          .enums("status")
          .bigints("currentBlocks", "pendingBlocks", "effectBlock")
          .followsAsOf();

  private static final Noun FLAG =
      Noun.of("OperatorFlag")
          .rows("operator_flags")
          .key("flag", "operator_id", "subject_id")
          .order("flag", "operator_id", "subject_id")
          .enums("flag")
          .relation("operator", Relation.on("operator_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .texts("account", "reason")
          .amounts("figure", "threshold")
          .bigints("effectBlock")
          .instants("effectiveAt", "since");

  private static final Noun COMMISSION_RATE =
      Noun.of("CommissionRate")
          .rows(
              """
              select
                  operator_id, commission_kind, subject_id, current_bips, is_default,
                  upcoming_bips, activates_at,
                  case when commission_kind = 'AVS' then subject_id end as avs_id,
                  case when commission_kind = 'OPERATOR_SET' then subject_id end as operator_set_id
              from operator_commission_rates
              """)
          .key("operator_id", "commission_kind", "subject_id")
          .order("commission_kind desc", "subject_id")
          .column("kind", "commission_kind", ENUM)
          .relation("avs", Relation.on("avs_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .counts("currentBips", "upcomingBips")
          .flags("isDefault")
          .instants("activatesAt")
          .relation(
              "history",
              Relation.on("operator_id")
                  .and("commission_kind", "commission_kind")
                  .and("subject_id", "subject_id"))
          .followsAsOf();

  private static final Noun COMMISSION_CHANGE =
      Noun.of("CommissionChange")
          .rows(
              """
              select
                  operator_id, commission_kind, subject_id, set_block, set_log_index, set_at,
                  activates_at, old_bips, new_bips, new_bips - old_bips as change_bips, caller,
                  case when commission_kind = 'AVS' then subject_id end as avs_id,
                  case when commission_kind = 'OPERATOR_SET' then subject_id end as operator_set_id
              from operator_commission_history
              """)
          .key("operator_id", "commission_kind", "subject_id", "set_block", "set_log_index")
          .hidden("set_log_index", ColumnType.BIGINT)
          .order("set_block desc", "set_log_index desc")
          .relation("operator", Relation.on("operator_id"))
          .column("kind", "commission_kind", ENUM)
          .relation("avs", Relation.on("avs_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .filter("avs", "avs_id", TEXT)
          .instants("setAt", "activatesAt")
          .bigints("setBlock")
          .counts("oldBips", "newBips", "changeBips")
          .texts("caller")
          .followsAsOf();

  private static final Noun SLASHING_INCIDENT =
      Noun.of("SlashingIncident")
          .rows(
              """
              select
                  operator_id, transaction_hash, log_index, operator_set_id,
                  split_part(operator_set_id, '-', 1) as avs_id, slashed_block, slashed_at,
                  description,
                  (
                      select sum(slashed_usd)
                      from operator_slashing_amounts as amounts
                      where amounts.operator_id = incidents.operator_id
                          and amounts.transaction_hash = incidents.transaction_hash
                          and amounts.log_index = incidents.log_index
                  ) as slashed_usd,
                  (
                      select count(*)::integer
                      from operator_slashing_amounts as amounts
                      where amounts.operator_id = incidents.operator_id
                          and amounts.transaction_hash = incidents.transaction_hash
                          and amounts.log_index = incidents.log_index
                          and amounts.slashed_usd is null
                  ) as unvalued_strategy_count
              from operator_slashing_incidents as incidents
              """)
          .key("transaction_hash", "log_index", "operator_id")
          .order("slashed_block desc", "log_index desc")
          .relation("operator", Relation.on("operator_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .instants("slashedAt")
          .column("block", "slashed_block", ColumnType.BIGINT)
          .texts("transactionHash", "description")
          .bigints("logIndex")
          .amounts("slashedUsd")
          .counts("unvaluedStrategyCount")
          .filter("avs", "avs_id", TEXT)
          .relation(
              "amounts",
              Relation.on("operator_id")
                  .and("transaction_hash", "transaction_hash")
                  .and("log_index", "log_index"))
          .followsAsOf();

  private static final Noun SLASHING_AMOUNT =
      Noun.of("SlashingAmount")
          .rows(
              """
              select
                  amounts.*,
                  coalesce(
                      settlements.status,
                      case amounts.strategy_id
                          when '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' then 'NATIVE_ETH'
                          else 'UNKNOWN'
                      end
                  ) as settlement_status
              from operator_slashing_amounts as amounts
              left join slash_settlements as settlements
                  using (transaction_hash, log_index, strategy_id)
              """)
          .key("operator_id", "transaction_hash", "log_index", "strategy_id")
          .hidden("log_index", ColumnType.BIGINT)
          .order("strategy_id")
          .enums("settlementStatus")
          .relation(
              "settlement",
              Relation.on("transaction_hash")
                  .and("log_index", "log_index")
                  .and("strategy_id", "strategy_id"))
          .relation(
              "losses",
              Relation.on("operator_id")
                  .and("transaction_hash", "transaction_hash")
                  .and("log_index", "log_index")
                  .and("strategy_id", "strategy_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("wadSlashed", "cumulativeWadSlashed", "shares", "slashedUsd")
          .followsAsOf();

  private static final Noun ACTIVITY =
      Noun.of("Activity")
          .rows("operator_activity")
          .key("operator_id", "block_number", "log_index")
          .order("block_number desc", "log_index desc")
          .relation("operator", Relation.on("operator_id"))
          .column("type", "activity_type", ENUM)
          .instants("happenedAt")
          .column("block", "block_number", ColumnType.BIGINT)
          .bigints("logIndex")
          .texts("transactionHash")
          .column("staker", "staker_id", TEXT)
          .relation("strategy", Relation.on("strategy_id"))
          .relation("avs", Relation.on("avs_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .filter("strategy", "strategy_id", TEXT)
          .filter("avs", "avs_id", TEXT)
          .amounts("amount")
          .followsAsOf();

  private static final Noun DAILY_SNAPSHOT =
      Noun.of("OperatorDailySnapshot")
          .rows("operator_daily_snapshots")
          .key("operator_id", "snapshot_date")
          .order("snapshot_date")
          .column("date", "snapshot_date", ColumnType.DATE)
          .flags("isActive")
          .counts(
              "activeAvsCount",
              "registeredAvsCount",
              "activeOperatorSetCount",
              "activeDelegators",
              "totalDelegators",
              "strategyCount",
              "totalSlashEvents",
              "unpricedStrategyCount",
              "unknownStrategyCount")
          .instants("lastSlashedAt")
          .column("tvsUsd", "total_tvs", NUMERIC)
          .enums("tvsStatus");

  private static final Noun STRATEGY_DAILY_SNAPSHOT =
      Noun.of("OperatorStrategyDailySnapshot")
          .rows("operator_strategy_daily_snapshots")
          .key("operator_id", "snapshot_date", "strategy_id")
          .order("snapshot_date", "strategy_id")
          .column("date", "snapshot_date", ColumnType.DATE)
          .relation("strategy", Relation.on("strategy_id"))
          .amounts(
              "shares",
              "maxMagnitude",
              "encumberedMagnitude",
              "allocatableMagnitude",
              "utilizationRate",
              "tvsUsd")
          .expression("sharesStatus", ENUM, SHARES_STATUS)
          .counts("delegatorCount");

  private static final Noun ALLOCATION_DAILY_SNAPSHOT =
      Noun.of("AllocationDailySnapshot")
          .rows(
              """
              select
                  operator_id, operator_set_id, split_part(operator_set_id, '-', 1) as avs_id,
                  strategy_id, snapshot_date, current_magnitude, pending_magnitude, is_slashable,
                  slashable_shares, slashable_usd
              from operator_allocation_daily_snapshots
              """)
          .key("operator_id", "operator_set_id", "strategy_id", "snapshot_date")
          .order("snapshot_date desc")
          .column("date", "snapshot_date", ColumnType.DATE)
          .relation("operator", Relation.on("operator_id"))
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .filter("strategy", "strategy_id", TEXT)
          .amounts("currentMagnitude", "pendingMagnitude", "slashableShares", "slashableUsd")
          .expression("sharesStatus", ENUM, SLASHABLE_STATUS)
          .flags("isSlashable");

  private static final Noun STAKE_FLOW =
      Noun.of("StakeFlow")
          .rows(
              """
              select
                  flows.operator_id, flows.strategy_id, flows.day as date, delegated_shares,
                  deposited_shares, undelegated_shares, withdrawn_shares,
                  delegated_shares + deposited_shares - undelegated_shares - withdrawn_shares
                      as net_shares,
                  usd_value(delegated_shares, usd_per_share_unit) as delegated_usd,
                  usd_value(deposited_shares, usd_per_share_unit) as deposited_usd,
                  usd_value(undelegated_shares, usd_per_share_unit) as undelegated_usd,
                  usd_value(withdrawn_shares, usd_per_share_unit) as withdrawn_usd,
                  usd_value(
                      delegated_shares + deposited_shares - undelegated_shares - withdrawn_shares,
                      usd_per_share_unit
                  ) as net_usd,
                  case when usd_per_share_unit is null then 'UNPRICED' end as reason
              from operator_strategy_daily_flows as flows
              left join strategy_daily_quotes as quotes
                  on quotes.strategy_id = flows.strategy_id and quotes.snapshot_date = flows.day
              """)
          .key("date", "operator_id", "strategy_id")
          .order("date desc")
          .dates("date")
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .amounts(
              "delegatedShares",
              "depositedShares",
              "undelegatedShares",
              "withdrawnShares",
              "netShares",
              "delegatedUsd",
              "depositedUsd",
              "undelegatedUsd",
              "withdrawnUsd",
              "netUsd")
          .enums("reason");

  static final List<Noun> NOUNS =
      List.of(
          ALLOCATION_DAILY_SNAPSHOT,
          STAKE_FLOW,
          OPERATOR,
          METADATA,
          STATE,
          STATISTICS,
          TVS_STATISTICS,
          DELEGATOR_STATISTICS,
          AVS_STATISTICS,
          STRATEGY_STATISTICS,
          OPERATOR_STRATEGY,
          OPERATOR_DELEGATOR,
          EXPOSURE,
          ALLOCATION,
          ALLOCATION_DELAY,
          FLAG,
          COMMISSION_RATE,
          COMMISSION_CHANGE,
          SLASHING_INCIDENT,
          SLASHING_AMOUNT,
          ACTIVITY,
          DAILY_SNAPSHOT,
          STRATEGY_DAILY_SNAPSHOT);

  private Operators() {}
}
