package dev.operatoranalytics.api.strategy;

import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads strategies. */
@Singleton
public class StrategyQueries {
  private final Listing<Strategy> strategies;

  StrategyQueries(@Named("api") JdbcOperations jdbc) {
    this.strategies =
        new Listing<>(
            jdbc,
            "strategies",
            Strategy.class,
            Strategy.ROWS,
            Map.of(
                "TVS", new Column("tvs_usd", "numeric"),
                "OPERATORS", new Column("operator_count", "integer"),
                "SYMBOL", new Column("symbol_order", "text")),
            "TVS",
            new Column("strategy_id", "text"));
  }

  Listing<Strategy> strategies() {
    return strategies;
  }

  Optional<Strategy> find(String address) {
    return Optional.ofNullable(byAddress(List.of(address)).get(address));
  }

  public Map<String, Strategy> byAddress(Collection<String> addresses) {
    return strategies.byKey(addresses);
  }
}
