package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.chain.StorageKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Simulates the staking of a domain epoch by epoch with the arithmetic of its chain, and writes the
 * document of every epoch. Real documents repeat every price since the first epoch; these hold only
 * new prices.
 */
final class SimulatedDomain {
  private static final BigInteger TAX_WHOLE = BigInteger.valueOf(100);
  private static final long FIRST_BLOCK = 3_851_328;
  private static final long MILLISECONDS_PER_BLOCK = 6_130;
  private static final int[] BLOCKS_PER_EPOCH = {116, 118, 119, 120, 120, 120, 121, 122, 124};

  /** Quantiles of real rewards of an operator in an epoch, in tokens. */
  private static final double[][] REWARDS = {
    {0, 2.1e-6},
    {0.01, 4.2e-6},
    {0.05, 1.5e-5},
    {0.25, 6.3e-5},
    {0.5, 5.1e-4},
    {0.75, 2.0e-3},
    {0.95, 10.0},
    {0.99, 25.0},
    {1, 41.7}
  };

  /** An operator of the domain; amounts in base units (10^18 is one token). */
  private static final class DomainOperator {
    private final int id;
    private final int joinEpoch;
    private final int tax;
    private final double size;
    private BigInteger stake = Wad.WAD.multiply(BigInteger.valueOf(80));
    private BigInteger shares = stake;
    private BigInteger storageFees = stake.shiftRight(2);
    private BigInteger deposits = BigInteger.ZERO;
    private BigInteger withdrawnShares = BigInteger.ZERO;
    private BigInteger reward = BigInteger.ZERO;
    private boolean isActive;

    private DomainOperator(int id, int joinEpoch, int tax, double size) {
      this.id = id;
      this.joinEpoch = joinEpoch;
      this.tax = tax;
      this.size = size;
    }
  }

  private record PriceKey(int operator, int epoch) {}

  private final Appendable documents;
  private final int epochs;
  private final Instant end;
  private final Random random;
  private final List<DomainOperator> upcoming = new ArrayList<>();
  private final List<DomainOperator> members = new ArrayList<>();
  private final Map<PriceKey, BigInteger> prices = new TreeMap<>(SimulatedDomain::byKey);
  private final ExpectedTables.Rows expectedShares;
  private final ExpectedTables.Rows expectedPrices;

  SimulatedDomain(Appendable documents, DemoSize size, Instant end, ExpectedTables expected) {
    this.documents = documents;
    this.epochs = size.epochs();
    this.end = end;
    this.random = new Random(size.seed());
    for (int id = 0; id < size.domainOperators(); id++) {
      double joinEpoch = id < 2 ? 0 : StrictMath.pow(random.nextDouble(), 3) * 0.8 * epochs;
      int tax = List.of(0, 5, 5, 5, 10, 20).get(random.nextInt(6));
      double wealth = StrictMath.exp(1.2 * random.nextGaussian());
      upcoming.add(new DomainOperator(id, (int) joinEpoch, tax, wealth));
    }
    expectedShares = expected.table("operator_shares", "epoch,operator_id,shares_raw,stake_raw");
    expectedPrices = expected.table("chain_share_prices", "epoch,operator_id,price");
  }

  void run() {
    long block = FIRST_BLOCK;
    for (int epoch = 0; epoch < epochs; epoch++) {
      startEpoch(epoch);
      block += BLOCKS_PER_EPOCH[random.nextInt(BLOCKS_PER_EPOCH.length)];
      write(epoch, block);
      closeEpoch(epoch);
    }
  }

  private void startEpoch(int epoch) {
    for (var member : List.copyOf(upcoming)) {
      if (member.joinEpoch <= epoch) {
        upcoming.remove(member);
        members.add(member);
        record(member, epoch, Wad.WAD);
      }
    }
    for (var member : members) {
      member.reward = BigInteger.ZERO;
      if (member.joinEpoch == epoch) {
        continue; // this epoch has the price of its registration
      }
      if (random.nextDouble() < 0.02 * member.size) {
        var amount = tokens(StrictMath.exp(6.8 + 1.8 * random.nextGaussian()));
        deposit(member, amount);
      }
      if (random.nextDouble() < 0.004) {
        var part = BigInteger.valueOf(5 + random.nextInt(495));
        member.withdrawnShares = member.shares.multiply(part).divide(BigInteger.valueOf(10_000));
      }
      if (member.isActive && random.nextDouble() < 0.58) {
        member.reward = tokens(reward(random.nextDouble()));
      }
    }
  }

  /** Deposits an amount; a fifth of it goes to the storage fund. */
  private static void deposit(DomainOperator member, BigInteger amount) {
    var fee = amount.divide(BigInteger.valueOf(5));
    member.deposits = member.deposits.add(amount.subtract(fee));
    member.storageFees = member.storageFees.add(fee);
  }

  /**
   * The epoch transition of the chain: restakes tax, adds rewards, sets the price, processes
   * withdrawals and deposits.
   */
  private void closeEpoch(int epoch) {
    for (var member : members) {
      var tax = member.reward.multiply(BigInteger.valueOf(member.tax)).divide(TAX_WHOLE);
      if (tax.signum() > 0) {
        deposit(member, tax);
      }
      member.stake = member.stake.add(member.reward).subtract(tax);
      if (member.deposits.signum() > 0 || member.withdrawnShares.signum() > 0) {
        var price = Wad.divide(member.shares, member.stake);
        var minPrice = price.add(BigInteger.ONE).min(Wad.WAD);
        member.stake = member.stake.subtract(Wad.divide(member.withdrawnShares, minPrice));
        member.shares = member.shares.subtract(member.withdrawnShares);
        member.stake = member.stake.add(member.deposits);
        member.shares = member.shares.add(Wad.multiply(member.deposits, price));
        member.deposits = BigInteger.ZERO;
        member.withdrawnShares = BigInteger.ZERO;
        record(member, epoch, price);
      }
      member.isActive = true;
    }
  }

  private void record(DomainOperator member, int epoch, BigInteger price) {
    prices.put(new PriceKey(member.id, epoch), price);
  }

  /** Writes the document of an epoch; prices recorded when it closes are in the next document. */
  private void write(int epoch, long block) {
    var operatorEntries = new ArrayList<Object>();
    var stakes = new TreeMap<Integer, BigInteger>();
    var rewards = new TreeMap<Integer, BigInteger>();
    var total = BigInteger.ZERO;
    for (var member : members) {
      operatorEntries.add(
          entry(
              operatorEntries.size(),
              key(StorageKey.StorageMap.OPERATORS, member.id, 0),
              state(member)));
      expectedShares.add(epoch, member.id, member.shares, member.stake);
      if (member.isActive) {
        stakes.put(member.id, member.stake);
        total = total.add(member.stake);
      }
      if (member.reward.signum() > 0) {
        rewards.put(member.id, member.reward);
      }
    }
    var priceEntries = new ArrayList<Object>();
    prices.forEach(
        (at, price) -> {
          var key = key(StorageKey.StorageMap.SHARE_PRICES, at.operator, at.epoch);
          priceEntries.add(entry(priceEntries.size(), key, price.toString()));
        });
    prices.forEach((at, price) -> expectedPrices.add(at.epoch, at.operator, price));
    prices.clear();
    var none = DemoText.fields("count,entries", 0, List.of());
    var document =
        DemoText.fields(
            "epoch,endBlock,endHash,timestamp,domainStakingSummary,accumulatedTreasuryFunds,"
                + "domainChainRewards,totalStake,totalShares,totalStorageFeeDeposit,deposits,"
                + "withdrawals,successfulBundles,operatorEpochSharePrice,operators",
            epoch,
            block,
            DemoText.hash("block", block),
            end.toEpochMilli() - (epochs - 1L - epoch) * 120 * MILLISECONDS_PER_BLOCK,
            DemoText.fields(
                "currentEpochIndex,currentTotalStake,currentOperators,nextOperators,"
                    + "currentEpochRewards",
                String.valueOf(epoch),
                total,
                stakes,
                members.stream().map(member -> String.valueOf(member.id)).toList(),
                rewards),
            "0",
            "0",
            "0",
            "0",
            "0",
            none,
            none,
            none,
            DemoText.fields("count,entries", priceEntries.size(), priceEntries),
            DemoText.fields("count,entries", operatorEntries.size(), operatorEntries));
    try {
      documents.append(DemoText.json(document)).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> entry(int position, String key, String value) {
    return DemoText.fields("key,value", List.of(String.valueOf(position)), key + "," + value);
  }

  private static String key(StorageKey.StorageMap map, int operator, int epoch) {
    return new StorageKey(map, operator, 0, epoch).toString();
  }

  private static String state(DomainOperator member) {
    return DemoText.json(
        DemoText.fields(
            "signingKey,currentDomainId,nextDomainId,minimumNominatorStake,nominationTax,"
                + "currentTotalStake,currentTotalShares,partialStatus,depositsInEpoch,"
                + "withdrawalsInEpoch,totalStorageFeeDeposit",
            DemoText.hash("operator", member.id),
            0,
            0,
            number(Wad.WAD),
            member.tax,
            number(member.stake),
            number(member.shares),
            DemoText.fields("registered", DemoText.NULL),
            number(member.deposits),
            number(member.withdrawnShares),
            number(member.storageFees)));
  }

  /** Formats a number as the chain's codec does: in hex from 2^52 on. */
  private static Object number(BigInteger value) {
    return value.bitLength() <= 52 ? value.longValueExact() : "0x%032x".formatted(value);
  }

  private static BigInteger tokens(double amount) {
    return BigInteger.valueOf((long) (amount * 1e9)).multiply(BigInteger.valueOf(1_000_000_000));
  }

  private static double reward(double part) {
    int i = 1;
    while (part > REWARDS[i][0]) {
      i++;
    }
    var below = REWARDS[i - 1];
    var above = REWARDS[i];
    double between = (part - below[0]) / (above[0] - below[0]);
    return below[1] * StrictMath.pow(above[1] / below[1], between);
  }

  private static int byKey(PriceKey one, PriceKey other) {
    return one.operator != other.operator
        ? Integer.compare(one.operator, other.operator)
        : Integer.compare(one.epoch, other.epoch);
  }
}
