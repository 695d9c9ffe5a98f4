package dev.operatoranalytics.api.noun;

import static dev.operatoranalytics.api.query.ColumnType.BIGINT;
import static dev.operatoranalytics.api.query.ColumnType.ENUM;
import static dev.operatoranalytics.api.query.ColumnType.TEXT;
import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a slash of an operator would take. */
final class SlashPreviews {
  private static final BigInteger WAD = BigInteger.TEN.pow(18);
  private static final int MAX_SLASHES = 20;

  /**
   * Losses by strategy and slash: of an operator (1) by slashes (2), a JSON array in their order.
   */
  private static final String LOSSES =
      """
      select
          slashed.*,
          max_before - slashed_magnitude as max_after,
          div(slashed_magnitude * 1e18, nullif(max_before, 0)) as wad_slashed,
          coalesce(
              lag(shares_after) over earlier, shares
          ) as shares_before,
          div(scaled_queued * max_before, 1e18) as queued_before,
          shares_after_slash(
              div(scaled_queued * max_before, 1e18), max_before, max_before - slashed_magnitude
          ) as queued_after
      from (
          select
              stepped.*,
              shares_after_slashes(shares, max_before, max_before - slashed_magnitude) over earlier
                  as shares_after
          from (
              select
                  allocated.*,
                  magnitude_before - magnitude_after as slashed_magnitude,
                  max_magnitude
                  - coalesce(
                      sum(magnitude_before - magnitude_after) over (
                          partition by strategy_id order by place
                          rows between unbounded preceding and 1 preceding
                      ),
                      0
                  ) as max_before,
                  announced_rise + magnitude_before - fall_before as pending_before,
                  announced_rise + magnitude_after - fall_after as pending_after
              from (%s) as allocated
          ) as stepped
          window earlier as (partition by strategy_id order by place)
      ) as slashed
      window earlier as (partition by strategy_id order by place)
      """
          .formatted(
              """
              select
                  remaining.*,
                  coalesce(lag(magnitude_after) over of_set, magnitude) as magnitude_before,
                  coalesce(lag(fall_after) over of_set, announced_fall) as fall_before
              from (
                  select
                      slash.place, slash.wad, slash.operator_set_id,
                      allocation.operator_id, allocation.strategy_id,
                      allocation.current_magnitude as magnitude,
                      greatest(allocation.current_magnitude - allocation.pending_magnitude, 0)
                          as announced_fall,
                      case
                          when allocation.pending_magnitude is not null
                              then greatest(
                                  allocation.pending_magnitude - allocation.current_magnitude, 0
                              )
                      end as announced_rise,
                      magnitude_after_slashes(allocation.current_magnitude, slash.wad) over of_set
                          as magnitude_after,
                      magnitude_after_slashes(
                          greatest(allocation.current_magnitude - allocation.pending_magnitude, 0),
                          slash.wad
                      ) over of_set as fall_after,
                      held.max_magnitude, held.shares,
                      (
                          select
                              case
                                  when count(*) = count(part.scaled_shares)
                                      then coalesce(sum(part.scaled_shares), 0)
                              end
                          from queued_withdrawal_shares as part
                          join queued_withdrawals as withdrawal
                              using (operator_id, withdrawal_root)
                          where part.operator_id = allocation.operator_id
                              and part.strategy_id = allocation.strategy_id
                              and part.is_queued
                              and withdrawal.completable_at_block
                              > (select block + 1 from state_block)
                      ) as scaled_queued,
                      quote.usd_per_share_unit
                  from rows from (
                      jsonb_to_recordset((%2$s)::jsonb)
                          as (operator_set_id text, wad numeric, strategies text[])
                  ) with ordinality as slash (operator_set_id, wad, strategies, place)
                  join operator_allocations as allocation
                      on allocation.operator_set_id = slash.operator_set_id
                      and (
                          slash.strategies is null
                          or allocation.strategy_id = any(slash.strategies)
                      )
                  join operator_strategy_state as held using (operator_id, strategy_id)
                  left join strategy_quotes as quote using (strategy_id)
                  where allocation.operator_id = %1$s and allocation.is_slashable
                  window of_set as (
                      partition by allocation.strategy_id, allocation.operator_set_id
                      order by slash.place
                  )
              ) as remaining
              window of_set as (partition by strategy_id, operator_set_id order by place)
              """);

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

  /**
   * What delegators of an operator hold and what they have in its withdrawal queue, as far as it
   * can be slashed in the next block, with scaled shares. These are null where they contradict the
   * shares: then a part of the history is missing. Dust without scaled shares is what rounding left
   * of a withdrawal of all.
   */
  private static final String HOLDERS =
      """
      select
          held.operator_id, held.staker_id, held.strategy_id, false as is_queued, held.shares,
          case
              when abs(
                  withdrawable_shares(
                      scaled.scaled_shares, state.max_magnitude, scaled.beacon_chain_factor
                  )
                  - held.shares
              ) <= 1000 + held.shares * 1e-15
                  then scaled.scaled_shares
          end as scaled_shares,
          scaled.beacon_chain_factor
      from operator_delegator_shares as held
      join operator_strategy_state as state using (operator_id, strategy_id)
      left join operator_delegator_scaled_shares as scaled
          using (operator_id, staker_id, strategy_id)
      where held.operator_id = ^operator_id
          and (not held.is_dust or scaled.scaled_shares is not null)
      union all
      select
          part.operator_id, part.staker_id, part.strategy_id, true, null,
          part.scaled_shares, part.beacon_chain_factor
      from queued_withdrawal_shares as part
      join queued_withdrawals as withdrawal using (operator_id, withdrawal_root)
      where part.operator_id = ^operator_id
          and part.is_queued
          and withdrawal.completable_at_block > (select block + 1 from state_block)
      """;

  /** Shares of a holder at a maximum (1). */
  private static final String SHARES_OF_HOLDER =
      """
      coalesce(
          withdrawable_shares(held.scaled_shares, %1$s, held.beacon_chain_factor),
          div(held.shares * %1$s, nullif(losses.max_magnitude, 0))
      )
      """;

  /** The sum of a column (1) over the parts of a holder of one kind (2); null when one is. */
  private static final String SUM =
      """
      case
          when count(*) filter (where %2$s) = count(%1$s) filter (where %2$s)
              then coalesce(sum(%1$s) filter (where %2$s), 0)
      end
      """;

  private static final String QUEUED_STATUS =
      "case when #queued_before is null then 'UNKNOWN' else 'KNOWN' end";

  private static final String SHARES_STATUS =
      "case when #shares_before is null then 'PARTIAL_HISTORY' else 'KNOWN' end";

  private static final String LOSSES_OF_PARENT =
      "select * from (%s) as losses where place = ^place"
          .formatted(VALUED_LOSSES.formatted("^operator_id", "^slashes"));

  /**
   * Slashes of an operator by a JSON array (1). Each is a row, but one by a set that no event
   * names.
   */
  private static final String SLASHES =
      """
      select
          ^operator_id as operator_id, slash.place, slash.wad, given.slashes,
          sets.operator_set_id, sets.is_redistributing,
          case when sets.is_redistributing then sets.redistribution_recipient end as recipient,
          case when lost.place is null then 0 else lost.total_lost_usd end as total_lost_usd,
          coalesce(lost.unvalued_strategy_count, 0) as unvalued_strategy_count,
          case when lost.place is null then 'NOT_SLASHABLE' else 'SLASHABLE' end as status
      from (select (%1$s)::text as slashes) as given
      cross join rows from (
          jsonb_to_recordset(given.slashes::jsonb) as (operator_set_id text, wad numeric)
      ) with ordinality as slash (operator_set_id, wad, place)
      join operator_sets as sets on sets.operator_set_id = slash.operator_set_id
      left join lateral (
          select
              losses.place,
              sum(losses.total_lost_usd) as total_lost_usd,
              (count(*) - count(losses.total_lost_usd))::integer as unvalued_strategy_count
          from (%2$s) as losses
          where losses.place = slash.place
          group by losses.place
      ) as lost on true
      """;

  static final Relation OF_OPERATOR =
      Relation.all()
          .rows(
              SLASHES.formatted(
                  """
                  jsonb_build_array(
                      jsonb_build_object(
                          'operator_set_id', :avs || '-' || :number::text,
                          'wad', :wad,
                          'strategies', :strategies
                      )
                  )
                  """,
                  VALUED_LOSSES.formatted("^operator_id", "given.slashes")))
          .check(given -> checkWad(given.get("wad")));

  static final Relation IN_TURN =
      Relation.all()
          .rows(
              SLASHES.formatted(
                  """
                  select jsonb_agg(each::jsonb order by nth)
                  from unnest(:slashes) with ordinality as turn (each, nth)
                  """,
                  VALUED_LOSSES.formatted("^operator_id", "given.slashes")))
          .argument("slashes", SlashPreviews::texts)
          .atMost(MAX_SLASHES)
          .check(SlashPreviews::checkSlashes);

  private static final Noun SLASH_PREVIEW =
      Noun.of("SlashPreview")
          .key("operator_id", "place")
          .hidden("place", BIGINT)
          .hidden("slashes", TEXT)
          .order("place")
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
                          delegators.*,
                          shares_before - shares_after as shares_lost,
                          queued_before - queued_after as queued_lost,
                          shares_before - shares_after + queued_before - queued_after
                              as total_lost,
                          usd_value(
                              shares_before - shares_after + queued_before - queued_after,
                              usd_per_share_unit
                          ) as lost_usd
                      from (
                          select
                              operator_id, staker_id, strategy_id, usd_per_share_unit,
                              %3$s as shares_before,
                              %4$s as shares_after,
                              %5$s as queued_before,
                              %6$s as queued_after
                          from (
                              select
                                  held.operator_id, held.staker_id, held.strategy_id,
                                  held.is_queued, losses.usd_per_share_unit,
                                  %7$s as before,
                                  %8$s as after
                              from (%2$s) as held
                              join (%1$s) as losses using (operator_id, strategy_id)
                          ) as parts
                          group by operator_id, staker_id, strategy_id, usd_per_share_unit
                      ) as delegators
                      """
                          .formatted(
                              LOSSES_OF_PARENT,
                              HOLDERS,
                              SUM.formatted("before", "not is_queued"),
                              SUM.formatted("after", "not is_queued"),
                              SUM.formatted("before", "is_queued"),
                              SUM.formatted("after", "is_queued"),
                              SHARES_OF_HOLDER.formatted("losses.max_before"),
                              SHARES_OF_HOLDER.formatted("losses.max_after"))))
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
          .expression("sharesStatus", ENUM, SHARES_STATUS)
          .expression("queuedStatus", ENUM, QUEUED_STATUS)
          .followsAsOf();

  private static final Noun DELEGATOR_LOSS =
      Noun.of("SlashPreviewDelegator")
          .key("operator_id", "staker_id", "strategy_id")
          .order("lost_usd desc", "staker_id", "strategy_id")
          .column("address", "staker_id", TEXT)
          .relation("strategy", Relation.on("strategy_id"))
          .amounts(
              "sharesBefore",
              "sharesAfter",
              "sharesLost",
              "queuedBefore",
              "queuedAfter",
              "queuedLost",
              "totalLost",
              "lostUsd")
          .expression("sharesStatus", ENUM, SHARES_STATUS)
          .expression("queuedStatus", ENUM, QUEUED_STATUS)
          .followsAsOf();

  /** What all sets that can slash take of the stakes (1) behind allocations. */
  private static final String WORST =
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
              case when count(stake.shares) = count(*) then 'KNOWN' else 'PARTIAL_HISTORY' end
                  as shares_status
          from operator_allocations as allocation
          join operator_sets as sets using (operator_set_id)
          join operator_strategy_state as state using (operator_id, strategy_id)
          %s
          where allocation.is_slashable
          group by allocation.operator_id, allocation.strategy_id
      ) as stakes
      left join strategy_quotes using (strategy_id)
      """;

  /** What a delegator loses then, at an operator (1): its shares and its queued withdrawals. */
  private static final String WORST_OF_DELEGATOR =
      WORST.formatted(
          """
          join (
              select
                  operator_id, strategy_id,
                  case when count(*) = count(shares) then sum(shares) end as shares
              from (
                  select operator_id, strategy_id, shares
                  from operator_delegator_shares
                  where staker_id = ^staker_id
                  union all
                  select withdrawal.operator_id, part.strategy_id, part.current_shares
                  from queued_withdrawals as withdrawal
                  join queued_withdrawal_shares as part using (operator_id, withdrawal_root)
                  where withdrawal.staker_id = ^staker_id
                      and part.is_queued
                      and not withdrawal.is_completable
              ) as holdings
              where %s
              group by operator_id, strategy_id
          ) as held using (operator_id, strategy_id)
          cross join lateral (
              select
                  case
                      when state.max_magnitude > 0
                          then allocated_shares(
                              held.shares, allocation.current_magnitude, state.max_magnitude
                          )
                      else 0
                  end as shares
          ) as stake
          """);

  static final Relation WORST_OF_STAKER = Relation.all().rows(WORST_OF_DELEGATOR.formatted("true"));

  static final Relation WORST_AT_OPERATOR =
      Relation.all().rows(WORST_OF_DELEGATOR.formatted("operator_id = ^operator_id"));

  /** All sets that can slash the operator take everything that is allocated to them. */
  private static final Noun WORST_CASE =
      Noun.of("WorstCase")
          .rows(
              WORST.formatted(
                  """
                  left join operator_withdrawal_queue as queue using (operator_id, strategy_id)
                  cross join lateral (
                      select
                          allocation.slashable_shares
                          + case
                              when queue.operator_id is null or state.max_magnitude = 0 then 0
                              else allocated_shares(
                                  queue.slashable_shares,
                                  allocation.current_magnitude,
                                  state.max_magnitude
                              )
                          end as shares
                  ) as stake
                  """))
          .key("operator_id", "strategy_id")
          .order("redistributed_usd desc", "burned_usd desc", "strategy_id")
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .counts("operatorSetCount")
          .amounts("burnedShares", "redistributedShares", "burnedUsd", "redistributedUsd")
          .enums("sharesStatus")
          .followsAsOf();

  static final List<Noun> NOUNS = List.of(SLASH_PREVIEW, LOSS, DELEGATOR_LOSS, WORST_CASE);

  private static void checkWad(@Nullable Object given) {
    if (!(given instanceof BigInteger wad) || wad.signum() <= 0 || wad.compareTo(WAD) > 0) {
      throw new UserInputError("wad is 1 to 10^18, parts of 10^18 of the allocation, not " + given);
    }
  }

  private static void checkSlashes(Map<String, Object> arguments) {
    var slashes = slashes(arguments.get("slashes"));
    if (slashes.isEmpty() || slashes.size() > MAX_SLASHES) {
      throw new UserInputError(
          "slashes are 1 to %s, not %s".formatted(MAX_SLASHES, slashes.size()));
    }
    slashes.forEach(slash -> checkWad(slash.get("wad")));
  }

  private static List<Map<?, ?>> slashes(@Nullable Object argument) {
    var slashes = new ArrayList<Map<?, ?>>();
    if (argument instanceof List<?> several) {
      several.forEach(each -> slashes.add((Map<?, ?>) each));
    }
    return slashes;
  }

  /** JSON of each slash; its values are addresses and numbers, which need no escapes. */
  private static String[] texts(Object argument) {
    return slashes(argument).stream().map(SlashPreviews::text).toArray(String[]::new);
  }

  private static String text(Map<?, ?> slash) {
    return "{\"operator_set_id\": \"%s-%s\", \"wad\": %s, \"strategies\": %s}"
        .formatted(
            slash.get("avs"),
            slash.get("number"),
            slash.get("wad"),
            slash.get("strategies") instanceof List<?> strategies
                ? strategies.stream().map("\"%s\""::formatted).collect(joining(", ", "[", "]"))
                : "null");
  }

  private SlashPreviews() {}
}
