package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.source.demo.AllocationManager.AllocationTarget;
import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Random histories on the simulated contracts of the demo network, whose arithmetic is that of the
 * chain. Each history has its own operators, stakers and AVS; all share one chain, so their logs
 * interleave.
 */
public final class RandomHistories {
  private static final long FIRST_BLOCK = 20_000_000;
  private static final long BLOCKS = 600_000;
  private static final int ACTS = 32;

  /**
   * Every second history acts at multiples of this only: several acts share a block, and delays end
   * exactly at a block that has one.
   */
  private static final long SHARED_BLOCKS = DelegationManager.WITHDRAWAL_DELAY / 10;

  private static final List<Strategy> STRATEGIES =
      Stream.concat(
              Strategy.ALL.stream().limit(3), Strategy.ALL.stream().filter(Strategy::isNativeEth))
          .toList();

  private final StringBuilder log = new StringBuilder();
  private final long seed;
  private final Chain chain;
  private final Magnitudes magnitudes;
  private final DelegationManager delegation;
  private final AllocationManager allocation;
  private final RewardsCoordinator rewards;
  private final List<History> histories = new ArrayList<>();

  public RandomHistories(long seed, int count) {
    this.seed = seed;
    chain = new Chain(log, seed);
    magnitudes = new Magnitudes(chain);
    delegation = new DelegationManager(chain, magnitudes);
    allocation = new AllocationManager(chain, magnitudes, delegation);
    rewards = new RewardsCoordinator(chain);
    chain.schedule(FIRST_BLOCK + BLOCKS / 2, () -> rewards.setDefault(700));
    for (var number = 0; number < count; number++) {
      var history = new History(number);
      histories.add(history);
      history.plan();
    }
    chain.runUntil(FIRST_BLOCK + BLOCKS);
  }

  /** The logs as JSON, in chain order. */
  public List<String> lines() {
    return log.toString().lines().toList();
  }

  /** The withdrawable shares of each delegated staker, by operator, staker and strategy. */
  public Map<String, BigInteger> withdrawable() {
    var all = new TreeMap<String, BigInteger>();
    for (var history : histories) {
      for (var staker : history.everyone()) {
        var operator = delegation.operatorOf(staker);
        if (!operator.equals(DelegationManager.ZERO_ADDRESS)) {
          delegation
              .withdrawable(staker)
              .forEach(
                  (strategy, shares) ->
                      all.put(operator + " " + staker + " " + strategy.address(), shares));
        }
      }
    }
    return all;
  }

  /** The deposited native ETH of each owner of a pod, in wei. */
  public Map<String, BigInteger> pods() {
    var all = new TreeMap<String, BigInteger>();
    for (var history : histories) {
      for (var staker : history.everyone()) {
        if (delegation.hasPod(staker)) {
          var held = BigInteger.ZERO;
          for (var deposit : delegation.deposits(staker).entrySet()) {
            held = deposit.getKey().isNativeEth() ? deposit.getValue() : held;
          }
          all.put(staker, held);
        }
      }
    }
    return all;
  }

  /**
   * The withdrawable shares of each staker, with an operator or without, by staker and strategy.
   */
  public Map<String, BigInteger> withdrawableByStaker() {
    var all = new TreeMap<String, BigInteger>();
    for (var history : histories) {
      for (var staker : history.everyone()) {
        delegation
            .withdrawable(staker)
            .forEach(
                (strategy, shares) -> {
                  if (shares.signum() > 0) {
                    all.put(staker + " " + strategy.address(), shares);
                  }
                });
      }
    }
    return all;
  }

  /** A random history of a few operators and stakers. */
  private final class History {
    private final Random random;
    private final List<String> operators;
    private final List<String> stakers;
    private final String avs;
    private final List<OperatorSet> sets;
    private final boolean sharesBlocks;

    private History(int number) {
      random = new Random(seed + number);
      operators = names("operator", number, 2);
      stakers = names("staker", number, 3);
      avs = names("avs", number, 1).getFirst();
      sets = List.of(new OperatorSet(avs, 0), new OperatorSet(avs, 1));
      sharesBlocks = number % 2 == 1;
    }

    private List<String> names(String kind, int number, int count) {
      var names = new ArrayList<String>();
      for (var i = 0; i < count; i++) {
        names.add(DemoText.address(seed, List.of(kind, number, i)));
      }
      return names;
    }

    private List<String> everyone() {
      var everyone = new ArrayList<>(operators);
      everyone.addAll(stakers);
      return everyone;
    }

    private void plan() {
      chain.schedule(
          FIRST_BLOCK + random.nextInt(1_000),
          () -> {
            allocation.createSet(sets.getFirst(), Optional.empty(), STRATEGIES);
            allocation.createSet(sets.getLast(), Optional.of(stakers.getFirst()), STRATEGIES);
            for (var operator : operators) {
              allocation.setDelay(
                  operator, pick(List.of(0L, sharesBlocks ? SHARED_BLOCKS : 10_000L, 120_000L)));
              delegation.registerAsOperator(operator, DelegationManager.ZERO_ADDRESS, "");
              sets.forEach(set -> allocation.register(operator, set));
            }
            stakers.forEach(staker -> deposit(staker));
          });
      for (var act = 0; act < ACTS; act++) {
        chain.schedule(
            FIRST_BLOCK + 1_000 + shared((long) (random.nextDouble() * BLOCKS)), this::act);
      }
    }

    private long shared(long block) {
      return sharesBlocks ? block - block % SHARED_BLOCKS : block;
    }

    private void act() {
      switch (random.nextInt(23)) {
        case 0, 1 -> deposit(pick(everyone()));
        case 2, 3, 4 -> delegate(pick(stakers));
        case 5 -> undelegate(pick(stakers));
        case 6, 7 -> withdraw(pick(everyone()));
        case 8, 9, 10, 11, 12 -> allocate(pick(operators));
        case 13, 14, 15 -> slash(pick(operators));
        case 16 -> join(pick(operators), pick(sets));
        case 17 ->
            chain.emit(
                Chain.AVS_DIRECTORY,
                "OperatorAVSRegistrationStatusUpdated(operator,avs,status)",
                pick(operators),
                avs,
                random.nextInt(2));
        case 18 -> split(pick(operators));
        case 19, 20 -> slashOnBeaconChain(pick(everyone()));
        case 21 -> allocation.changeSlasher(pick(sets), pick(everyone()));
        default -> setStrategy(pick(sets));
      }
    }

    private void deposit(String staker) {
      var strategy = pick(STRATEGIES);
      if (!isWiped(staker, delegation.operatorOf(staker), strategy)) {
        delegation.deposit(staker, strategy, amount());
      }
    }

    /** Whether everything was slashed; the contract then reverts a deposit. */
    private boolean isWiped(String staker, String operator, Strategy strategy) {
      var maximum = BigInteger.valueOf(magnitudes.maximum(new Stake(operator, strategy)));
      return (strategy.isNativeEth()
                  ? Wad.multiply(maximum, delegation.beaconChainFactor(staker))
                  : maximum)
              .signum()
          == 0;
    }

    private void slashOnBeaconChain(String staker) {
      if (delegation.hasPod(staker) && delegation.beaconChainFactor(staker).signum() > 0) {
        delegation.slashOnBeaconChain(
            staker,
            random.nextInt(8) == 0
                ? Wad.WAD
                : BigInteger.valueOf(1 + Math.floorMod(random.nextLong(), Wad.ONE / 2)));
      }
    }

    private void delegate(String staker) {
      var operator = pick(operators);
      var canHold =
          delegation.deposits(staker).keySet().stream()
              .noneMatch(s -> isWiped(staker, operator, s));
      if (delegation.operatorOf(staker).equals(DelegationManager.ZERO_ADDRESS) && canHold) {
        delegation.delegate(staker, operator);
      }
    }

    private void undelegate(String staker) {
      if (!delegation.operatorOf(staker).equals(DelegationManager.ZERO_ADDRESS)) {
        var isForced = random.nextBoolean();
        delegation.undelegate(staker, isForced).forEach(this::complete);
        if (random.nextBoolean()) {
          delegate(staker);
        }
      }
    }

    private void withdraw(String staker) {
      var part = new LinkedHashMap<>(delegation.deposits(staker));
      part.replaceAll(
          (strategy, shares) ->
              random.nextInt(3) == 0
                  ? shares
                  : shares.multiply(BigInteger.valueOf(random.nextInt(100))).shiftRight(7));
      part.values().removeIf(shares -> shares.signum() == 0);
      if (!part.isEmpty()) {
        complete(delegation.queueWithdrawal(staker, part));
      }
    }

    private void complete(DelegationManager.Withdrawal withdrawal) {
      var asTokens = random.nextBoolean();
      chain.scheduleAfter(
          DelegationManager.WITHDRAWAL_DELAY + 1 + shared(random.nextInt(100_000)),
          () -> {
            var operator = delegation.operatorOf(withdrawal.staker());
            var isLost =
                withdrawal.strategies().stream()
                    .anyMatch(s -> isWiped(withdrawal.staker(), operator, s));
            delegation.completeWithdrawal(withdrawal, asTokens || isLost);
          });
    }

    private void allocate(String operator) {
      var target = new AllocationTarget(pick(sets), new Stake(operator, pick(STRATEGIES)));
      allocation.modify(
          target,
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> magnitudes.maximum(target.stake());
            default -> Math.floorMod(random.nextLong(), Wad.ONE / 2);
          });
    }

    private void slash(String operator) {
      var wad =
          random.nextInt(8) == 0 ? Wad.ONE : 1 + Math.floorMod(random.nextLong(), Wad.ONE / 2);
      var twice = random.nextInt(3) == 0;
      for (var set : twice ? sets : List.of(pick(sets))) {
        allocation.slash(operator, set, wad, "seen twice");
      }
      if (twice && random.nextBoolean()) {
        allocation.slash(operator, sets.getFirst(), wad, "seen again");
      }
    }

    private void join(String operator, OperatorSet set) {
      if (allocation.isSlashable(operator, set) && random.nextBoolean()) {
        allocation.deregister(operator, set);
      } else {
        allocation.register(operator, set);
      }
    }

    private void split(String operator) {
      var bips = random.nextInt(10_001);
      switch (random.nextInt(3)) {
        case 0 -> rewards.setIncentiveSplit(operator, bips);
        case 1 -> rewards.setAvsSplit(operator, avs, bips);
        default -> rewards.setSetSplit(operator, pick(sets), bips);
      }
    }

    private void setStrategy(OperatorSet set) {
      allocation.accept(set, pick(STRATEGIES), random.nextBoolean());
    }

    /** A random amount from one base unit to more than 64 bits. */
    private BigInteger amount() {
      return new BigInteger(1 + random.nextInt(90), random).add(BigInteger.ONE);
    }

    private <T> T pick(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }
  }
}
