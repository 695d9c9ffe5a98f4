package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;
import static dev.operatoranalytics.source.demo.DelegationManager.NOBODY;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.AllocationManager.Promise;
import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import dev.operatoranalytics.source.demo.Names.Profile;
import dev.operatoranalytics.source.demo.Services.Service;
import java.util.ArrayList;
import java.util.List;

/** The operators: when each joins, whom it serves, what it allocates, keeps and tells of itself. */
final class Operators {
  private static final List<Integer> SPLITS = List.of(0, 300, 500, 700, 800, 1_200, 1_500, 2_000);
  private static final List<Integer> DELAY_DAYS = List.of(0, 1, 1, 7, 14);

  /**
   * One of them.
   *
   * @param usd worth, on the first day, of all that will be delegated to it
   * @param menu the strategies that it has stake in
   * @param promises grow as the story goes
   */
  record Operator(
      String address,
      Profile profile,
      long joins,
      double usd,
      List<Strategy> menu,
      List<Service> services,
      List<Promise> promises) {
    boolean isFeatured() {
      return address.equals(Story.FEATURED);
    }

    List<OperatorSet> sets() {
      var sets = new ArrayList<OperatorSet>();
      services.forEach(service -> sets.addAll(service.sets()));
      return sets;
    }
  }

  private final Chain chain;
  private final Dice dice;
  private final Services services;
  private final AvsDirectory directory;
  private final DelegationManager delegation;
  private final AllocationManager allocation;
  private final RewardsCoordinator rewards;
  private final List<Operator> all = new ArrayList<>();

  Operators(
      Chain chain,
      Dice dice,
      Services services,
      AvsDirectory directory,
      DelegationManager delegation,
      AllocationManager allocation,
      RewardsCoordinator rewards) {
    this.chain = chain;
    this.dice = dice;
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
      int index, String address, long joins, double usd, List<Strategy> menu, int serviceCount) {
    var served = dice.some(serviceCount, services.all());
    var operator =
        new Operator(address, Names.operator(index), joins, usd, menu, served, new ArrayList<>());
    all.add(operator);
    chain.at(joins, () -> register(operator));
    served.forEach(service -> planMembership(operator, service));
    planUpkeep(operator, index);
    return operator;
  }

  private void register(Operator operator) {
    if (chain.block() >= Chain.SLASHING_BLOCK) {
      setDelay(operator);
    } else {
      chain.at(
          dice.between(Chain.SLASHING_BLOCK, Chain.SLASHING_BLOCK + 7 * BLOCKS_PER_DAY),
          () -> setDelay(operator));
    }
    var approver = dice.chance(0.15) ? dice.address("approver", operator.address) : NOBODY;
    delegation.registerAsOperator(operator.address, approver, operator.profile.metadataUri());
  }

  private void setDelay(Operator operator) {
    allocation.setDelay(operator.address, dice.pick(DELAY_DAYS) * BLOCKS_PER_DAY);
  }

  private void planMembership(Operator operator, Service service) {
    var address = operator.address;
    long joins =
        dice.between(
            Math.max(operator.joins, service.starts()) + BLOCKS_PER_DAY, dice.moment(0.85));
    boolean leaves = !operator.isFeatured() && dice.chance(0.12);
    if (service.hasDirectory()) {
      chain.at(joins, () -> directory.register(address, service.avs()));
    }
    long enters = joins + (service.migrates() ? 40 * BLOCKS_PER_DAY : 0);
    enters = Math.max(enters, dice.between(Chain.SLASHING_BLOCK, Chain.SLASHING_BLOCK + 200_000));
    boolean stays = service.migrates() || !leaves;
    long leavesAt =
        dice.between((service.sets().isEmpty() ? joins : enters) + 2 * BLOCKS_PER_DAY, dice.last());
    for (var set : service.sets()) {
      if (set.id() == 0 || dice.chance(0.4)) {
        chain.at(enters, () -> allocate(operator, set));
        chain.at(enters + BLOCKS_PER_DAY, () -> allocation.register(address, set));
        if (!stays) {
          chain.at(leavesAt, () -> allocation.deregister(address, set));
        }
      }
    }
    if (service.migrates()) {
      chain.at(enters + BLOCKS_PER_DAY + 1, () -> directory.deregister(address, service.avs()));
    } else if (service.hasDirectory() && leaves) {
      chain.at(leavesAt, () -> directory.deregister(address, service.avs()));
    }
  }

  private void allocate(Operator operator, OperatorSet set) {
    for (var strategy : allocation.strategies(set)) {
      if (operator.menu.contains(strategy)) {
        var promise = new Promise(set, new Stake(operator.address, strategy));
        long thousandths = 10L * (50 + dice.below(100)) / (operator.services.size() + 2);
        operator.promises.add(promise);
        allocation.modify(promise, thousandths * (Wad.ONE / 1_000));
      }
    }
  }

  /** Commissions, allocations, delays and details change now and then; the large stay busy. */
  private void planUpkeep(Operator operator, int index) {
    var address = operator.address;
    long since = operator.joins + BLOCKS_PER_DAY;
    long sinceSlashing = Math.max(since, Chain.SLASHING_BLOCK + 8 * BLOCKS_PER_DAY);
    int changes = (operator.usd > 0 ? 2 : 0) + operator.services.size() / 2;
    for (int i = 0; i < changes; i++) {
      chain.at(dice.between(since, dice.last()), () -> changeSplit(operator));
      int percent = dice.pick(List.of(0, 50, 150));
      chain.at(dice.between(sinceSlashing, dice.last()), () -> adjust(operator, percent));
    }
    if (dice.chance(0.3)) {
      var uri = operator.profile.metadataUri() + "?v=2";
      chain.at(dice.between(since, dice.last()), () -> delegation.setMetadataUri(address, uri));
    }
    if (dice.chance(0.15)) {
      var approver = dice.address("new approver", address);
      chain.at(
          dice.between(since, dice.last()),
          () -> delegation.setDelegationApprover(address, approver));
    }
    if (dice.chance(0.25) || index == 1) {
      long from = index == 1 ? dice.last() - 10 * BLOCKS_PER_DAY : sinceSlashing;
      chain.at(
          dice.between(from, dice.last()), () -> allocation.setDelay(address, 3 * BLOCKS_PER_DAY));
    }
    for (int percent : index < 8 ? List.of(50, 50, 150) : List.<Integer>of()) {
      long from = dice.last() - 4 * BLOCKS_PER_DAY;
      chain.at(dice.between(from, dice.last()), () -> adjust(operator, percent));
      chain.at(dice.between(from, dice.last()), () -> changeSplit(operator));
    }
  }

  private void changeSplit(Operator operator) {
    int bips = dice.pick(SPLITS);
    if (operator.services.isEmpty() || dice.chance(0.25)) {
      rewards.setIncentiveSplit(operator.address, bips);
      return;
    }
    var service = dice.pick(operator.services);
    if (service.sets().isEmpty() || dice.chance(0.5)) {
      rewards.setAvsSplit(operator.address, service.avs(), bips);
    } else {
      rewards.setSetSplit(operator.address, dice.pick(service.sets()), bips);
    }
  }

  private void adjust(Operator operator, int percent) {
    if (!operator.promises.isEmpty()) {
      var promise = dice.pick(operator.promises);
      allocation.modify(promise, allocation.current(promise) / 100 * percent);
    }
  }
}
