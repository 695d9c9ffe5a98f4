package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may slash each operator set, and what became of slashed shares, updated log by log. */
final class OperatorSets {
  private static final String BURN_ADDRESS = "0x00000000000000000000000000000000000e16e4";

  /** Other events have an operator set too, but do not make it known. */
  private static final Set<String> NAMING =
      Set.of(
          "OperatorSetCreated",
          "OperatorAddedToOperatorSet",
          "OperatorRemovedFromOperatorSet",
          "StrategyAddedToOperatorSet",
          "StrategyRemovedFromOperatorSet",
          "RedistributionAddressSet",
          "AllocationUpdated",
          "OperatorSlashed",
          "OperatorSetSplitBipsSet",
          "SlasherUpdated",
          "SlasherMigrated");

  private record Announcement(String slasher, long effectBlock) {}

  private static final class OperatorSet {
    private String slasher;
    private @Nullable Announcement announcement;
    private boolean isRedistributing;

    private OperatorSet(Log log) {
      slasher = log.name("operatorSet", "avs");
    }

    private void pass(long block) {
      if (announcement != null && announcement.effectBlock <= block) {
        slasher = announcement.slasher;
        announcement = null;
      }
    }
  }

  private record SlashId(String operatorSet, String number) {}

  private record SlashedStrategy(SlashId slash, String strategy) {}

  private static final class Settlement {
    private final String transaction;
    private @Nullable String operator;
    private BigInteger taken = BigInteger.ZERO;
    private BigInteger settled = BigInteger.ZERO;

    private Settlement(String transaction) {
      this.transaction = transaction;
    }
  }

  private final Map<String, OperatorSet> sets = new HashMap<>();
  private final Map<SlashId, Long> resolutions = new HashMap<>();
  private final Map<SlashedStrategy, Settlement> settlements = new HashMap<>();
  // amounts whose slash comes later in the transaction, by operator set
  private final Map<String, List<Settlement>> withoutOperator = new HashMap<>();
  private final Tally tally;

  OperatorSets(Tally tally) {
    this.tally = tally;
  }

  void accept(Log log) {
    if (NAMING.contains(log.event())) {
      set(log).pass(log.block());
    }
    switch (log.event()) {
      case "SlasherUpdated" ->
          announce(set(log), new Announcement(log.name("slasher"), log.number("effectBlock")), log);
      case "SlasherMigrated" ->
          announce(set(log), new Announcement(log.name("slasher"), log.block()), log);
      case "RedistributionAddressSet" ->
          set(log).isRedistributing = !log.name("redistributionRecipient").equals(BURN_ADDRESS);
      case "BurnOrRedistributableSharesIncreased" -> {
        var settlement = settlement(log);
        settlement.taken = settlement.taken.add(log.amount("shares"));
      }
      case "BurnOrRedistributableSharesDecreased" -> {
        var settlement = settlement(log);
        settlement.settled = settlement.settled.add(log.amount("shares"));
      }
      case "SlashResolutionBlockSet" -> resolutions.put(slash(log), log.number("resolutionBlock"));
      case "OperatorSlashed" -> {
        for (var settlement : withoutOperator(log)) {
          if (settlement.transaction.equals(log.transaction())) {
            settlement.operator = log.name("operator");
          }
        }
        withoutOperator(log).clear();
      }
      default -> {}
    }
  }

  private void announce(OperatorSet set, Announcement announcement, Log log) {
    tally.countIf(set.announcement != null, Rule.SLASHER_REPLACED_BEFORE_ITS_BLOCK);
    set.announcement = announcement;
    set.pass(log.block());
  }

  private OperatorSet set(Log log) {
    return sets.computeIfAbsent(log.operatorSet(), s -> new OperatorSet(log));
  }

  private static SlashId slash(Log log) {
    return new SlashId(log.operatorSet(), log.amount("slashId").toString());
  }

  private List<Settlement> withoutOperator(Log log) {
    return withoutOperator.computeIfAbsent(log.operatorSet(), s -> new ArrayList<>());
  }

  private Settlement settlement(Log log) {
    return settlements.computeIfAbsent(
        new SlashedStrategy(slash(log), log.name("strategy")),
        s -> {
          var settlement = new Settlement(log.transaction());
          withoutOperator(log).add(settlement);
          return settlement;
        });
  }

  void addRows(Rows rows, long untilBlock) {
    sets.forEach((name, set) -> addSet(rows, name, set, untilBlock));
    settlements.forEach((slashed, amounts) -> addSettlement(rows, slashed, amounts, untilBlock));
  }

  private void addSet(Rows rows, String name, OperatorSet set, long untilBlock) {
    tally.countIf(
        set.announcement != null && set.announcement.effectBlock <= untilBlock,
        Rule.SLASHER_TOOK_EFFECT);
    set.pass(untilBlock);
    var pending = set.announcement;
    tally.countIf(pending != null, Rule.SLASHER_PENDING_AT_HEAD);
    rows.add(
        "operator_sets",
        name,
        set.slasher,
        pending == null ? null : pending.slasher,
        pending == null ? null : pending.effectBlock,
        set.isRedistributing);
  }

  private void addSettlement(
      Rows rows, SlashedStrategy slashed, Settlement settlement, long untilBlock) {
    var slash = slashed.slash;
    var set = sets.get(slash.operatorSet);
    var isRedistributing = set != null && set.isRedistributing;
    var resolution = resolutions.get(slash);
    var status =
        settlement.taken.equals(settlement.settled)
            ? isRedistributing ? Rule.SLASH_REDISTRIBUTED : Rule.SLASH_BURNED
            : resolution != null && resolution > untilBlock
                ? Rule.SLASH_PENDING
                : Rule.SLASH_CLEARABLE;
    tally.count(status);
    rows.add(
        "slash_settlements",
        Rows.text(slash.operatorSet, slash.number, slashed.strategy),
        settlement.operator,
        settlement.taken,
        settlement.settled,
        resolution == null || resolution == 0 ? null : resolution,
        isRedistributing,
        status.name().substring("SLASH_".length()));
  }
}
