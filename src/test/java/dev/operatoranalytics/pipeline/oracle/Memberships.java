package dev.operatoranalytics.pipeline.oracle;

import dev.operatoranalytics.pipeline.oracle.Rule.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** AVSs that one operator served, by the directory or through operator sets, updated log by log. */
final class Memberships {
  private static final String DIRECTORY = "";

  /**
   * @param operatorSet empty for the AVS directory
   */
  private record Path(String avs, String operatorSet) {}

  private static final class Period {
    private final Log start;
    private @Nullable Long end;

    private Period(Log start) {
      this.start = start;
    }
  }

  private final Map<Path, List<Period>> periods = new LinkedHashMap<>();

  private final Tally tally;

  Memberships(Tally tally) {
    this.tally = tally;
  }

  void registered(Log log) {
    var path = new Path(log.name("avs"), DIRECTORY);
    if (List.of("1", "registered").contains(log.name("status"))) {
      enter(path, log);
    } else {
      leave(path, log);
    }
  }

  void joined(Log log) {
    enter(pathOf(log), log);
  }

  void left(Log log) {
    leave(pathOf(log), log);
  }

  private static Path pathOf(Log log) {
    return new Path(log.name("operatorSet", "avs"), log.operatorSet());
  }

  private void enter(Path path, Log log) {
    var known = periods.computeIfAbsent(path, p -> new ArrayList<>());
    if (known.isEmpty() || known.getLast().end != null) {
      tally.count(
          path.operatorSet.equals(DIRECTORY)
              ? Rule.DIRECTORY_REGISTERED
              : known.isEmpty() ? Rule.OPERATOR_SET_JOINED : Rule.OPERATOR_SET_JOINED_AGAIN);
      known.add(new Period(log));
    }
  }

  private void leave(Path path, Log log) {
    var known = periods.computeIfAbsent(path, p -> new ArrayList<>());
    if (!known.isEmpty() && known.getLast().end == null) {
      tally.count(
          path.operatorSet.equals(DIRECTORY)
              ? Rule.DIRECTORY_UNREGISTERED
              : Rule.OPERATOR_SET_LEFT);
      known.getLast().end = log.block();
    }
  }

  private static boolean isOpen(List<Period> known) {
    return !known.isEmpty() && known.getLast().end == null;
  }

  /** Whether it is a member, or left so recently that its stake is still slashable. */
  boolean isExposed(String operatorSet, long block, long deallocationDelay) {
    return periods.entrySet().stream()
        .filter(entry -> entry.getKey().operatorSet.equals(operatorSet))
        .flatMap(entry -> entry.getValue().stream())
        .anyMatch(period -> period.end == null || period.end + deallocationDelay >= block);
  }

  Set<String> currentAvss() {
    var avss = new TreeSet<String>();
    periods.forEach(
        (path, known) -> {
          if (isOpen(known)) {
            avss.add(path.avs);
          }
        });
    return avss;
  }

  Set<String> currentOperatorSets() {
    var sets = new TreeSet<String>();
    periods.forEach(
        (path, known) -> {
          if (isOpen(known) && !path.operatorSet.equals(DIRECTORY)) {
            sets.add(path.operatorSet);
          }
        });
    return sets;
  }

  /** AVSs ever served. */
  int addRows(String operator, Rows rows) {
    var avss = new TreeMap<String, int[]>();
    periods.forEach(
        (path, known) -> {
          for (var period : known) {
            var open = avss.computeIfAbsent(path.avs, a -> new int[2]);
            if (period.end == null) {
              open[path.operatorSet.equals(DIRECTORY) ? 0 : 1]++;
            }
            rows.add(
                "operator_avs_registration_history",
                Rows.text(
                    operator,
                    path.avs,
                    path.operatorSet.equals(DIRECTORY) ? null : path.operatorSet,
                    period.start.block(),
                    period.start.index()),
                period.end);
          }
        });
    avss.forEach(
        (avs, open) ->
            rows.add(
                "operator_avs_relationships",
                Rows.text(operator, avs),
                open[0] + open[1] > 0,
                open[0] > 0,
                open[1]));
    return avss.size();
  }
}
