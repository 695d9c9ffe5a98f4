package dev.operatoranalytics.api.epoch;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An epoch of the domain and its quality: what is stored of one document. Amounts in base units;
 * null is unknown, and an issue says why.
 */
@MappedEntity("epochs")
public record Epoch(
    @Id int epoch,
    long domainId,
    @Nullable Long startBlock,
    @Nullable Long endBlock,
    @Nullable String endHash,
    @Nullable Instant ingestedAt,
    @Nullable BigDecimal totalStake,
    @Nullable BigDecimal activeStake,
    @Nullable BigDecimal totalShares,
    @Nullable BigDecimal storageFees,
    @Nullable BigDecimal rewards,
    @Nullable BigDecimal treasuryFunds,
    @Nullable Integer operatorCount,
    int gapBefore,
    boolean isEndBlockProvisional,
    @Nullable Boolean isEndBlockRising,
    @Nullable Boolean isStakeSumEqual,
    @Nullable BigDecimal storageFeeRatio,
    int priceRises,
    int sharesAboveStake,
    int priceMismatches,
    int pricesUnknown,
    int conflictingPrices,
    int supersededDocuments,
    int otherDomainRecords) {

  /** To be ended by {@code where} and {@code order by}. */
  static final String ROWS =
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
              where other.domain_id = epochs.domain_id and other.epoch = epochs.epoch and variant > 0
          )::integer as conflicting_prices,
          (
              select count(*) from superseded_documents as other where other.epoch = epochs.epoch
          )::integer as superseded_documents,
          epochs.other_domain_records
      from epochs
      left join epochs as earlier on earlier.epoch = epochs.epoch - 1
      left join epoch_quality on epoch_quality.epoch = epochs.epoch
      left join lateral (
          select max(other.epoch) as epoch from epochs as other where other.epoch < epochs.epoch
      ) as before on true
      """;

  public int number() {
    return epoch;
  }
}
