package dev.operatoranalytics.api.noun;

import static dev.operatoranalytics.api.query.ColumnType.ENUM;
import static dev.operatoranalytics.api.query.ColumnType.TEXT;

import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** What a slash of an operator would take. */
final class SlashPreviews {
  private static final BigInteger WAD = BigInteger.TEN.pow(18);

  /** Losses by strategy: of an operator (1), by an operator set (2), a wad (3) and a list (4). */
  private static final String LOSSES =
      """
      select
          slashed.*,
          max_before - slashed_magnitude as max_after,
          magnitude_before - slashed_magnitude as magnitude_after,
          div(slashed_magnitude * 1e18, nullif(max_before, 0)) as wad_slashed,
          case
              when pending_before < magnitude_before then
                  pending_before - slashed_magnitude
                  + slashed_magnitude(magnitude_before - pending_before, wad)
              else pending_before - slashed_magnitude
          end as pending_after,
          shares_after_slash(shares_before, max_before, max_before - slashed_magnitude)
              as shares_after,
          shares_after_slash(queued_before, max_before, max_before - slashed_magnitude)
              as queued_after
      from (
          select
              allocation.operator_id, allocation.operator_set_id, allocation.strategy_id,
              %3$s as wad,
              allocation.current_magnitude as magnitude_before,
              allocation.pending_magnitude as pending_before,
              slashed_magnitude(allocation.current_magnitude, %3$s) as slashed_magnitude,
              held.max_magnitude as max_before, held.shares as shares_before,
              case when queue.operator_id is null then 0 else queue.slashable_shares end
                  as queued_before,
              quote.usd_per_share_unit
          from operator_allocations as allocation
          join operator_strategy_state as held using (operator_id, strategy_id)
          left join operator_withdrawal_queue as queue using (operator_id, strategy_id)
          left join strategy_quotes as quote using (strategy_id)
          where allocation.operator_id = %1$s
              and allocation.operator_set_id = %2$s
              and allocation.is_slashable
              and (%4$s is null or allocation.strategy_id = any(string_to_array(%4$s, ',')))
      ) as slashed
      """;

  private static final String VALUED_LOSSES =
      """
      select
          losses.*,
          shares_before - shares_after as shares_lost,
          queued_before - queued_after as queued_lost,
          shares_before - shares_after + queued_before - queued_after as total_lost,
          usd_value(
              shares_before - shares_after + queued_before - queued_after, usd_per_share_unit
          ) as total_lost_usd
      from (%s) as losses
      """
          .formatted(LOSSES);

  private static final String LOSSES_OF_PARENT =
      VALUED_LOSSES.formatted("^operator_id", "^operator_set_id", "^wad", "^strategy_list");

  static final Relation OF_OPERATOR =
      Relation.all()
          .rows(
              """
              select
                  ^operator_id as operator_id, sets.operator_set_id, sets.is_redistributing,
                  case when sets.is_redistributing then sets.redistribution_recipient end
                      as recipient,
                  :wad as wad, array_to_string(:strategies, ',') as strategy_list,
                  lost.total_lost_usd, lost.unvalued_strategy_count,
                  case when lost.strategies = 0 then 'NOT_SLASHABLE' else 'SLASHABLE' end as status
              from operator_sets as sets
              cross join lateral (
                  select
                      count(*) as strategies,
                      case when count(*) = 0 then 0 else sum(total_lost_usd) end as total_lost_usd,
                      (count(*) - count(total_lost_usd))::integer as unvalued_strategy_count
                  from (%s) as losses
              ) as lost
              where sets.operator_set_id = :avs || '-' || :number::text
              """
                  .formatted(
                      VALUED_LOSSES.formatted(
                          "^operator_id",
                          "sets.operator_set_id",
                          ":wad",
                          "array_to_string(:strategies, ',')")))
          .check(SlashPreviews::checkWad);

  private static final Noun SLASH_PREVIEW =
      Noun.of("SlashPreview")
          .key("operator_id", "operator_set_id")
          .hidden("strategy_list", TEXT)
          .order("operator_set_id")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .enums("status")
          .flags("isRedistributing")
          .texts("recipient")
          .amounts("wad", "totalLostUsd")
          .counts("unvaluedStrategyCount")
          .relation("strategies", Relation.all().rows(LOSSES_OF_PARENT))
          .relation(
              "delegators",
              Relation.all()
                  .rows(
                      """
                      select
                          held.operator_id, held.staker_id, held.strategy_id,
                          held.shares as shares_before,
                          case
                              when losses.max_before > 0
                                  then div(held.shares * losses.max_after, losses.max_before)
                              else 0
                          end as shares_after,
                          held.shares - case
                              when losses.max_before > 0
                                  then div(held.shares * losses.max_after, losses.max_before)
                              else 0
                          end as shares_lost,
                          usd_value(
                              held.shares - case
                                  when losses.max_before > 0
                                      then div(held.shares * losses.max_after, losses.max_before)
                                  else 0
                              end,
                              losses.usd_per_share_unit
                          ) as lost_usd
                      from operator_delegator_shares as held
                      join (%s) as losses using (operator_id, strategy_id)
                      """
                          .formatted(LOSSES_OF_PARENT)))
          .followsAsOf();

  private static final Noun LOSS =
      Noun.of("SlashPreviewStrategy")
          .key("operator_id", "strategy_id")
          .order("total_lost_usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .amounts(
              "wadSlashed",
              "magnitudeBefore",
              "magnitudeAfter",
              "pendingBefore",
              "pendingAfter",
              "maxBefore",
              "maxAfter",
              "sharesBefore",
              "sharesAfter",
              "sharesLost",
              "queuedBefore",
              "queuedAfter",
              "queuedLost",
              "totalLost",
              "totalLostUsd")
          .expression(
              "sharesStatus",
              ENUM,
              "case when #shares_before is null then 'PARTIAL_HISTORY' else 'KNOWN' end")
          .followsAsOf();

  private static final Noun DELEGATOR_LOSS =
      Noun.of("SlashPreviewDelegator")
          .key("operator_id", "staker_id", "strategy_id")
          .order("lost_usd desc", "staker_id", "strategy_id")
          .column("address", "staker_id", TEXT)
          .relation("strategy", Relation.on("strategy_id"))
          .amounts("sharesBefore", "sharesAfter", "sharesLost", "lostUsd")
          .expression(
              "sharesStatus",
              ENUM,
              "case when #shares_before is null then 'PARTIAL_HISTORY' else 'KNOWN' end")
          .followsAsOf();

  /** All sets that can slash the operator take everything that is allocated to them. */
  private static final Noun WORST_CASE =
      Noun.of("WorstCase")
          .rows(
              """
              select
                  stakes.*,
                  usd_value(burned_shares, usd_per_share_unit) as burned_usd,
                  usd_value(redistributed_shares, usd_per_share_unit) as redistributed_usd
              from (
                  select
                      allocation.operator_id, allocation.strategy_id,
                      sum(stake.shares * (not sets.is_redistributing)::integer) as burned_shares,
                      sum(stake.shares * sets.is_redistributing::integer) as redistributed_shares,
                      count(*)::integer as operator_set_count,
                      case
                          when count(stake.shares) = count(*) then 'KNOWN' else 'PARTIAL_HISTORY'
                      end as shares_status
                  from operator_allocations as allocation
                  join operator_sets as sets using (operator_set_id)
                  join operator_strategy_state as held using (operator_id, strategy_id)
                  left join operator_withdrawal_queue as queue using (operator_id, strategy_id)
                  cross join lateral (
                      select
                          allocation.slashable_shares
                          + case
                              when queue.operator_id is null or held.max_magnitude = 0 then 0
                              else allocated_shares(
                                  queue.slashable_shares,
                                  allocation.current_magnitude,
                                  held.max_magnitude
                              )
                          end as shares
                  ) as stake
                  where allocation.is_slashable
                  group by allocation.operator_id, allocation.strategy_id
              ) as stakes
              left join strategy_quotes using (strategy_id)
              """)
          .key("operator_id", "strategy_id")
          .order("redistributed_usd desc", "burned_usd desc", "strategy_id")
          .relation("strategy", Relation.on("strategy_id"))
          .counts("operatorSetCount")
          .amounts("burnedShares", "redistributedShares", "burnedUsd", "redistributedUsd")
          .enums("sharesStatus")
          .followsAsOf();

  static final List<Noun> NOUNS = List.of(SLASH_PREVIEW, LOSS, DELEGATOR_LOSS, WORST_CASE);

  private static void checkWad(Map<String, Object> arguments) {
    if (!(arguments.get("wad") instanceof BigInteger wad)
        || wad.signum() <= 0
        || wad.compareTo(WAD) > 0) {
      throw new UserInputError(
          "wad is 1 to 10^18, parts of 10^18 of the allocation, not " + arguments.get("wad"));
    }
  }

  private SlashPreviews() {}
}
