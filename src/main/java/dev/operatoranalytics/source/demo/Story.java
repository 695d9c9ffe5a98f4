package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;
import static dev.operatoranalytics.source.demo.DelegationManager.NOBODY;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.AllocationManager.Promise;
import dev.operatoranalytics.source.demo.DelegationManager.Withdrawal;
import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import dev.operatoranalytics.source.demo.Names.Profile;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Who does what and when: a seeded cast of operators, services and delegators. */
final class Story {
  static final int FEATURED_DELEGATORS = 365;
  private static final int FEATURED_LEAVERS = 8;
  private static final int FEATURED_SERVICES = 22;
  private static final String FEATURED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";
  private static final String FEATURED_STAKER = "0x001461c431645ae6f6279054b6572bcbf66d2a91";
  private static final BigInteger FEATURED_SHARES = BigInteger.valueOf(50_070_226_163_852_181L);

  private static final List<Integer> SPLITS = List.of(0, 300, 500, 700, 800, 1_200, 1_500, 2_000);
  private static final List<Integer> DELAY_DAYS = List.of(0, 1, 1, 7, 14);
  private static final List<String> REASONS =
      List.of("Signed two conflicting headers", "Attested a \"final\" root that was not");

  /** A service that operators join in the AVS directory, through its operator sets, or in turn. */
  private record Service(
      String avs, Profile profile, long starts, boolean hasDirectory, List<OperatorSet> sets) {}

  /** {@code wealth} scales the stakes it attracts; promises grow as the story goes. */
  private record Operator(
      String address,
      Profile profile,
      long joins,
      double wealth,
      List<Strategy> menu,
      List<Service> services,
      List<Promise> promises) {
    private boolean isFeatured() {
      return address.equals(FEATURED);
    }
  }

  private final Chain chain;
  private final DemoSize size;
  private final long first;
  private final long last;
  private final Random random;
  private final DelegationManager delegation;
  private final AllocationManager allocation;
  private final RewardsCoordinator rewards;
  private final List<Service> services = new ArrayList<>();
  private final List<Operator> operators = new ArrayList<>();
  private final List<String> metadata =
      new ArrayList<>(List.of("operator,avs,name,website,description,logo,twitter"));

  Story(Chain chain, DemoSize size, Instant start, Instant end) {
    this.chain = chain;
    this.size = size;
    first = Chain.blockAt(start) + 1;
    last = Chain.blockAt(end);
    random = new Random(size.seed());
    var magnitudes = new Magnitudes(chain);
    delegation = new DelegationManager(chain, magnitudes);
    allocation = new AllocationManager(chain, magnitudes, delegation);
    rewards = new RewardsCoordinator(chain);
  }

  /** What the cast tells of itself, as CSV with a header. */
  List<String> metadata() {
    return metadata;
  }

  void play() {
    chain.at(first, () -> rewards.setDefault(1_000));
    for (int index = 0; index < Names.services(); index++) {
      planService(index);
    }
    planFeatured();
    double crowd = IntStream.range(1, size.operators()).mapToDouble(this::crowdAt).sum();
    for (int rank = 1; rank < size.operators(); rank++) {
      planOperator(rank, (size.delegators() - FEATURED_DELEGATORS) * crowdAt(rank) / crowd);
    }
    chain.at(moment(0.45), () -> slash(10, 100, false));
    chain.at(moment(0.58), () -> slash(4, 100, true));
    chain.at(moment(0.72), () -> slash(25, 50, false));
    chain.at(moment(0.90), () -> slash(2, 150, false));
    chain.at(moment(0.80), this::slashNothing);
    chain.runUntil(last);
  }

  /** How the crowd falls off from rank to rank; the last fifth have nobody but themselves. */
  private double crowdAt(int rank) {
    return rank < size.operators() * 0.8 ? StrictMath.pow(rank, -1.45) : 0;
  }

  private void planService(int index) {
    var avs = address("avs", index);
    boolean hasSets = index % 5 != 0 && index % 5 != 2;
    boolean hasDirectory = !hasSets || index % 8 == 1;
    var sets = new ArrayList<OperatorSet>();
    for (int id = 0; hasSets && id <= index % 3; id++) {
      sets.add(new OperatorSet(avs, id));
    }
    long starts = moment(0.03 * random.nextDouble());
    var service = new Service(avs, Names.service(index), starts, hasDirectory, sets);
    services.add(service);
    metadata.add(service.profile.csv("", avs));
    chain.at(starts, () -> startService(service, index % 4 == 3));
  }

  private void startService(Service service, boolean redistributes) {
    var uri = service.profile.metadataUri();
    if (service.hasDirectory) {
      var signature = "AVSMetadataURIUpdated(avs,metadataURI)";
      chain.emit(Chain.AVS_DIRECTORY, signature, service.avs, uri);
    }
    if (service.sets.isEmpty()) {
      return;
    }
    allocation.registerAvs(service.avs, uri, address("registrar", service.avs));
    for (var set : service.sets) {
      // the protocol redistributes neither native ETH nor EIGEN
      var accepted =
          redistributes
              ? some(3, s -> s.category().equals("eth_lst") || s.category().equals("stable"))
              : some(2 + random.nextInt(5), Strategy::isQuoted);
      var recipient = address("recipient", service.avs, set.id());
      allocation.createSet(set, Optional.of(recipient).filter(r -> redistributes), accepted);
    }
  }

  private void planFeatured() {
    var menu = Strategy.ALL.stream().filter(s -> s.isQuoted() && s.rate().isPresent()).toList();
    var operator = newOperator(0, FEATURED, first + 50, 2.5, menu, FEATURED_SERVICES);
    var cbEth = menu.stream().filter(s -> s.symbol().equals("cbETH")).findFirst().orElseThrow();
    chain.at(operator.joins + 25, () -> deposit(operator, FEATURED));
    chain.at(operator.joins + 90, () -> delegation.delegate(FEATURED_STAKER, FEATURED));
    chain.at(
        operator.joins + 120, () -> delegation.deposit(FEATURED_STAKER, cbEth, FEATURED_SHARES));
    for (int i = 2; i < FEATURED_DELEGATORS; i++) {
      boolean leaves = i < 2 + FEATURED_LEAVERS;
      long joins = between(operator.joins + 100, moment(leaves ? 0.60 : 0.94));
      planDelegator(operator, address("staker", 0, i), joins, leaves);
    }
  }

  private void planOperator(int rank, double crowd) {
    var menu = some(1 + random.nextInt(6), Strategy::isQuoted);
    if (rank % 9 == 4) {
      menu.addAll(some(1, s -> !s.isQuoted()));
    }
    double wealth =
        StrictMath.exp(random.nextGaussian()) * Math.min(1, crowd * crowd / 1_500 + 0.002);
    int wanted = (int) (22 * StrictMath.exp(-rank / 8.0) * (0.5 + 0.5 * random.nextDouble()));
    long joins = moment(0.6 * random.nextDouble() * random.nextDouble());
    var operator = newOperator(rank, address("operator", rank), joins, wealth, menu, wanted);
    if (chance(0.85)) {
      chain.at(joins + 25, () -> deposit(operator, operator.address));
    }
    for (int i = 0; i < Math.round(crowd); i++) {
      long delegates = between(joins + 100, moment(0.99));
      planDelegator(operator, address("staker", rank, i), delegates, chance(0.08));
    }
  }

  private Operator newOperator(
      int rank, String address, long joins, double wealth, List<Strategy> menu, int services) {
    var shuffled = new ArrayList<>(this.services);
    Collections.shuffle(shuffled, random);
    var joined = List.copyOf(shuffled.subList(0, services));
    var operator =
        new Operator(address, Names.operator(rank), joins, wealth, menu, joined, new ArrayList<>());
    operators.add(operator);
    metadata.add(operator.profile.csv(address, ""));
    chain.at(joins, () -> register(operator));
    joined.forEach(service -> planMembership(operator, service));
    planUpkeep(operator, rank);
    return operator;
  }

  private void register(Operator operator) {
    allocation.setDelay(operator.address, pick(DELAY_DAYS) * BLOCKS_PER_DAY);
    var approver = chance(0.15) ? address("approver", operator.address) : NOBODY;
    var uri = operator.profile.metadataUri();
    delegation.registerAsOperator(operator.address, approver, uri);
  }

  private void planMembership(Operator operator, Service service) {
    var address = operator.address;
    long joins = between(Math.max(operator.joins, service.starts) + BLOCKS_PER_DAY, moment(0.85));
    boolean leaves = !operator.isFeatured() && chance(0.12);
    long leavesAt = between(joins + 2 * BLOCKS_PER_DAY, last);
    boolean migrates = service.hasDirectory && !service.sets.isEmpty();
    if (service.hasDirectory) {
      chain.at(joins, () -> setStatus(address, service, 1));
      if (leaves && !migrates) {
        chain.at(leavesAt, () -> setStatus(address, service, 0));
      }
    }
    long enters = joins + (migrates ? 40 * BLOCKS_PER_DAY : 0);
    for (var set : service.sets) {
      if (set.id() == 0 || chance(0.4)) {
        chain.at(enters, () -> allocate(operator, set));
        chain.at(enters + BLOCKS_PER_DAY, () -> allocation.register(address, set));
        if (leaves && !migrates) {
          chain.at(leavesAt, () -> allocation.deregister(address, set));
        }
      }
    }
    if (migrates) {
      chain.at(enters + BLOCKS_PER_DAY + 1, () -> setStatus(address, service, 0));
    }
  }

  private void allocate(Operator operator, OperatorSet set) {
    for (var strategy : allocation.strategies(set)) {
      if (operator.menu.contains(strategy)) {
        var promise = new Promise(set, new Stake(operator.address, strategy));
        long thousandths = 10L * (50 + random.nextInt(100)) / (operator.services.size() + 2);
        operator.promises.add(promise);
        allocation.modify(promise, thousandths * (Wad.ONE / 1_000));
      }
    }
  }

  /** Commissions, allocations, delays and details change now and then; the large stay busy. */
  private void planUpkeep(Operator operator, int rank) {
    var address = operator.address;
    long since = operator.joins + BLOCKS_PER_DAY;
    int changes = 2 + operator.services.size() / 2;
    for (int i = 0; i < changes; i++) {
      chain.at(between(since, last), () -> changeSplit(operator));
      chain.at(between(since, last), () -> adjust(operator, pick(List.of(0, 50, 150))));
    }
    if (chance(0.3)) {
      var uri = operator.profile.metadataUri() + "?v=2";
      chain.at(between(since, last), () -> delegation.setMetadataUri(address, uri));
    }
    if (chance(0.15)) {
      var approver = address("new approver", address);
      chain.at(between(since, last), () -> delegation.setDelegationApprover(address, approver));
    }
    if (chance(0.25) || rank == 1) {
      long from = rank == 1 ? last - 10 * BLOCKS_PER_DAY : since;
      chain.at(between(from, last), () -> allocation.setDelay(address, 3 * BLOCKS_PER_DAY));
    }
    for (int percent : rank < 8 ? List.of(50, 50, 150) : List.<Integer>of()) {
      long from = last - 4 * BLOCKS_PER_DAY;
      chain.at(between(from, last), () -> adjust(operator, percent));
      chain.at(between(from, last), () -> changeSplit(operator));
    }
  }

  private void changeSplit(Operator operator) {
    int bips = pick(SPLITS);
    if (operator.services.isEmpty() || chance(0.25)) {
      rewards.setIncentiveSplit(operator.address, bips);
      return;
    }
    var service = pick(operator.services);
    if (service.sets.isEmpty() || chance(0.5)) {
      rewards.setAvsSplit(operator.address, service.avs, bips);
    } else {
      rewards.setSetSplit(operator.address, pick(service.sets), bips);
    }
  }

  private void adjust(Operator operator, int percent) {
    if (!operator.promises.isEmpty()) {
      var promise = pick(operator.promises);
      allocation.modify(promise, allocation.current(promise) / 100 * percent);
    }
  }

  /** A day before the slash the victim moves to a part of its allocation, or to more. */
  private void slash(int percent, int percentBefore, boolean twice) {
    var victims = others(operator -> slashableSets(operator).size() > (twice ? 1 : 0));
    if (victims.isEmpty()) {
      return;
    }
    var victim = pick(victims);
    var sets = slashableSets(victim);
    for (var promise : allocation.slashable(victim.address, sets.getFirst())) {
      allocation.modify(promise, allocation.current(promise) / 100 * percentBefore);
    }
    var slashed = twice ? List.of(sets.getFirst(), sets.getLast()) : sets.subList(0, 1);
    chain.after(BLOCKS_PER_DAY, () -> slashed.forEach(set -> slash(victim, set, percent)));
  }

  private void slash(Operator victim, OperatorSet set, int percent) {
    allocation.slash(victim.address, set, Wad.ONE / 100 * percent, pick(REASONS));
  }

  /** A slash where nothing was allocated is logged all the same, with wads of zero. */
  private void slashNothing() {
    for (var operator : others(o -> true)) {
      var sets = sets(operator);
      sets.removeAll(slashableSets(operator));
      sets.removeIf(set -> !allocation.isSlashable(operator.address, set));
      if (!sets.isEmpty()) {
        slash(operator, sets.getFirst(), 5);
        return;
      }
    }
  }

  private void planDelegator(Operator operator, String staker, long joins, boolean leaves) {
    boolean depositsFirst = chance(0.7);
    int deposits = 1 + (chance(0.35) ? 1 : 0) + (chance(0.1) ? 1 : 0);
    for (int i = 0; i < deposits; i++) {
      chain.at(joins + (depositsFirst ? i : 30 + i), () -> deposit(operator, staker));
    }
    chain.at(joins + 15, () -> delegation.delegate(staker, operator.address));
    if (chance(0.25)) {
      chain.at(between(joins + 60, last), () -> deposit(operator, staker));
    }
    if (chance(0.12)) {
      chain.at(between(joins + 60, last), () -> withdrawPart(staker));
    }
    if (leaves) {
      chain.at(between(joins + BLOCKS_PER_DAY, moment(0.88)), () -> leave(operator, staker));
    }
  }

  private void deposit(Operator operator, String staker) {
    double factor = staker.equals(operator.address) ? 12 : 1;
    double usd = factor * operator.wealth * 1_500 * StrictMath.exp(2.1 * random.nextGaussian());
    var strategy = pick(operator.menu);
    delegation.deposit(staker, strategy, strategy.sharesWorth(Math.min(usd, 1_500_000)));
  }

  private void withdrawPart(String staker) {
    var percent = BigInteger.valueOf(10 + random.nextInt(50));
    var part = new LinkedHashMap<>(delegation.deposits(staker));
    part.replaceAll((strategy, shares) -> shares.multiply(percent).divide(BigInteger.valueOf(100)));
    part.values().removeIf(shares -> shares.signum() == 0);
    if (!part.isEmpty()) {
      complete(delegation.queueWithdrawal(staker, part), chance(0.9));
    }
  }

  /** Leaves for good or, in the same transaction, for another operator; some are sent away. */
  private void leave(Operator operator, String staker) {
    boolean forced = chance(0.2);
    var withdrawals = delegation.undelegate(staker, forced);
    var homes =
        others(o -> !o.address.equals(operator.address) && delegation.isOperator(o.address));
    boolean moves = !forced && !operator.isFeatured() && !homes.isEmpty() && chance(0.4);
    if (moves) {
      delegation.delegate(staker, pick(homes).address);
    }
    if (operator.isFeatured() || chance(0.85)) {
      withdrawals.forEach(withdrawal -> complete(withdrawal, !moves));
    }
  }

  private void complete(Withdrawal withdrawal, boolean asTokens) {
    long wait = DelegationManager.WITHDRAWAL_DELAY + 1 + random.nextInt(100_000);
    chain.after(wait, () -> delegation.completeWithdrawal(withdrawal, asTokens));
  }

  private void setStatus(String operator, Service service, int status) {
    var signature = "OperatorAVSRegistrationStatusUpdated(operator,avs,status)";
    chain.emit(Chain.AVS_DIRECTORY, signature, operator, service.avs, status);
  }

  private List<Operator> others(Predicate<Operator> condition) {
    return operators.stream().filter(o -> !o.isFeatured()).filter(condition).toList();
  }

  private static List<OperatorSet> sets(Operator operator) {
    var sets = new ArrayList<OperatorSet>();
    operator.services.forEach(service -> sets.addAll(service.sets));
    return sets;
  }

  private List<OperatorSet> slashableSets(Operator operator) {
    return sets(operator).stream()
        .filter(set -> !allocation.slashable(operator.address, set).isEmpty())
        .toList();
  }

  private List<Strategy> some(int count, Predicate<Strategy> condition) {
    var strategies = new ArrayList<>(Strategy.ALL);
    strategies.removeIf(condition.negate());
    Collections.shuffle(strategies, random);
    return new ArrayList<>(strategies.subList(0, Math.min(count, strategies.size())));
  }

  private String address(Object... parts) {
    return Format.address(size.seed(), List.of(parts));
  }

  private long moment(double part) {
    return first + (long) (part * (last - first));
  }

  private long between(long from, long to) {
    return from + (long) (random.nextDouble() * Math.max(1, to - from));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
