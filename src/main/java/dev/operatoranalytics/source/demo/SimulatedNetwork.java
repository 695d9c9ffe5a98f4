package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;

import dev.operatoranalytics.source.demo.AllocationManager.AllocationTarget;
import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.SimulatedOperators.Operator;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Simulates seeded services, operators and delegators on the protocol's contracts. */
final class SimulatedNetwork {
  static final int FEATURED_DELEGATORS = 365;
  static final String FEATURED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";
  private static final int FEATURED_LEAVERS = 8;
  private static final int FEATURED_SERVICES = 22;
  private static final double FEATURED_USD = 24e6;
  private static final double LOSER_MAX_USD = 40e6;
  private static final String FEATURED_STAKER = "0x001461c431645ae6f6279054b6572bcbf66d2a91";
  private static final BigInteger FEATURED_SHARES = BigInteger.valueOf(50_070_226_163_852_181L);

  private static final double MAIN_PART = 0.85;
  private static final int RISKED_PERCENT = 75;
  private static final long VAULT_SECONDS = 365 * 86_400;

  private static final Strategy UNQUOTED =
      Strategy.ALL.stream().filter(s -> !s.isQuoted()).findFirst().orElseThrow();

  private static final List<String> REASONS =
      List.of("Signed two conflicting headers", "Attested a \"final\" root that was not");

  private final Chain chain;
  private final DemoSize size;
  private final SeededRandom random;
  private final DelegationManager delegation;
  private final AllocationManager allocation;
  private final RewardsCoordinator rewards;
  private final AvsDirectory directory;
  private final SimulatedServices services;
  private final SimulatedOperators operators;
  private final SimulatedDelegators delegators;
  private @Nullable ExpectedRewards expectedRewards;

  SimulatedNetwork(Chain chain, DemoSize size, Instant start, Instant end) {
    this.chain = chain;
    this.size = size;
    random = new SeededRandom(size.seed(), Chain.blockAt(start) + 1, Chain.blockAt(end));
    var magnitudes = new Magnitudes(chain);
    delegation = new DelegationManager(chain, magnitudes);
    allocation = new AllocationManager(chain, magnitudes, delegation);
    rewards = new RewardsCoordinator(chain);
    directory = new AvsDirectory(chain);
    services = new SimulatedServices(chain, random, directory, allocation);
    operators =
        new SimulatedOperators(chain, random, services, directory, delegation, allocation, rewards);
    delegators = new SimulatedDelegators(chain, random, delegation, operators.all());
  }

  void run() {
    chain.schedule(random.first(), () -> rewards.setDefault(1_000));
    services.plan();
    planFeatured();
    var scales =
        MainnetSample.sample(
            size.operators() - 1, size.delegators() - FEATURED_DELEGATORS, random.random());
    for (int i = 0; i < scales.size(); i++) {
      planOperator(i + 1, scales.get(i));
    }
    chain.schedule(slashBlock(0.45), () -> slash(10, 100, false));
    chain.schedule(slashBlock(0.58), () -> slash(4, 100, true));
    chain.schedule(slashBlock(0.72), () -> slash(25, 50, false));
    chain.schedule(slashBlock(0.80), this::slashNothing);
    chain.schedule(slashBlock(0.90), () -> slash(2, 150, false));
    chain.scheduleLast(slashBlock(0.65), () -> slashFirst(3, allocation::isRedistributing));
    chain.scheduleLast(
        slashBlock(0.85),
        () ->
            delegation.slashOnBeaconChain(
                delegation.largestPodOwner(), Wad.WAD.divide(BigInteger.valueOf(32))));
    // what this one takes is still pending at the end
    chain.scheduleLast(random.last() - 4 * BLOCKS_PER_DAY, () -> slashFirst(1, set -> true));
    chain.scheduleLast(random.last() - 3 * BLOCKS_PER_DAY, this::loseLargestDelegator);
    chain.scheduleLast(random.blockAt(0.94), this::riskAll);
    chain.scheduleLast(Math.max(random.blockAt(0.7), Chain.SLASHING_BLOCK), this::openVault);
    chain.scheduleLast(random.blockAt(0.95), this::holdWithoutOperator);
    expectedRewards =
        new ExpectedRewards(
            chain, services.all(), operators.all(), delegation, directory, allocation, rewards);
    new SimulatedRewards(
            chain, random, services.all(), operators.all(), directory, allocation, expectedRewards)
        .plan();
    chain.runUntil(random.last());
  }

  /** The metadata of services and operators, as CSV with a header. */
  List<String> metadata() {
    var lines = new ArrayList<String>();
    lines.add("operator,avs,name,website,description,logo,twitter");
    services.all().forEach(service -> lines.add(service.profile().csv("", service.avs())));
    operators.all().forEach(operator -> lines.add(operator.profile().csv(operator.address(), "")));
    return lines;
  }

  /** Adds the expected state as of the last event. */
  void addTo(ExpectedTables expected) {
    delegation.addTo(expected);
    allocation.addTo(expected);
    rewards.addTo(expected);
    if (expectedRewards != null) {
      expectedRewards.addTo(expected);
    }
    var rows =
        expected.table(
            "operator_avs_relationships",
            "operator_id,avs_id,is_registered,is_registered_with_directory,operator_set_count");
    for (var operator : operators.all()) {
      for (var service : operator.services()) {
        var address = operator.address();
        var avs = service.avs();
        boolean isInDirectory = directory.isRegistered(address, avs);
        long sets = service.sets().stream().filter(s -> allocation.isMember(address, s)).count();
        if (directory.wasRegistered(address, avs)
            || service.sets().stream().anyMatch(s -> allocation.wasMember(address, s))) {
          rows.add(address, avs, isInDirectory || sets > 0, isInDirectory, sets);
        }
      }
    }
  }

  /** The featured operator, with a delegator whose shares match an issue of the source. */
  private void planFeatured() {
    var strategies =
        Strategy.quoted().stream()
            .filter(s -> s.rate().isPresent() && s.stakeBips() >= 15)
            .toList();
    long joinBlock = random.first() + 50;
    var operator =
        operators.plan(0, FEATURED, joinBlock, FEATURED_USD, strategies, FEATURED_SERVICES);
    var cbEth =
        strategies.stream().filter(s -> s.symbol().equals("cbETH")).findFirst().orElseThrow();
    chain.schedule(joinBlock + 90, () -> delegation.delegate(FEATURED_STAKER, FEATURED));
    chain.schedule(
        joinBlock + 120, () -> delegation.deposit(FEATURED_STAKER, cbEth, FEATURED_SHARES));
    delegators.plan(operator, stakers(0, FEATURED_DELEGATORS - 2), FEATURED_LEAVERS);
  }

  private void planOperator(int index, MainnetSample.OperatorScale scale) {
    var strategies = random.sample(scale.strategies(), Strategy.quoted(), Strategy::popularity);
    long joinBlock = random.blockAt(0.6 * random.fraction() * random.fraction());
    var address = random.address("operator", index);
    var operator =
        operators.plan(index, address, joinBlock, scale.usd(), strategies, scale.services());
    delegators.plan(operator, stakers(index, scale.stakers() - 1), 0);
    if (index % 9 == 4 && scale.usd() > 0) {
      chain.schedule(joinBlock + 26, () -> delegation.deposit(address, UNQUOTED, Wad.WAD));
    }
  }

  private List<String> stakers(int operator, int count) {
    return IntStream.range(0, count).mapToObj(i -> random.address("staker", operator, i)).toList();
  }

  /** The block of a slash; never before the protocol supports slashing. */
  private long slashBlock(double part) {
    return Math.max(random.blockAt(part), Chain.SLASHING_BLOCK + (long) (part * 1_000_000));
  }

  /**
   * Schedules a slash; a day before it, the operator changes its allocation to {@code
   * percentBefore}.
   */
  private void slash(int percent, int percentBefore, boolean twice) {
    var victims = others(operator -> slashableSets(operator).size() > (twice ? 1 : 0));
    if (victims.isEmpty()) {
      return;
    }
    var victim = random.pick(victims);
    var sets = slashableSets(victim);
    for (var target : allocation.slashable(victim.address(), sets.getFirst())) {
      allocation.modify(target, allocation.current(target) / 100 * percentBefore);
    }
    var slashed = twice ? List.of(sets.getFirst(), sets.getLast()) : sets.subList(0, 1);
    chain.scheduleAfter(BLOCKS_PER_DAY, () -> slashed.forEach(set -> slash(victim, set, percent)));
  }

  private void slash(Operator victim, OperatorSet set, int percent) {
    allocation.slash(victim.address(), set, Wad.ONE / 100 * percent, random.pick(REASONS));
  }

  /** Slashes the first operator of which such a set can slash anything. */
  private void slashFirst(int percent, Predicate<OperatorSet> condition) {
    for (var victim : others(o -> true)) {
      for (var set : slashableSets(victim)) {
        if (condition.test(set)) {
          allocation.slash(victim.address(), set, Wad.ONE / 100 * percent, REASONS.getFirst());
          return;
        }
      }
    }
  }

  /** Slashes an operator without allocations; the contract logs that with zero wads. */
  private void slashNothing() {
    for (var operator : others(o -> true)) {
      var sets = operator.sets();
      sets.removeAll(slashableSets(operator));
      sets.removeIf(set -> !allocation.isSlashable(operator.address(), set));
      if (!sets.isEmpty()) {
        slash(operator, sets.getFirst(), 5);
        return;
      }
    }
  }

  /**
   * The largest operator below the limit with a quarter of its stake from one delegator loses it.
   */
  private void loseLargestDelegator() {
    others(operator -> operator.usd() < LOSER_MAX_USD).stream()
        .sorted(Comparator.comparingDouble(Operator::usd).reversed())
        .flatMap(operator -> delegation.largestDelegator(operator.address(), 0.25).stream())
        .findFirst()
        .ifPresent(staker -> delegation.undelegate(staker, false));
  }

  /**
   * The largest operator with nearly all its stake in one strategy allocates all of that to one
   * operator set, which slashes most of it.
   */
  private void riskAll() {
    others(operator -> true).stream()
        .sorted(Comparator.comparingDouble(Operator::usd).reversed())
        .flatMap(operator -> slashableSets(operator).stream().flatMap(set -> main(operator, set)))
        .findFirst()
        .ifPresent(
            target -> {
              allocation.allocateRest(target);
              chain.scheduleLast(
                  random.blockAt(0.985),
                  () -> {
                    allocation.slash(
                        target.stake().operator(),
                        target.set(),
                        Wad.ONE / 100 * RISKED_PERCENT,
                        REASONS.getFirst());
                    allocation.allocateRest(target);
                  });
            });
  }

  private Stream<AllocationTarget> main(Operator operator, OperatorSet set) {
    return allocation.slashable(operator.address(), set).stream()
        .filter(target -> delegation.part(target.stake()) >= MAIN_PART);
  }

  /** Deploys a duration vault with three stakers and locks it a week later. */
  private void openVault() {
    var vault = Strategy.VAULT;
    var set = services.all().get(1).sets().getFirst();
    chain.emit(
        Chain.STRATEGY_FACTORY,
        "DurationVaultDeployed(vault,underlyingToken,vaultAdmin,duration,maxPerDeposit,stakeCap,metadataURI,operatorSetAVS,operatorSetId)",
        vault,
        vault.token(),
        random.address("vault admin"),
        VAULT_SECONDS,
        vault.sharesWorth(1e6),
        vault.sharesWorth(1e7),
        "https://vault.example/metadata.json",
        set.avs(),
        set.id());
    chain.emit(
        vault.address(), "StrategyTokenSet(token,decimals)", vault.token(), vault.decimals());
    delegation.registerAsOperator(
        vault.address(), vault.address(), "https://vault.example/operator.json");
    for (int i = 0; i < 3; i++) {
      var staker = random.address("vault staker", i);
      delegation.delegate(staker, vault.address());
      delegation.deposit(staker, vault, vault.sharesWorth(150_000 + 75_000 * i));
    }
    chain.scheduleLast(
        chain.block() + 7 * BLOCKS_PER_DAY,
        () -> {
          long now = chain.now().getEpochSecond();
          chain.emit(vault.address(), "VaultLocked(lockedAt,unlockAt)", now, now + VAULT_SECONDS);
        });
  }

  /** A staker deposits, delegates to no operator, and withdraws a part. */
  private void holdWithoutOperator() {
    var staker = random.address("staker without an operator");
    var strategy = Strategy.quoted().getFirst();
    delegation.deposit(staker, strategy, strategy.sharesWorth(90_000));
    chain.scheduleLast(
        random.last() - 2 * BLOCKS_PER_DAY,
        () -> delegation.queueWithdrawal(staker, Map.of(strategy, strategy.sharesWorth(30_000))));
  }

  private List<Operator> others(Predicate<Operator> condition) {
    return operators.all().stream().filter(o -> !o.isFeatured()).filter(condition).toList();
  }

  private List<OperatorSet> slashableSets(Operator operator) {
    return operator.sets().stream()
        .filter(set -> !allocation.slashable(operator.address(), set).isEmpty())
        .toList();
  }
}
