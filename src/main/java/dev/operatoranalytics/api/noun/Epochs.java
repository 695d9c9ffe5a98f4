package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Epochs of the domain, their operators and the defects of their documents. */
final class Epochs {
  private static final Set<Object> YIELD_DAYS = Set.of(1, 3, 7, 30);

  private static final Noun EPOCH =
      Noun.of("Epoch")
          .rows(
              """
              select
                  epochs.epoch,
                  epochs.domain_id,
                  earlier.end_block + 1 as start_block,
                  epochs.end_block,
                  epochs.end_hash,
                  to_timestamp(epochs."timestamp" / 1000.0) as ingested_at,
                  epochs.total_stake,
                  epochs.active_stake,
                  epochs.total_shares,
                  epochs.storage_fees,
                  epochs.rewards,
                  epochs.treasury_funds,
                  epochs.operator_count,
                  coalesce(epochs.epoch - before.epoch - 1, 0) as gap_before,
                  epochs.epoch = (select max(epoch) from epochs) as is_end_block_provisional,
                  epochs.end_block > earlier.end_block as is_end_block_rising,
                  epochs.active_stake = epochs.total_stake as is_stake_sum_equal,
                  ratio(epochs.storage_fees, epochs.total_stake) as storage_fee_ratio,
                  coalesce(price_rises, 0) as price_rises,
                  coalesce(shares_above_stake, 0) as shares_above_stake,
                  coalesce(price_mismatches, 0) as price_mismatches,
                  coalesce(prices_unknown, 0) as prices_unknown,
                  (
                      select count(*) from chain_share_prices as other
                      where other.domain_id = epochs.domain_id and other.epoch = epochs.epoch
                          and variant > 0
                  )::integer as conflicting_prices,
                  (
                      select count(*) from superseded_documents as other
                      where other.epoch = epochs.epoch
                  )::integer as superseded_documents,
                  epochs.other_domain_records,
                  to_timestamp(newest."timestamp" / 1000.0)
                      - (newest.end_block - epochs.end_block) * interval '6.13 seconds'
                      as estimated_end_at
              from epochs
              cross join lateral (
                  select "timestamp", end_block from epochs order by epoch desc limit 1
              ) as newest
              left join epochs as earlier on earlier.epoch = epochs.epoch - 1
              left join epoch_quality on epoch_quality.epoch = epochs.epoch
              left join lateral (
                  select max(other.epoch) as epoch from epochs as other
                  where other.epoch < epochs.epoch
              ) as before on true
              """)
          .key("epoch")
          .order("epoch")
          .column("number", "epoch", ColumnType.INTEGER)
          .column("domainId", "domain_id", ColumnType.BIGINT)
          .bigints("startBlock", "endBlock")
          .texts("endHash")
          .instants("ingestedAt", "estimatedEndAt")
          .amounts("totalStake", "totalShares", "storageFees", "rewards", "treasuryFunds")
          .counts("operatorCount")
          .relation("operators", Relation.on("epoch"))
          .relation(
              "operatorSharePrices",
              Relation.all()
                  .rows(
                      """
                      select
                          coalesce(
                              case
                                  when :form = 'CHAIN' then (
                                      select
                                          '{' || string_agg(
                                              '"' || operator_id || '":"' || share_price_perq || '"',
                                              ',' order by operator_id
                                          ) || '}'
                                      from operator_share_prices
                                      where epoch = ^epoch and source = 'epochs_json'
                                  )
                                  else (
                                      select operator_share_prices
                                      from epoch_dictionaries
                                      where epoch = ^epoch
                                  )
                              end,
                              '{}'
                          ) as value
                      """))
          .embedded("quality");

  private static final Noun DICTIONARY =
      Noun.of("SharePriceDictionary").hidden("value", ColumnType.JSON).key("value");

  private static final Noun QUALITY =
      Noun.of("EpochQuality")
          .counts(
              "gapBefore",
              "priceRises",
              "sharesAboveStake",
              "priceMismatches",
              "pricesUnknown",
              "conflictingPrices",
              "supersededDocuments",
              "otherDomainRecords")
          .flags("isEndBlockProvisional", "isEndBlockRising", "isStakeSumEqual")
          .amounts("storageFeeRatio")
          .relation("issues", Relation.on("epoch"));

  private static final Noun ISSUE =
      Noun.of("EpochIssue")
          .rows("epoch_issues")
          .key("epoch", "json_path")
          .hidden("epoch", ColumnType.INTEGER)
          .order("json_path")
          .texts("jsonPath", "raw", "reason")
          .enums("kind");

  private static final Noun EPOCH_OPERATOR =
      Noun.of("EpochOperator")
          .rows(
              """
              select
                  operator_shares.epoch,
                  operator_shares.operator_id,
                  stake_raw as stake,
                  shares_raw as shares,
                  active_stake_raw as active_stake,
                  reward_raw as reward,
                  storage_fee_deposit_raw as storage_fee_deposit,
                  deposits_raw as deposits,
                  withdrawals_raw as withdrawals,
                  stake_per_share_perq as stake_per_share,
                  share_price_perq as chain_share_price,
                  case source when 'epochs_json' then 'RECORDED' else upper(source collate "C") end
                      as chain_share_price_source
              from operator_shares
              left join operator_share_prices using (epoch, operator_id)
              """)
          .key("epoch", "operator_id")
          .hidden("epoch", ColumnType.INTEGER)
          .order("operator_id")
          .counts("operatorId")
          .relation("operator", Relation.on("operator_id"))
          .amounts(
              "stake",
              "shares",
              "activeStake",
              "reward",
              "storageFeeDeposit",
              "deposits",
              "withdrawals",
              "stakePerShare",
              "chainSharePrice")
          .enums("chainSharePriceSource");

  /**
   * Growth of the stake per share between two epochs, at about 6.13 seconds per block. No row when
   * the window is longer than the data or begins with a price of 0.
   */
  private static final Relation YIELD_OF_OPERATOR =
      Relation.all()
          .rows(
              """
              select
                  :days as days, :basis as basis, earlier.epoch as first_epoch,
                  newest.epoch as last_epoch, growth,
                  case when reason is null then round(power(1 + growth, windows_a_year) - 1, 18) end
                      as annualized,
                  reason
              from (
                  select epoch, end_block, stake_per_share_perq
                  from operator_share_prices
                  join epochs using (epoch)
                  where operator_id = ^operator_id
                      and stake_per_share_perq is not null and end_block is not null
                  order by epoch desc
                  limit 1
              ) as newest
              cross join lateral (
                  select floor(newest.end_block - :days * 86400 / 6.13)::bigint as window_end
              ) as ended
              -- searched among epochs, because prices are many more; the bound is computed once
              cross join lateral (
                  select max(epoch) as last_possible from epochs
                  where end_block <= (select window_end)
              ) as bounded
              cross join lateral (
                  select epoch, end_block, stake_per_share_perq
                  from operator_share_prices
                  join epochs using (epoch)
                  where operator_id = ^operator_id and stake_per_share_perq is not null
                      and end_block <= window_end
                      and operator_share_prices.epoch <= last_possible
                      and epochs.epoch <= last_possible
                  order by epoch desc
                  limit 1
              ) as earlier
              cross join lateral (
                  select
                      -- whole numbers: a quotient has 16 digits otherwise
                      round(
                          (newest.stake_per_share_perq - earlier.stake_per_share_perq)
                              * case :basis when 'NET' then 0.8 else 1 end * 1000000000000000000
                              / nullif(earlier.stake_per_share_perq, 0)
                      ) * 0.000000000000000001 as growth,
                      365 * 86400::numeric(40, 25)
                          / ((newest.end_block - earlier.end_block) * 6.13) as windows_a_year
              ) as grown
              cross join lateral (
                  select
                      case
                          -- compounded 365 times, the luck of a day becomes any number
                          when windows_a_year > 365.0 / 7 then 'WINDOW_TOO_SHORT'
                          when growth > 0 and ln(1 + growth) * windows_a_year > ln(1 + 1000::numeric)
                              then 'GROWTH_TOO_LARGE'
                      end as reason
              ) as judged
              where growth is not null
              """)
          .check(Epochs::checkDays);

  private static final Noun YIELD =
      Noun.of("Yield")
          .key("last_epoch")
          .counts("days", "firstEpoch", "lastEpoch")
          .enums("basis", "reason")
          .amounts("growth", "annualized");

  private static final Noun DOMAIN_OPERATOR =
      Noun.of("DomainOperator")
          .rows(
              """
              select
                  operators_metadata.operator_id, name, color, first_seen_epoch, last_seen_epoch,
                  coalesce(is_active, false) as is_active, status, nomination_tax, signing_key,
                  minimum_nominator_stake, stake_raw as current_stake, shares_raw as current_shares,
                  stake_per_share(stake_raw, shares_raw) as stake_per_share,
                  case_folded(name) collate "C" as name_order
              from operators_metadata
              left join operator_shares
                  on operator_shares.operator_id = operators_metadata.operator_id
                  and operator_shares.epoch = last_seen_epoch
              """)
          .key("operator_id")
          .node()
          .order("current_stake desc")
          .counts("operatorId", "firstSeenEpoch", "lastSeenEpoch", "nominationTax")
          .texts("name", "color", "status", "signingKey")
          .flags("isActive")
          .amounts("minimumNominatorStake", "currentStake", "currentShares", "stakePerShare")
          .relation("yield", YIELD_OF_OPERATOR)
          .orderValue("NAME", "name_order", ColumnType.TEXT);

  static final List<Noun> NOUNS =
      List.of(EPOCH, DICTIONARY, QUALITY, ISSUE, EPOCH_OPERATOR, YIELD, DOMAIN_OPERATOR);

  private static void checkDays(Map<String, Object> arguments) {
    if (!YIELD_DAYS.contains(arguments.get("days"))) {
      throw new UserInputError("days is 1, 3, 7 or 30, not " + arguments.get("days"));
    }
  }

  private Epochs() {}
}
