package dev.operatoranalytics.api.day;

import dev.operatoranalytics.api.graphql.DailyRows;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what operators were on each day. */
@Singleton
class DayQueries {
  private static final String NEWEST = "select max(snapshot_date) from network_daily_aggregates";

  private final DailyRows<OperatorDailySnapshot> operators;
  private final DailyRows<OperatorStrategyDailySnapshot> strategies;

  DayQueries(@Named("api") JdbcOperations jdbc) {
    this.operators =
        new DailyRows<>(
            jdbc,
            OperatorDailySnapshot.class,
            OperatorDailySnapshot.ROWS,
            "operator_id",
            "snapshot_date",
            NEWEST);
    this.strategies =
        new DailyRows<>(
            jdbc,
            OperatorStrategyDailySnapshot.class,
            OperatorStrategyDailySnapshot.ROWS,
            "operator_id",
            "snapshot_date",
            NEWEST);
  }

  /** The days of an operator in one strategy, or in all. */
  record Held(DailyRows.Range range, @Nullable String strategy) {}

  Map<DailyRows.Range, List<OperatorDailySnapshot>> operators(Collection<DailyRows.Range> asked) {
    return operators.ranges(asked);
  }

  Map<Held, List<OperatorStrategyDailySnapshot>> strategies(Collection<Held> asked) {
    var ranges = new HashSet<DailyRows.Range>();
    asked.forEach(held -> ranges.add(held.range()));
    var all = strategies.unchecked(ranges);
    var found = new HashMap<Held, List<OperatorStrategyDailySnapshot>>();
    for (var held : asked) {
      var ofRange = all.getOrDefault(held.range(), List.of());
      found.put(
          held,
          DailyRows.checked(
              held.strategy() == null
                  ? ofRange
                  : ofRange.stream()
                      .filter(day -> day.strategyId().equals(held.strategy()))
                      .toList()));
    }
    return found;
  }
}
