package dev.operatoranalytics.epochs;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a document says of its epoch. Amounts in base units; null is unknown, and an issue says why.
 *
 * @param origin where it came from, and where it goes
 * @param totalStake as the domain says
 * @param activeStake sum over the operators at work
 * @param otherDomainRecords operators and prices of other domains
 * @param stored the document, packed, with references for its price history
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
   * Where a document came from.
   *
   * @param source file or table
   * @param place counted from 1 within it
   * @param digest SHA-256 of the document as it came
   */
  record Origin(String source, long position, byte[] digest) {}

  /** One operator in one epoch. */
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

  /** A chain share price as one document tells it. */
  record RecordedPrice(int operatorId, long domainId, int epoch, long price) {
    static final BigInteger MAX_PRICE = BigInteger.TEN.pow(18);

    SharePriceKey key() {
      return new SharePriceKey(operatorId, domainId, epoch);
    }

    /** What a price is of. */
    record SharePriceKey(int operatorId, long domainId, int epoch) {}
  }
}
