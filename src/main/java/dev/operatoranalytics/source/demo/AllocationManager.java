package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.ALLOCATION_MANAGER;
import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;
import static dev.operatoranalytics.source.demo.Chain.STRATEGY_MANAGER;

import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Simulates operator sets, their members, allocations and slashes. */
final class AllocationManager {
  private static final long DEALLOCATION_DELAY = 100_800;
  private static final long CONFIGURATION_DELAY = 126_000;

  /** Blocks after a slash in which what it took stays. */
  private static final long RESOLUTION_DELAY = 7 * BLOCKS_PER_DAY;

  record OperatorSet(String avs, int id) implements DemoText.Struct {
    @Override
    public Map<String, Object> fields() {
      return DemoText.fields("avs,id", avs, id);
    }

    /** The id of the set in the source. */
    String key() {
      return avs + "-" + id;
    }
  }

  /** An operator set and a stake that can be allocated to it. */
  record AllocationTarget(OperatorSet set, Stake stake) {}

  /** The current magnitude (wads) and at most one pending change with its effect block. */
  private static final class Allocation {
    private long current;
    private long change;
    private long effectBlock;

    private long currentAt(long block) {
      return block < effectBlock ? current : current + change;
    }

    private void set(long current, long change, long effectBlock) {
      this.current = current;
      this.change = change;
      this.effectBlock = effectBlock;
    }

    /**
     * Applies a pending change whose effect block is reached; returns the magnitude that it freed.
     */
    private long settle(long block) {
      if (block < effectBlock) {
        return 0;
      }
      long freed = Math.max(0, -change);
      set(current + change, 0, 0);
      return freed;
    }
  }

  private record Delay(long before, long after, long effectBlock) {
    private long at(long block) {
      return block < effectBlock ? before : after;
    }
  }

  /** The effect of a slash on one strategy: wads of the whole stake, shares. */
  private record SlashedStake(
      Stake stake,
      String transactionHash,
      int logIndex,
      long wad,
      BigInteger shares,
      long magnitudeLeft) {}

  private record SetMembership(String operator, OperatorSet set) {}

  private final Chain chain;
  private final Magnitudes magnitudes;
  private final DelegationManager delegation;
  private final Map<OperatorSet, List<Strategy>> strategies = new HashMap<>();
  private final Map<SetMembership, Long> slashableUntil = new HashMap<>();
  private final Map<String, Delay> delays = new HashMap<>();
  private final Map<AllocationTarget, Allocation> allocations = new HashMap<>();
  private final Map<Stake, Long> encumbered = new HashMap<>();
  private final Map<Stake, Deque<Allocation>> deallocations = new HashMap<>();
  private final Set<AllocationTarget> changedTargets = new LinkedHashSet<>();
  private final List<SlashedStake> slashed = new ArrayList<>();
  private final Map<OperatorSet, Long> slashIds = new HashMap<>();
  private final Set<OperatorSet> redistributing = new HashSet<>();
  private int takingSlashes;

  AllocationManager(Chain chain, Magnitudes magnitudes, DelegationManager delegation) {
    this.chain = chain;
    this.magnitudes = magnitudes;
    this.delegation = delegation;
  }

  /** The strategies that the set accepts, in the order that a slash must use. */
  List<Strategy> strategies(OperatorSet set) {
    return strategies.getOrDefault(set, List.of());
  }

  boolean isRedistributing(OperatorSet set) {
    return redistributing.contains(set);
  }

  boolean isSlashable(String operator, OperatorSet set) {
    return chain.block() <= slashableUntil.getOrDefault(new SetMembership(operator, set), -1L);
  }

  /** The operator's current allocations that this set may slash now. */
  List<AllocationTarget> slashable(String operator, OperatorSet set) {
    return strategies(set).stream()
        .map(strategy -> new AllocationTarget(set, new Stake(operator, strategy)))
        .filter(target -> isSlashable(operator, set) && current(target) > 0)
        .toList();
  }

  long current(AllocationTarget target) {
    return allocation(target).currentAt(chain.block());
  }

  /** The magnitude at the end of a block, without a change that is pending then. */
  long currentAt(AllocationTarget target, long block) {
    return allocation(target).currentAt(block);
  }

  long maximumAt(Stake stake, long block) {
    return magnitudes.maximumAt(stake, block);
  }

  void registerAvs(String avs, String metadataUri, String registrar) {
    emit("AVSMetadataURIUpdated(avs,metadataURI)", avs, metadataUri);
    emit("AVSRegistrarSet(avs,registrar)", avs, registrar);
  }

  void createSet(OperatorSet set, Optional<String> recipient, Collection<Strategy> accepted) {
    emit("OperatorSetCreated(operatorSet)", set);
    emit("SlasherUpdated(operatorSet,slasher,effectBlock)", set, set.avs(), chain.block());
    recipient.ifPresent(
        r -> {
          emit("RedistributionAddressSet(operatorSet,redistributionRecipient)", set, r);
          redistributing.add(set);
        });
    accepted.forEach(s -> emit("StrategyAddedToOperatorSet(operatorSet,strategy)", set, s));
    strategies.put(set, accepted.stream().sorted(Comparator.comparing(Strategy::address)).toList());
  }

  /** Announces another slasher. */
  void changeSlasher(OperatorSet set, String slasher) {
    long from = chain.block() + CONFIGURATION_DELAY + 1;
    emit("SlasherUpdated(operatorSet,slasher,effectBlock)", set, slasher, from);
  }

  /** Adds a strategy to a set, or removes it. */
  void accept(OperatorSet set, Strategy strategy, boolean isAccepted) {
    var accepted = new TreeSet<>(Comparator.comparing(Strategy::address));
    accepted.addAll(strategies(set));
    if (isAccepted ? accepted.add(strategy) : accepted.remove(strategy)) {
      strategies.put(set, List.copyOf(accepted));
      var event = isAccepted ? "StrategyAddedToOperatorSet" : "StrategyRemovedFromOperatorSet";
      emit(event + "(operatorSet,strategy)", set, strategy);
    }
  }

  boolean isMember(String operator, OperatorSet set) {
    return slashableUntil.getOrDefault(new SetMembership(operator, set), -1L) == Long.MAX_VALUE;
  }

  boolean wasMember(String operator, OperatorSet set) {
    return slashableUntil.containsKey(new SetMembership(operator, set));
  }

  void register(String operator, OperatorSet set) {
    if (!isSlashable(operator, set)) {
      slashableUntil.put(new SetMembership(operator, set), Long.MAX_VALUE);
      emit("OperatorAddedToOperatorSet(operator,operatorSet)", operator, set);
    }
  }

  void deregister(String operator, OperatorSet set) {
    long until = chain.block() + DEALLOCATION_DELAY;
    if (slashableUntil.replace(new SetMembership(operator, set), Long.MAX_VALUE, until)) {
      emit("OperatorRemovedFromOperatorSet(operator,operatorSet)", operator, set);
    }
  }

  /** Sets the delay of the operator's new allocations; the first delay takes effect at once. */
  void setDelay(String operator, long blocks) {
    var known = Optional.ofNullable(delays.get(operator));
    long before = known.map(delay -> delay.at(chain.block())).orElse(blocks);
    long from = chain.block() + (known.isPresent() ? CONFIGURATION_DELAY + 1 : 0);
    delays.put(operator, new Delay(before, blocks, from));
    emit("AllocationDelaySet(operator,delay,effectBlock)", operator, blocks, from);
  }

  /** Sets a new magnitude; ignores a change that the contract would revert. */
  void modify(AllocationTarget target, long magnitude) {
    var stake = target.stake;
    long block = chain.block();
    clearDeallocations(stake);
    var allocation = allocation(target);
    encumber(stake, -allocation.settle(block));
    long change = magnitude - allocation.current;
    long allocatable = magnitudes.maximum(stake) - encumbered.getOrDefault(stake, 0L);
    if (allocation.effectBlock != 0 || change == 0 || change > allocatable) {
      return;
    }
    if (change > 0) {
      var delay = delays.getOrDefault(stake.operator(), new Delay(0, 0, 0));
      allocation.set(allocation.current, change, block + delay.at(block));
      encumber(stake, change);
    } else if (slashable(stake.operator(), target.set).contains(target)) {
      allocation.set(allocation.current, change, block + DEALLOCATION_DELAY + 1);
      deallocations.computeIfAbsent(stake, s -> new ArrayDeque<>()).add(allocation);
    } else {
      allocation.set(magnitude, 0, block);
      encumber(stake, change);
    }
    emitAllocation(target, magnitude, allocation.effectBlock);
  }

  /** Allocates everything that is left of a stake, unless a change is pending. */
  void allocateRest(AllocationTarget target) {
    clearDeallocations(target.stake);
    long rest = magnitudes.maximum(target.stake) - encumbered.getOrDefault(target.stake, 0L);
    modify(target, current(target) + rest);
  }

  /** Slashes {@code wad} of everything the operator has allocated to the set. */
  void slash(String operator, OperatorSet set, long wad, String description) {
    if (!isSlashable(operator, set)) {
      return;
    }
    long id = slashIds.merge(set, 1L, Long::sum);
    var wadSlashed = new ArrayList<Long>();
    var sharesSlashed = new ArrayList<BigInteger>();
    for (var strategy : strategies(set)) {
      slash(
          new AllocationTarget(set, new Stake(operator, strategy)), wad, wadSlashed, sharesSlashed);
    }
    long resolution = chain.block() + RESOLUTION_DELAY;
    var taken = new LinkedHashMap<Strategy, BigInteger>();
    for (int i = 0; i < wadSlashed.size(); i++) {
      var strategy = strategies(set).get(i);
      if (sharesSlashed.get(i).signum() > 0 && !strategy.isNativeEth()) {
        taken.put(strategy, sharesSlashed.get(i));
        emitSettlement("Increased", set, id, strategy, sharesSlashed.get(i));
      }
    }
    if (!taken.isEmpty()) {
      chain.emit(
          STRATEGY_MANAGER,
          "SlashResolutionBlockSet(operatorSet,slashId,resolutionBlock)",
          set,
          id,
          resolution);
      // nobody asks for some to be burned or redistributed
      if (++takingSlashes % 3 != 1) {
        chain.scheduleLast(
            resolution + BLOCKS_PER_DAY,
            () ->
                taken.forEach(
                    (strategy, shares) -> emitSettlement("Decreased", set, id, strategy, shares)));
      }
    }
    int logIndex =
        emit(
            "OperatorSlashed(operator,operatorSet,strategies,wadSlashed,description)",
            operator,
            set,
            strategies(set),
            wadSlashed,
            description);
    for (int i = 0; i < wadSlashed.size(); i++) {
      var stake = new Stake(operator, strategies(set).get(i));
      slashed.add(
          new SlashedStake(
              stake,
              chain.transactionHash(),
              logIndex,
              wadSlashed.get(i),
              sharesSlashed.get(i),
              magnitudes.maximum(stake)));
    }
  }

  /** Adds the slashed part of the operator's whole stake: zero when nothing was allocated. */
  private void slash(
      AllocationTarget target, long wad, List<Long> wadSlashed, List<BigInteger> sharesSlashed) {
    if (current(target) == 0) {
      wadSlashed.add(0L);
      sharesSlashed.add(BigInteger.ZERO);
      return;
    }
    var stake = target.stake;
    var allocation = allocation(target);
    long freed = allocation.settle(chain.block());
    long slashed = Wad.multiplyUp(allocation.current, wad);
    allocation.current -= slashed;
    if (allocation.change < 0) {
      allocation.change += Wad.multiplyUp(-allocation.change, wad);
      emitAllocation(target, allocation.current + allocation.change, allocation.effectBlock);
    }
    encumber(stake, -freed - slashed);
    emitAllocation(target, allocation.current, chain.block());
    long before = magnitudes.maximum(stake);
    magnitudes.lower(stake, before - slashed);
    sharesSlashed.add(delegation.slashOperatorShares(stake, before, before - slashed));
    wadSlashed.add(Wad.divide(slashed, before));
  }

  /** Adds the expected allocations, stakes and slashes as of the last event. */
  void addTo(ExpectedTables expected) {
    var rows =
        expected.table(
            "operator_allocations",
            "operator_id,operator_set_id,strategy_id,current_magnitude,pending_magnitude,pending_effect_block");
    var encumberedByStake = new HashMap<Stake, Long>();
    for (var target : changedTargets) {
      var stake = target.stake;
      var allocation = allocation(target);
      long current = allocation.currentAt(chain.head());
      boolean isPending = allocation.effectBlock > chain.head();
      long magnitude = isPending ? allocation.current + allocation.change : current;
      rows.add(
          stake.operator(),
          target.set.key(),
          stake.strategy(),
          current,
          isPending ? magnitude : ExpectedTables.ABSENT,
          isPending ? allocation.effectBlock : ExpectedTables.ABSENT);
      encumberedByStake.merge(stake, Math.max(current, magnitude), Long::sum);
    }
    addStakes(expected, encumberedByStake);
    addSlashes(expected);
  }

  private void addStakes(ExpectedTables expected, Map<Stake, Long> encumberedByStake) {
    var rows =
        expected.table(
            "operator_strategy_state",
            "operator_id,strategy_id,shares,max_magnitude,encumbered_magnitude");
    var stakes = new LinkedHashSet<>(delegation.stakes());
    stakes.addAll(encumberedByStake.keySet());
    for (var stake : stakes) {
      rows.add(
          stake.operator(),
          stake.strategy(),
          delegation.shares(stake),
          magnitudes.maximum(stake),
          encumberedByStake.getOrDefault(stake, 0L));
    }
  }

  private void addSlashes(ExpectedTables expected) {
    var rows =
        expected.table(
            "operator_slashing_amounts",
            "operator_id,transaction_hash,log_index,strategy_id,wad_slashed,shares,cumulative_wad_slashed");
    for (var one : slashed) {
      rows.add(
          one.stake.operator(),
          one.transactionHash,
          one.logIndex,
          one.stake.strategy(),
          one.wad,
          one.shares,
          Wad.ONE - one.magnitudeLeft);
    }
  }

  private void clearDeallocations(Stake stake) {
    var queue = deallocations.getOrDefault(stake, new ArrayDeque<>());
    while (!queue.isEmpty() && queue.element().effectBlock <= chain.block()) {
      encumber(stake, -queue.remove().settle(chain.block()));
    }
  }

  private void encumber(Stake stake, long change) {
    if (change != 0) {
      long sum = encumbered.merge(stake, change, Long::sum);
      emit(
          "EncumberedMagnitudeUpdated(operator,strategy,encumberedMagnitude)",
          stake.operator(),
          stake.strategy(),
          sum);
    }
  }

  private Allocation allocation(AllocationTarget target) {
    return allocations.computeIfAbsent(target, p -> new Allocation());
  }

  private void emitAllocation(AllocationTarget target, long magnitude, long effectBlock) {
    changedTargets.add(target);
    emit(
        "AllocationUpdated(operator,operatorSet,strategy,magnitude,effectBlock)",
        target.stake.operator(),
        target.set,
        target.stake.strategy(),
        magnitude,
        effectBlock);
  }

  private void emitSettlement(
      String change, OperatorSet set, long slashId, Strategy strategy, BigInteger shares) {
    chain.emit(
        STRATEGY_MANAGER,
        "BurnOrRedistributableShares%s(operatorSet,slashId,strategy,shares)".formatted(change),
        set,
        slashId,
        strategy,
        shares);
  }

  private int emit(String signature, Object... values) {
    return chain.emit(ALLOCATION_MANAGER, signature, values);
  }
}
