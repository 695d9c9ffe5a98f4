package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.REWARDS_COORDINATOR;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Simulates the part of rewards that operators keep, in bips; a change takes effect after seven
 * days.
 */
final class RewardsCoordinator {
  private static final long ACTIVATION_DELAY = Duration.ofDays(7).toSeconds();

  private record SplitKey(String kind, String operator, String subject) {}

  /** The last change of a split, and the value before it; empty before the first change. */
  private record Split(Optional<Integer> before, int bips, long activatedAt) {
    private Optional<Integer> at(long second) {
      return second < activatedAt ? before : Optional.of(bips);
    }
  }

  private final Chain chain;
  private final Map<SplitKey, Split> splits = new LinkedHashMap<>();
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
    var names = "caller,operator,avs";
    var scope = List.<Object>of(operator, operator, avs);
    set(new SplitKey("AVS", operator, avs), "OperatorAVSSplitBips", names, scope, bips);
  }

  void setSetSplit(String operator, OperatorSet set, int bips) {
    var names = "caller,operator,operatorSet";
    var scope = List.<Object>of(operator, operator, set);
    var key = new SplitKey("OPERATOR_SET", operator, set.key());
    set(key, "OperatorSetSplitBips", names, scope, bips);
  }

  void setIncentiveSplit(String operator, int bips) {
    var scope = List.<Object>of(operator, operator);
    set(new SplitKey("PI", operator, ""), "OperatorPISplitBips", "caller,operator", scope, bips);
  }

  /** Changes a split, unless an earlier change is pending, which the contract would revert. */
  private void set(SplitKey key, String kind, String names, List<Object> scope, int bips) {
    long now = chain.now().getEpochSecond();
    var last = Optional.ofNullable(splits.get(key));
    if (last.isPresent() && now <= last.get().activatedAt) {
      return;
    }
    var before = last.map(Split::bips);
    var next = new Split(before, bips, now + ACTIVATION_DELAY);
    splits.put(key, next);
    var values = new ArrayList<>(scope);
    values.addAll(List.of(next.activatedAt, before.orElse(defaultBips), bips));
    var signature = "%sSet(%s,activatedAt,old%s,new%s)".formatted(kind, names, kind, kind);
    chain.emit(REWARDS_COORDINATOR, signature, values.toArray());
  }

  /**
   * The split in force at an instant, which is not long past.
   *
   * @param kind PI, AVS or OPERATOR_SET
   * @param subject AVS or operator set; empty for programmatic incentives
   */
  int split(String kind, String operator, String subject, long second) {
    var split = splits.get(new SplitKey(kind, operator, subject));
    return split == null ? defaultBips : split.at(second).orElse(defaultBips);
  }

  /** Adds the expected current and upcoming value of every split that was ever changed. */
  void addTo(ExpectedTables expected) {
    var rows =
        expected.table(
            "operator_commission_rates",
            "operator_id,commission_kind,subject_id,current_bips,is_default,upcoming_bips");
    long now = Chain.timeOf(chain.head()).getEpochSecond();
    splits.forEach(
        (key, split) -> {
          var current = split.at(now);
          rows.add(
              key.operator,
              key.kind,
              key.subject,
              current.orElse(defaultBips),
              current.isEmpty(),
              now < split.activatedAt ? split.bips : ExpectedTables.ABSENT);
        });
  }
}
