package dev.operatoranalytics.api.day;

import dev.operatoranalytics.api.graphql.DailyRows;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;

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

  Map<DailyRows.Range, List<OperatorDailySnapshot>> operators(Collection<DailyRows.Range> asked) {
    return operators.ranges(asked);
  }

  Map<DailyRows.Part, List<OperatorStrategyDailySnapshot>> strategies(
      Collection<DailyRows.Part> asked) {
    return strategies.parts(asked, "strategy_id");
  }
}
