package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.RebuildBounds;
import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A second implementation to compare with the SQL: it processes all logs in order and updates each
 * operator's state.
 */
public final class Oracle {
  private static final int FIRST_DEFAULT_BIPS = 1_000;

  private record Membership(String operatorSet, String strategy) {}

  private final Map<String, OperatorFold> operators = new TreeMap<>();
  private final Set<Membership> strategies = new HashSet<>();
  private final Tally tally = new Tally();
  private final OperatorSets operatorSets = new OperatorSets(tally);
  // withdrawals of stakers without an operator
  private final OperatorFold nobody;
  // what the beacon chain left of native ETH, in wads, by staker
  private final Map<String, BigInteger> beaconChainFactors = new HashMap<>();
  private final RebuildBounds horizon;
  private int defaultBips = FIRST_DEFAULT_BIPS;

  /** Folds the logs within the bounds, given in any order. */
  public Oracle(Collection<Log> logs, RebuildBounds horizon) {
    this.horizon = horizon;
    nobody = new OperatorFold(Delegations.NOBODY, tally, beaconChainFactors);
    var chain =
        logs.stream().filter(log -> log.block() <= horizon.untilBlock()).sorted(Log.CHAIN).toList();
    var slashingSets = slashingSets(chain);
    for (var i = 0; i < chain.size(); i++) {
      accept(chain.get(i), slashingSets.get(i));
    }
  }

  public Rows rows() {
    var rows = new Rows();
    operators.forEach(
        (address, operator) ->
            operator.addRows(
                rows,
                horizon,
                defaultBips,
                (set, strategy) -> strategies.contains(new Membership(set, strategy))));
    operatorSets.addRows(rows, horizon.untilBlock());
    nobody.tellWithdrawals(rows, horizon.untilBlock(), horizon.delays().withdrawal());
    return rows;
  }

  /** How often each rule was applied. */
  public Map<Rule, Integer> exercised() {
    return tally.counts();
  }

  public Set<String> operators() {
    return operators.keySet();
  }

  public List<OperatorFold.Slash> slashes() {
    return operators.values().stream().flatMap(operator -> operator.slashes().stream()).toList();
  }

  private void accept(Log log, @Nullable String slashingSet) {
    operatorSets.accept(log);
    switch (log.event()) {
      case "DefaultOperatorSplitBipsSet" -> {
        tally.count(Rule.DEFAULT_SPLIT_SET);
        defaultBips = (int) log.number("newDefaultOperatorSplitBips");
      }
      case "StrategyAddedToOperatorSet" ->
          strategies.add(new Membership(log.operatorSet(), log.name("strategy")));
      case "StrategyRemovedFromOperatorSet" -> {
        tally.count(Rule.STRATEGY_REMOVED_FROM_SET);
        strategies.remove(new Membership(log.operatorSet(), log.name("strategy")));
      }
      case "BeaconChainSlashingFactorDecreased" -> {
        tally.count(Rule.BEACON_CHAIN_SLASHED);
        beaconChainFactors.put(log.name("staker"), log.amount("newBeaconChainSlashingFactor"));
      }
      case "SlashingWithdrawalCompleted" -> {
        operators.values().forEach(operator -> operator.complete(log));
        nobody.complete(log);
      }
      case "SlashingWithdrawalQueued" -> {
        var operator = log.name("withdrawal", "delegatedTo");
        operator(operator, log, null);
        if (operator.equals(Delegations.NOBODY)) {
          nobody.accept(log, null);
        }
      }
      default -> {
        if (log.has("operator")) {
          operator(log.name("operator"), log, slashingSet);
        }
      }
    }
  }

  private void operator(String address, Log log, @Nullable String slashingSet) {
    if (!address.equals(Delegations.NOBODY)) {
      operators
          .computeIfAbsent(address, a -> new OperatorFold(a, tally, beaconChainFactors))
          .accept(log, slashingSet);
    }
  }

  /** For every log, the operator set of its operator's next slash in its transaction. */
  private static Map<Integer, String> slashingSets(List<Log> chain) {
    var next = new HashMap<String, String>();
    var found = new HashMap<Integer, String>();
    for (var i = chain.size() - 1; i >= 0; i--) {
      var log = chain.get(i);
      if (!log.has("operator")) {
        continue;
      }
      var act = log.name("operator") + log.transaction();
      var set = next.get(act);
      if (set != null) {
        found.put(i, set);
      }
      if (log.event().equals("OperatorSlashed")) {
        next.put(act, log.operatorSet());
      }
    }
    return found;
  }
}
