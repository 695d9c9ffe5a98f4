package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;
import static dev.operatoranalytics.source.demo.DelegationManager.ZERO_ADDRESS;

import dev.operatoranalytics.source.demo.AllocationManager.AllocationTarget;
import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import dev.operatoranalytics.source.demo.Names.Profile;
import dev.operatoranalytics.source.demo.SimulatedServices.Service;
import java.util.ArrayList;
import java.util.List;

/** Schedules the registrations, allocations, commissions and metadata of operators. */
final class SimulatedOperators {
  private static final List<Integer> SPLITS = List.of(0, 300, 500, 700, 800, 1_200, 1_500, 2_000);
  private static final List<Integer> DELAY_DAYS = List.of(0, 1, 1, 7, 14);

  /**
   * A simulated operator.
   *
   * @param usd value, at prices of the first day, of all stake that will be delegated to it
   * @param strategies strategies in which it has stake
   * @param targets its allocations; grows during the simulation
   */
  record Operator(
      String address,
      Profile profile,
      long joinBlock,
      double usd,
      List<Strategy> strategies,
      List<Service> services,
      List<AllocationTarget> targets) {
    boolean isFeatured() {
      return address.equals(SimulatedNetwork.FEATURED);
    }

    List<OperatorSet> sets() {
      var sets = new ArrayList<OperatorSet>();
      services.forEach(service -> sets.addAll(service.sets()));
      return sets;
    }
  }

  private final Chain chain;
  private final SeededRandom random;
  private final SimulatedServices services;
  private final AvsDirectory directory;
  private final DelegationManager delegation;
  private final AllocationManager allocation;
  private final RewardsCoordinator rewards;
  private final List<Operator> all = new ArrayList<>();

  SimulatedOperators(
      Chain chain,
      SeededRandom random,
      SimulatedServices services,
      AvsDirectory directory,
      DelegationManager delegation,
      AllocationManager allocation,
      RewardsCoordinator rewards) {
    this.chain = chain;
    this.random = random;
    this.services = services;
    this.directory = directory;
    this.delegation = delegation;
    this.allocation = allocation;
    this.rewards = rewards;
  }

  List<Operator> all() {
    return all;
  }

  Operator plan(
      int index,
      String address,
      long joinBlock,
      double usd,
      List<Strategy> strategies,
      int serviceCount) {
    var served = random.sample(serviceCount, services.all());
    var operator =
        new Operator(
            address, Names.operator(index), joinBlock, usd, strategies, served, new ArrayList<>());
    all.add(operator);
    chain.schedule(joinBlock, () -> register(operator));
    served.forEach(service -> planMembership(operator, service));
    planUpkeep(operator, index);
    return operator;
  }

  private void register(Operator operator) {
    if (chain.block() >= Chain.SLASHING_BLOCK) {
      setDelay(operator);
    } else {
      chain.schedule(
          random.between(Chain.SLASHING_BLOCK, Chain.SLASHING_BLOCK + 7 * BLOCKS_PER_DAY),
          () -> setDelay(operator));
    }
    var approver =
        random.chance(0.15) ? random.address("approver", operator.address) : ZERO_ADDRESS;
    delegation.registerAsOperator(operator.address, approver, operator.profile.metadataUri());
  }

  private void setDelay(Operator operator) {
    allocation.setDelay(operator.address, random.pick(DELAY_DAYS) * BLOCKS_PER_DAY);
  }

  private void planMembership(Operator operator, Service service) {
    var address = operator.address;
    long joinBlock =
        random.between(
            Math.max(operator.joinBlock, service.startBlock()) + BLOCKS_PER_DAY,
            random.blockAt(0.85));
    boolean leaves = !operator.isFeatured() && random.chance(0.12);
    if (service.hasDirectory()) {
      chain.schedule(joinBlock, () -> directory.register(address, service.avs()));
    }
    long setJoinBlock = joinBlock + (service.migrates() ? 40 * BLOCKS_PER_DAY : 0);
    setJoinBlock =
        Math.max(
            setJoinBlock, random.between(Chain.SLASHING_BLOCK, Chain.SLASHING_BLOCK + 200_000));
    boolean stays = service.migrates() || !leaves;
    long leaveBlock =
        random.between(
            (service.sets().isEmpty() ? joinBlock : setJoinBlock) + 2 * BLOCKS_PER_DAY,
            random.last());
    for (var set : service.sets()) {
      if (set.id() == 0 || random.chance(0.4)) {
        chain.schedule(setJoinBlock, () -> allocate(operator, set));
        chain.schedule(setJoinBlock + BLOCKS_PER_DAY, () -> allocation.register(address, set));
        if (!stays) {
          chain.schedule(leaveBlock, () -> allocation.deregister(address, set));
        }
      }
    }
    if (service.migrates()) {
      chain.schedule(
          setJoinBlock + BLOCKS_PER_DAY + 1, () -> directory.deregister(address, service.avs()));
    } else if (service.hasDirectory() && leaves) {
      chain.schedule(leaveBlock, () -> directory.deregister(address, service.avs()));
    }
  }

  private void allocate(Operator operator, OperatorSet set) {
    for (var strategy : allocation.strategies(set)) {
      if (operator.strategies.contains(strategy)) {
        var target = new AllocationTarget(set, new Stake(operator.address, strategy));
        long thousandths = 10L * (50 + random.below(100)) / (operator.services.size() + 2);
        operator.targets.add(target);
        allocation.modify(target, thousandths * (Wad.ONE / 1_000));
      }
    }
  }

  /**
   * Schedules changes of commissions, allocations, delays and metadata; large operators have more.
   */
  private void planUpkeep(Operator operator, int index) {
    var address = operator.address;
    long since = operator.joinBlock + BLOCKS_PER_DAY;
    long sinceSlashing = Math.max(since, Chain.SLASHING_BLOCK + 8 * BLOCKS_PER_DAY);
    int changes = (operator.usd > 0 ? 2 : 0) + operator.services.size() / 2;
    for (int i = 0; i < changes; i++) {
      chain.schedule(random.between(since, random.last()), () -> changeSplit(operator));
      int percent = random.pick(List.of(0, 50, 150));
      chain.schedule(random.between(sinceSlashing, random.last()), () -> adjust(operator, percent));
    }
    if (random.chance(0.3)) {
      var uri = operator.profile.metadataUri() + "?v=2";
      chain.schedule(
          random.between(since, random.last()), () -> delegation.setMetadataUri(address, uri));
    }
    if (random.chance(0.15)) {
      var approver = random.address("new approver", address);
      chain.schedule(
          random.between(since, random.last()),
          () -> delegation.setDelegationApprover(address, approver));
    }
    if (random.chance(0.25) || index == 1) {
      long from = index == 1 ? random.last() - 10 * BLOCKS_PER_DAY : sinceSlashing;
      chain.schedule(
          random.between(from, random.last()),
          () -> allocation.setDelay(address, 3 * BLOCKS_PER_DAY));
    }
    for (int percent : index < 8 ? List.of(50, 50, 150) : List.<Integer>of()) {
      long from = random.last() - 4 * BLOCKS_PER_DAY;
      chain.schedule(random.between(from, random.last()), () -> adjust(operator, percent));
      chain.schedule(random.between(from, random.last()), () -> changeSplit(operator));
    }
  }

  private void changeSplit(Operator operator) {
    int bips = random.pick(SPLITS);
    if (operator.services.isEmpty() || random.chance(0.25)) {
      rewards.setIncentiveSplit(operator.address, bips);
      return;
    }
    var service = random.pick(operator.services);
    if (service.sets().isEmpty() || random.chance(0.5)) {
      rewards.setAvsSplit(operator.address, service.avs(), bips);
    } else {
      rewards.setSetSplit(operator.address, random.pick(service.sets()), bips);
    }
  }

  private void adjust(Operator operator, int percent) {
    if (!operator.targets.isEmpty()) {
      var target = random.pick(operator.targets);
      allocation.modify(target, allocation.current(target) / 100 * percent);
    }
  }
}
