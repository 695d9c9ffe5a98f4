package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Allocations of one operator to operator sets, updated log by log. */
final class Allocations {
  static final BigInteger WAD = BigInteger.TEN.pow(18);

  record Key(String operatorSet, String strategy) {}

  /** The magnitude in force, and at most one change that is pending until its block. */
  private static final class Allocation {
    private BigInteger current = BigInteger.ZERO;
    private @Nullable BigInteger pending;
    private long effectBlock;

    private void promote(long block, Tally tally) {
      if (pending != null && effectBlock <= block) {
        tally.count(Rule.ANNOUNCEMENT_TOOK_EFFECT);
        current = pending;
        pending = null;
      }
    }
  }

  private final Map<Key, Allocation> allocations = new HashMap<>();
  private final Map<String, BigInteger> maxima = new TreeMap<>();
  private final Map<String, BigInteger> encumbered = new TreeMap<>();
  private final Set<String> strategies = new HashSet<>();
  private final Tally tally;

  Allocations(Tally tally) {
    this.tally = tally;
  }

  BigInteger maximum(String strategy) {
    return maxima.getOrDefault(strategy, WAD);
  }

  /**
   * @param isSlash whether the log belongs to a slash by its operator set
   */
  void update(Log log, boolean isSlash) {
    var strategy = log.name("strategy");
    strategies.add(strategy);
    var allocation =
        allocations.computeIfAbsent(new Key(log.operatorSet(), strategy), k -> new Allocation());
    var magnitude = log.amount("magnitude");
    allocation.promote(log.block(), tally);
    if (log.number("effectBlock") > log.block()) {
      var isFall = magnitude.compareTo(allocation.current) < 0;
      tally.count(isFall ? Rule.FALL_ANNOUNCED : Rule.RAISE_ANNOUNCED);
      tally.countIf(isFall && isSlash, Rule.FALL_RESTATED_BY_SLASH);
      allocation.pending = magnitude;
      allocation.effectBlock = log.number("effectBlock");
      return;
    }
    if (!isSlash) {
      tally.count(Rule.ALLOCATED_AT_ONCE);
      allocation.pending = null;
    } else if (allocation.pending != null && allocation.pending.compareTo(allocation.current) > 0) {
      tally.count(Rule.RAISE_LOWERED_BY_SLASH);
      allocation.pending = allocation.pending.subtract(allocation.current.subtract(magnitude));
    }
    allocation.current = magnitude;
  }

  void lowerMaximum(Log log) {
    tally.count(Rule.MAXIMUM_FELL);
    tally.countIf(log.amount("maxMagnitude").signum() == 0, Rule.MAXIMUM_FELL_TO_ZERO);
    maxima.put(log.name("strategy"), log.amount("maxMagnitude"));
  }

  void encumber(Log log) {
    encumbered.put(log.name("strategy"), log.amount("encumberedMagnitude"));
  }

  void tellMagnitudes(String operator, Rows rows) {
    var named = new HashSet<>(strategies);
    named.addAll(maxima.keySet());
    named.addAll(encumbered.keySet());
    for (var strategy : named) {
      rows.add(
          "operator_strategy_magnitudes",
          Rows.text(operator, strategy),
          maximum(strategy),
          encumbered.getOrDefault(strategy, BigInteger.ZERO));
    }
  }

  /** Whether an operator set can slash a strategy's stake of the operator now. */
  interface Exposure {
    boolean isSlashable(String operatorSet, String strategy);
  }

  void addRows(
      String operator, long block, Map<String, BigInteger> shares, Exposure exposure, Rows rows) {
    allocations.forEach(
        (key, allocation) -> {
          allocation.promote(block, tally);
          tally.countIf(allocation.pending != null, Rule.ANNOUNCEMENT_PENDING_AT_HEAD);
          var isSlashable =
              allocation.current.signum() > 0
                  && exposure.isSlashable(key.operatorSet, key.strategy);
          var slashable = BigInteger.ZERO;
          if (isSlashable && maximum(key.strategy).signum() > 0) {
            slashable =
                shares
                    .getOrDefault(key.strategy, BigInteger.ZERO)
                    .multiply(allocation.current.multiply(WAD).divide(maximum(key.strategy)))
                    .divide(WAD);
          }
          rows.add(
              "operator_allocations",
              Rows.text(operator, key.operatorSet, key.strategy),
              allocation.current,
              allocation.pending,
              allocation.pending == null ? null : allocation.effectBlock,
              isSlashable,
              slashable);
        });
  }

  /**
   * Encumbered magnitude per strategy: an increase counts at once, a decrease when it takes effect.
   */
  Map<String, BigInteger> promised() {
    var sums = new HashMap<String, BigInteger>();
    allocations.forEach(
        (key, allocation) ->
            sums.merge(
                key.strategy,
                allocation.pending == null
                    ? allocation.current
                    : allocation.current.max(allocation.pending),
                BigInteger::add));
    return sums;
  }

  /** Strategies that have a magnitude. */
  Set<String> strategies() {
    var all = new HashSet<>(strategies);
    all.addAll(maxima.keySet());
    all.addAll(encumbered.keySet());
    return all;
  }
}
