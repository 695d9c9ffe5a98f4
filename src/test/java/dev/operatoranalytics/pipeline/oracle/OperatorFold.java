package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.RebuildBounds;
import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** State of one operator, updated log by log. */
public final class OperatorFold {
  private static final String NATIVE_ETH = "0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0";

  private final String operator;
  private final Tally tally;
  private final Map<String, BigInteger> beaconChainFactors;
  private final Allocations allocations;
  private final Delegations delegations;
  private final Memberships memberships;
  private final Splits splits;
  private final List<Log> incidents = new ArrayList<>();
  private final List<Slash> slashes = new ArrayList<>();
  private final Map<String, Log> queued = new LinkedHashMap<>();
  private final Map<String, Long> completed = new HashMap<>();
  private final Map<String, BigInteger> factorsAtCompletion = new HashMap<>();
  private final Map<String, TreeMap<Long, BigInteger>> maximaByBlock = new HashMap<>();
  // logs of a transaction before its next slash
  private final Map<String, BigInteger> slashedShares = new HashMap<>();
  private final Map<String, BigInteger> maximaBefore = new HashMap<>();
  private String transaction = "";

  /**
   * @param beaconChainFactors of stakers, so far
   */
  OperatorFold(String operator, Tally tally, Map<String, BigInteger> beaconChainFactors) {
    this.operator = operator;
    this.beaconChainFactors = beaconChainFactors;
    this.tally = tally;
    allocations = new Allocations(tally);
    delegations = new Delegations(tally);
    memberships = new Memberships(tally);
    splits = new Splits(tally);
  }

  /**
   * A slash of one strategy.
   *
   * @param shares null when no log reported them
   * @param maximumBefore wads
   * @param maximumAfter wads
   */
  public record Slash(
      Log log,
      String strategy,
      BigInteger wad,
      @Nullable BigInteger shares,
      BigInteger maximumBefore,
      BigInteger maximumAfter) {}

  /**
   * @param slashingSet operator set of the next slash in the transaction; null when there is none
   */
  void accept(Log log, @Nullable String slashingSet) {
    if (!log.transaction().equals(transaction)) {
      transaction = log.transaction();
      slashedShares.clear();
      maximaBefore.clear();
    }
    switch (log.event()) {
      case "OperatorSharesIncreased" -> delegations.change(log, true);
      case "OperatorSharesDecreased" -> delegations.change(log, false);
      case "StakerDelegated" -> delegations.delegate(log);
      case "StakerUndelegated" -> delegations.undelegate(log);
      case "StakerForceUndelegated" -> delegations.force(log);
      case "AllocationUpdated" ->
          allocations.update(log, Objects.equals(slashingSet, log.operatorSet()));
      case "EncumberedMagnitudeUpdated" -> allocations.encumber(log);
      case "MaxMagnitudeUpdated" -> lowerMaximum(log);
      case "OperatorSharesSlashed" ->
          slashedShares.put(log.name("strategy"), log.amount("totalSlashedShares"));
      case "OperatorSlashed" -> slash(log);
      case "OperatorAVSRegistrationStatusUpdated" -> memberships.registered(log);
      case "OperatorAddedToOperatorSet" -> memberships.joined(log);
      case "OperatorRemovedFromOperatorSet" -> memberships.left(log);
      case "OperatorPISplitBipsSet" ->
          splits.change(new Splits.Key("PI", ""), log, "newOperatorPISplitBips");
      case "OperatorAVSSplitBipsSet" ->
          splits.change(new Splits.Key("AVS", log.name("avs")), log, "newOperatorAVSSplitBips");
      case "OperatorSetSplitBipsSet" ->
          splits.change(
              new Splits.Key("OPERATOR_SET", log.operatorSet()), log, "newOperatorSetSplitBips");
      case "SlashingWithdrawalQueued" -> queue(log);
      default -> {} // identity and time of registration, which the fold does not compute
    }
  }

  private void lowerMaximum(Log log) {
    var strategy = log.name("strategy");
    var before = allocations.maximum(strategy);
    maximaBefore.putIfAbsent(strategy, before);
    allocations.lowerMaximum(log);
    maximaByBlock
        .computeIfAbsent(strategy, any -> new TreeMap<>())
        .put(log.block(), allocations.maximum(strategy));
    delegations.slash(strategy, before, allocations.maximum(strategy));
  }

  private void slash(Log log) {
    var strategies = log.names("strategies");
    var wads = log.amounts("wadSlashed");
    tally.count(Rule.SLASHED);
    tally.countIf(strategies.size() > 1, Rule.SLASHED_SEVERAL_STRATEGIES);
    tally.countIf(
        incidents.stream().anyMatch(other -> other.transaction().equals(log.transaction())),
        Rule.SLASHED_TWICE_IN_ONE_TRANSACTION);
    tally.countIf(wads.stream().allMatch(wad -> wad.signum() == 0), Rule.SLASHED_NOTHING);
    incidents.add(log);
    for (var i = 0; i < strategies.size(); i++) {
      var strategy = strategies.get(i);
      var after = allocations.maximum(strategy);
      slashes.add(
          new Slash(
              log,
              strategy,
              wads.get(i),
              wads.get(i).signum() == 0 ? BigInteger.ZERO : slashedShares.get(strategy),
              maximaBefore.getOrDefault(strategy, after),
              after));
    }
    slashedShares.clear();
    maximaBefore.clear();
  }

  private void queue(Log log) {
    tally.count(Rule.WITHDRAWAL_QUEUED);
    queued.put(log.name("withdrawalRoot"), log);
  }

  /** A completion names only the root. */
  void complete(Log log) {
    var root = log.name("withdrawalRoot");
    var withdrawal = queued.get(root);
    if (withdrawal != null) {
      tally.count(Rule.WITHDRAWAL_COMPLETED);
      factorsAtCompletion.putIfAbsent(root, beaconChainFactor(withdrawal));
      completed.putIfAbsent(root, log.block());
    }
  }

  List<Slash> slashes() {
    return slashes;
  }

  void addRows(
      Rows rows,
      RebuildBounds horizon,
      int defaultBips,
      BiPredicate<String, String> isInOperatorSet) {
    var active = new HashSet<String>();
    var block = horizon.untilBlock();
    delegations.addRows(operator, rows, active);
    allocations.addRows(
        operator,
        block,
        delegations.shares(),
        (set, strategy) -> {
          var isSlashable =
              isInOperatorSet.test(set, strategy)
                  && memberships.isExposed(set, block, horizon.delays().deallocation());
          tally.countIf(
              isSlashable && !memberships.currentOperatorSets().contains(set),
              Rule.SLASHABLE_AFTER_LEAVING);
          return isSlashable;
        },
        rows);
    allocations.tellMagnitudes(operator, rows);
    tellStrategies(rows);
    tellSlashes(rows);
    tellWithdrawals(rows, block, horizon.delays().withdrawal());
    splits.addRows(operator, defaultBips, horizon.chainTime().getEpochSecond(), memberships, rows);
    var everServed = memberships.addRows(operator, rows);
    tellCounts(rows, active, everServed);
  }

  private void tellStrategies(Rows rows) {
    Set<String> strategies = new HashSet<>(delegations.shares().keySet());
    strategies.addAll(allocations.strategies());
    var promised = allocations.promised();
    var delegatorCounts = delegations.delegatorCounts();
    for (var strategy : strategies) {
      var maximum = allocations.maximum(strategy);
      var encumbered = promised.getOrDefault(strategy, BigInteger.ZERO);
      rows.add(
          "operator_strategy_state",
          Rows.text(operator, strategy),
          delegations.shares().getOrDefault(strategy, BigInteger.ZERO),
          maximum,
          encumbered,
          maximum.subtract(encumbered),
          maximum.signum() == 0
              ? null
              : new BigDecimal(encumbered)
                  .divide(new BigDecimal(maximum), 12, RoundingMode.HALF_UP)
                  .toPlainString(),
          delegatorCounts.getOrDefault(strategy, 0));
    }
  }

  private void tellSlashes(Rows rows) {
    for (var log : incidents) {
      rows.add("operator_slashing_incidents", key(log), log.operatorSet(), log.block());
    }
    for (var slash : slashes) {
      rows.add(
          "operator_slashing_amounts",
          Rows.text(key(slash.log), slash.strategy),
          slash.wad,
          slash.shares,
          Allocations.WAD.subtract(slash.maximumAfter));
    }
  }

  private String key(Log log) {
    return Rows.text(operator, log.transaction(), log.index());
  }

  void tellWithdrawals(Rows rows, long head, long delay) {
    queued.forEach(
        (root, log) -> {
          var lastSlashable = log.number("withdrawal", "startBlock") + delay;
          var completion = completed.get(root);
          var completable =
              completion == null ? lastSlashable + 1 : Math.min(completion, lastSlashable + 1);
          rows.add(
              "queued_withdrawals",
              Rows.text(operator, root),
              log.name("withdrawal", "staker"),
              log.block(),
              completion,
              completable,
              completion == null && completable <= head);
          tellParts(
              rows, root, log, Math.min(lastSlashable, completion == null ? head : completion));
        });
  }

  private void tellParts(Rows rows, String root, Log log, long lastSlashable) {
    var strategies = log.names("withdrawal", "strategies");
    var shares = log.amounts("sharesToWithdraw");
    var scaled = log.amounts("withdrawal", "scaledShares");
    for (var i = 0; i < strategies.size(); i++) {
      var maximum =
          maximaByBlock.getOrDefault(strategies.get(i), new TreeMap<>()).floorEntry(lastSlashable);
      var factor = maximum == null ? Allocations.WAD : maximum.getValue();
      if (strategies.get(i).equals(NATIVE_ETH)) {
        var ofBeaconChain = factorsAtCompletion.getOrDefault(root, beaconChainFactor(log));
        tally.countIf(
            ofBeaconChain.compareTo(Allocations.WAD) < 0, Rule.WITHDRAWAL_LOST_ON_BEACON_CHAIN);
        factor = factor.multiply(ofBeaconChain).divide(Allocations.WAD);
      }
      var left = scaled.get(i).multiply(factor).divide(Allocations.WAD);
      tally.countIf(left.compareTo(shares.get(i)) < 0, Rule.WITHDRAWAL_SLASHED);
      rows.add(
          "queued_withdrawal_shares",
          Rows.text(operator, root, i + 1),
          strategies.get(i),
          shares.get(i),
          scaled.get(i),
          left);
    }
  }

  private BigInteger beaconChainFactor(Log withdrawal) {
    return beaconChainFactors.getOrDefault(
        withdrawal.name("withdrawal", "staker"), Allocations.WAD);
  }

  private void tellCounts(Rows rows, Set<String> active, int everServed) {
    var prefix = operator + " ";
    var delegators = rows.of("operator_delegators").subMap(prefix, prefix + "~");
    rows.add(
        "operator_current_state",
        operator,
        !active.isEmpty() || !memberships.currentAvss().isEmpty(),
        memberships.currentAvss().size(),
        everServed,
        memberships.currentOperatorSets().size(),
        active.size(),
        delegators.values().stream().filter(cells -> cells.startsWith("true ")).count(),
        delegators.size(),
        delegations.shares().values().stream().filter(shares -> shares.signum() > 0).count(),
        incidents.size());
  }
}
