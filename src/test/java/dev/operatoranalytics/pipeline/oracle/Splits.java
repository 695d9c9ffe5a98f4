package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commission rates of one operator, updated log by log. */
final class Splits {

  /**
   * @param subject empty for programmatic incentives
   */
  record Key(String kind, String subject) {}

  private record Change(long activatedAt, int bips) {}

  private final Map<Key, List<Change>> changes = new LinkedHashMap<>();

  private final Tally tally;

  Splits(Tally tally) {
    this.tally = tally;
  }

  void change(Key key, Log log, String newBips) {
    tally.count(
        switch (key.kind) {
          case "PI" -> Rule.PI_SPLIT_SET;
          case "AVS" -> Rule.AVS_SPLIT_SET;
          default -> Rule.OPERATOR_SET_SPLIT_SET;
        });
    changes
        .computeIfAbsent(key, k -> new ArrayList<>())
        .add(new Change(log.number("activatedAt"), (int) log.number(newBips)));
  }

  void addRows(
      String operator, int defaultBips, long chainTime, Memberships memberships, Rows rows) {
    Set<Key> keys = new HashSet<>(changes.keySet());
    keys.add(new Key("PI", ""));
    memberships.currentAvss().forEach(avs -> keys.add(new Key("AVS", avs)));
    memberships.currentOperatorSets().forEach(set -> keys.add(new Key("OPERATOR_SET", set)));
    for (var key : keys) {
      @Nullable Integer own = null;
      @Nullable Change upcoming = null;
      for (var change : changes.getOrDefault(key, List.of())) {
        if (change.activatedAt <= chainTime) {
          own = change.bips;
          upcoming = null;
        } else {
          upcoming = change;
        }
      }
      tally.countIf(upcoming != null, Rule.SPLIT_UPCOMING);
      tally.countIf(upcoming != null && own == null, Rule.FIRST_SPLIT_STILL_WAITS);
      rows.add(
          "operator_commission_rates",
          Rows.text(operator, key.kind, key.subject.isEmpty() ? null : key.subject),
          own == null ? defaultBips : own,
          own == null,
          upcoming == null ? null : upcoming.bips,
          upcoming == null ? null : upcoming.activatedAt);
    }
  }
}
