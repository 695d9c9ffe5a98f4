package dev.operatoranalytics.epochs;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a document about its epoch. Amounts are in base units; null is unknown, and an
 * issue has the reason.
 *
 * @param origin source and position of the document
 * @param totalStake total stake as the domain states it
 * @param activeStake sum over the active operators
 * @param otherDomainRecords number of operators and prices of other domains
 * @param stored the document, compressed, with references in place of its price history
 */
record EpochDocument(
    Origin origin,
    int epoch,
    @Nullable BigInteger endBlock,
    @Nullable String endHash,
    @Nullable BigInteger timestamp,
    @Nullable BigInteger totalStake,
    @Nullable BigInteger activeStake,
    @Nullable BigInteger totalShares,
    @Nullable BigInteger storageFees,
    @Nullable BigInteger rewards,
    @Nullable BigInteger treasuryFunds,
    @Nullable BigInteger chainRewards,
    @Nullable Integer operatorCount,
    @Nullable Integer depositsCount,
    @Nullable Integer withdrawalsCount,
    @Nullable Integer bundlesCount,
    int otherDomainRecords,
    List<OperatorEpoch> operators,
    List<RecordedPrice> prices,
    List<Issue> issues,
    byte[] stored) {

  EpochDocument withPrices(List<RecordedPrice> some) {
    return copy(some, stored);
  }

  EpochDocument withStored(byte[] other) {
    return copy(prices, other);
  }

  private EpochDocument copy(List<RecordedPrice> somePrices, byte[] otherStored) {
    return new EpochDocument(
        origin,
        epoch,
        endBlock,
        endHash,
        timestamp,
        totalStake,
        activeStake,
        totalShares,
        storageFees,
        rewards,
        treasuryFunds,
        chainRewards,
        operatorCount,
        depositsCount,
        withdrawalsCount,
        bundlesCount,
        otherDomainRecords,
        operators,
        somePrices,
        issues,
        otherStored);
  }

  /**
   * The source and position of a document.
   *
   * @param source file or table
   * @param position counted from 1 within the source
   * @param digest SHA-256 of the original document
   */
  record Origin(String source, long position, byte[] digest) {}

  /** The figures of one operator in one epoch. */
  static final class OperatorEpoch {
    int operatorId;
    boolean isListed;
    @Nullable BigInteger stake;
    @Nullable BigInteger shares;
    @Nullable BigInteger storageFeeDeposit;
    @Nullable BigInteger deposits;
    @Nullable BigInteger withdrawals;
    @Nullable BigInteger minimumNominatorStake;
    @Nullable BigInteger activeStake;
    @Nullable BigInteger reward;
    @Nullable Integer nominationTax;
    @Nullable String signingKey;
    @Nullable String status;

    OperatorEpoch(int operatorId) {
      this.operatorId = operatorId;
    }
  }

  /** A chain share price that a document records. */
  record RecordedPrice(int operatorId, long domainId, int epoch, long price) {
    static final BigInteger MAX_PRICE = BigInteger.TEN.pow(18);

    SharePriceKey key() {
      return new SharePriceKey(operatorId, domainId, epoch);
    }

    /** The operator, domain and epoch of a price. */
    record SharePriceKey(int operatorId, long domainId, int epoch) {}
  }
}
