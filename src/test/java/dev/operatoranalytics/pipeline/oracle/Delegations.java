package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Delegations to one operator, updated log by log. */
final class Delegations {
  static final String NOBODY = "0x0000000000000000000000000000000000000000";
  private static final BigInteger DUST = BigInteger.valueOf(20);

  record Key(String staker, String strategy) {}

  private static final class Holding {
    private Fraction shares = Fraction.ZERO;
    private BigInteger received = BigInteger.ZERO;
    private int receipts;
  }

  private static final class Period {
    private final Log start;
    private @Nullable Log end;
    private boolean wasForced;

    private Period(Log start) {
      this.start = start;
    }
  }

  private final Map<String, BigInteger> shares = new TreeMap<>();
  private final Map<Key, Holding> holdings = new HashMap<>();
  private final Map<String, List<Period>> periods = new HashMap<>();
  private final Set<String> forced = new HashSet<>();
  private final Set<String> slashed = new HashSet<>();

  private final Tally tally;

  Delegations(Tally tally) {
    this.tally = tally;
  }

  Map<String, BigInteger> shares() {
    return shares;
  }

  void change(Log log, boolean isIncrease) {
    var amount = isIncrease ? log.amount("shares") : log.amount("shares").negate();
    var strategy = log.name("strategy");
    shares.merge(strategy, amount, BigInteger::add);
    if (log.name("staker").equals(NOBODY)) {
      return;
    }
    tally.count(isIncrease ? Rule.SHARES_INCREASED : Rule.SHARES_DECREASED);
    tally.countIf(isIncrease && slashed.contains(strategy), Rule.RECEIVED_AFTER_A_SLASH);
    var holding =
        holdings.computeIfAbsent(new Key(log.name("staker"), strategy), k -> new Holding());
    holding.shares = holding.shares.plus(amount);
    if (amount.signum() > 0) {
      holding.received = holding.received.add(amount);
      holding.receipts++;
    }
  }

  /** Takes the same part from all current holders. */
  void slash(String strategy, BigInteger before, BigInteger after) {
    slashed.add(strategy);
    holdings.forEach(
        (key, holding) -> {
          if (key.strategy.equals(strategy)) {
            tally.countIf(holding.shares.floor().signum() > 0, Rule.HOLDER_SLASHED);
            holding.shares = holding.shares.scaled(after, before);
          }
        });
  }

  void delegate(Log log) {
    var known = periods.computeIfAbsent(log.name("staker"), s -> new ArrayList<>());
    if (known.isEmpty() || known.getLast().end != null) {
      tally.count(known.isEmpty() ? Rule.DELEGATED : Rule.DELEGATED_AGAIN);
      known.add(new Period(log));
    }
  }

  void undelegate(Log log) {
    var known = periods.computeIfAbsent(log.name("staker"), s -> new ArrayList<>());
    if (!known.isEmpty() && known.getLast().end == null) {
      tally.count(Rule.UNDELEGATED);
      known.getLast().end = log;
    }
  }

  void force(Log log) {
    tally.count(Rule.FORCE_UNDELEGATED);
    forced.add(log.name("staker") + log.transaction());
  }

  private boolean isDelegated(String staker) {
    var known = periods.get(staker);
    return known == null || known.isEmpty() || known.getLast().end == null;
  }

  /**
   * @param active receives the delegators above dust
   */
  void addRows(String operator, Rows rows, Set<String> active) {
    shares.forEach(
        (strategy, amount) ->
            rows.add("operator_strategy_shares", Rows.text(operator, strategy), amount));
    periods.forEach(
        (staker, known) ->
            known.forEach(
                period -> {
                  var end = period.end;
                  period.wasForced = end != null && forced.contains(staker + end.transaction());
                  rows.add(
                      "operator_delegator_history",
                      Rows.text(operator, staker, period.start.block(), period.start.index()),
                      end == null ? null : end.block(),
                      end == null ? null : end.index(),
                      period.wasForced);
                }));
    var strategies = new TreeMap<String, Integer>();
    holdings.forEach(
        (key, holding) -> {
          var held = holding.shares.floor();
          if (held.signum() <= 0 || !isDelegated(key.staker)) {
            return;
          }
          var isDust = held.compareTo(dust(key.strategy, holding)) <= 0;
          rows.add(
              "operator_delegator_shares",
              Rows.text(operator, key.staker, key.strategy),
              held,
              isDust);
          strategies.merge(key.staker, 1, Integer::sum);
          if (!isDust) {
            active.add(key.staker);
          }
        });
    var everyone = new HashSet<>(strategies.keySet());
    periods.forEach(
        (staker, known) -> {
          if (!known.isEmpty()) {
            everyone.add(staker);
          }
        });
    for (var staker : everyone) {
      rows.add(
          "operator_delegators",
          Rows.text(operator, staker),
          isDelegated(staker),
          active.contains(staker),
          strategies.getOrDefault(staker, 0));
    }
  }

  private BigInteger dust(String strategy, Holding holding) {
    return slashed.contains(strategy)
        ? holding
            .received
            .multiply(BigInteger.valueOf(2L * holding.receipts))
            .divide(Allocations.WAD)
            .add(DUST)
        : BigInteger.ZERO;
  }

  /** Number of delegators per strategy that hold more than dust. */
  Map<String, Integer> delegatorCounts() {
    var counts = new HashMap<String, Integer>();
    holdings.forEach(
        (key, holding) -> {
          if (isDelegated(key.staker)
              && holding.shares.floor().compareTo(dust(key.strategy, holding)) > 0) {
            counts.merge(key.strategy, 1, Integer::sum);
          }
        });
    return counts;
  }
}
