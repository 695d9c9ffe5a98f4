package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.REWARDS_COORDINATOR;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What part of the rewards operators keep, in bips; a change is in force seven days later. */
final class RewardsCoordinator {
  private static final long ACTIVATION_DELAY = Duration.ofDays(7).toSeconds();

  private record Split(int bips, long activatedAt) {}

  private final Chain chain;
  private final Map<String, Split> splits = new HashMap<>();
  private int defaultBips;

  RewardsCoordinator(Chain chain) {
    this.chain = chain;
  }

  void setDefault(int bips) {
    chain.emit(
        REWARDS_COORDINATOR,
        "DefaultOperatorSplitBipsSet(oldDefaultOperatorSplitBips,newDefaultOperatorSplitBips)",
        defaultBips,
        bips);
    defaultBips = bips;
  }

  void setAvsSplit(String operator, String avs, int bips) {
    set("OperatorAVSSplitBips", "caller,operator,avs", List.of(operator, operator, avs), bips);
  }

  void setSetSplit(String operator, OperatorSet set, int bips) {
    var scope = List.of(operator, operator, set);
    set("OperatorSetSplitBips", "caller,operator,operatorSet", scope, bips);
  }

  void setIncentiveSplit(String operator, int bips) {
    set("OperatorPISplitBips", "caller,operator", List.of(operator, operator), bips);
  }

  /** Changes one split, unless an earlier change of it still waits: that the contract reverts. */
  private void set(String kind, String names, List<Object> scope, int bips) {
    long now = chain.now().getEpochSecond();
    var current = splits.getOrDefault(kind + scope, new Split(defaultBips, 0));
    if (now > current.activatedAt) {
      var next = new Split(bips, now + ACTIVATION_DELAY);
      splits.put(kind + scope, next);
      var values = new ArrayList<>(scope);
      values.addAll(List.of(next.activatedAt, current.bips, bips));
      var signature = "%sSet(%s,activatedAt,old%s,new%s)".formatted(kind, names, kind, kind);
      chain.emit(REWARDS_COORDINATOR, signature, values.toArray());
    }
  }
}
