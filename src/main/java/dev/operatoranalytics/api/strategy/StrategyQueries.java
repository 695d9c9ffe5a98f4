package dev.operatoranalytics.api.strategy;

import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.operator.OperatorQueries;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads strategies. */
@Singleton
public class StrategyQueries {
  private static final String NEWEST = "select max(snapshot_date) from network_daily_aggregates";

  private final Listing<Strategy> strategies;
  private final DailyRows<StrategyDay> days;
  private final DailyRows<TokenPrice> prices;

  StrategyQueries(@Named("api") JdbcOperations jdbc, Provider<OperatorQueries> operators) {
    this.strategies =
        new Listing<>(
                jdbc,
                "strategies",
                Strategy.class,
                Strategy.ROWS,
                Map.of(
                    "TVS", new Column("tvs_usd", "numeric"),
                    "OPERATORS", new Column("operator_count", "integer"),
                    "SYMBOL", new Column("symbol_order", "text"),
                    "address", new Column("strategy_id", "text")),
                "TVS",
                new Column("strategy_id", "text"))
            .related(
                "operators",
                () -> operators.get().operatorsOfStrategies(),
                "strategy_id",
                "strategy_id");
    this.days =
        new DailyRows<>(
            jdbc, StrategyDay.class, StrategyDay.ROWS, "strategy_id", "snapshot_date", NEWEST);
    this.prices =
        new DailyRows<>(jdbc, TokenPrice.class, TokenPrice.ROWS, "strategy_id", "date", NEWEST)
            .thenBy("at");
  }

  Map<DailyRows.Range, List<StrategyDay>> days(Collection<DailyRows.Range> asked) {
    return days.ranges(asked);
  }

  Map<DailyRows.Range, List<TokenPrice>> prices(Collection<DailyRows.Range> asked) {
    return prices.ranges(asked);
  }

  public Listing<Strategy> strategies() {
    return strategies;
  }

  public Map<String, Strategy> byAddress(Collection<String> addresses) {
    return strategies.byKey(addresses);
  }
}
