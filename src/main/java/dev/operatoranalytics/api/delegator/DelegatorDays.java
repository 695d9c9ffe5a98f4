package dev.operatoranalytics.api.delegator;

import dev.operatoranalytics.api.graphql.DailyRows;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads what delegators held on each day. */
@Singleton
class DelegatorDays {
  private final DailyRows<DelegatorShareDay> shares;

  DelegatorDays(@Named("api") JdbcOperations jdbc) {
    this.shares =
        new DailyRows<>(
                jdbc,
                DelegatorShareDay.class,
                DelegatorShareDay.ROWS,
                "staker_id",
                "date",
                "select max(snapshot_date) from network_daily_aggregates")
            .thenBy("strategy_id");
  }

  Map<DailyRows.Part, List<DelegatorShareDay>> shares(Collection<DailyRows.Part> asked) {
    return shares.parts(asked, "strategy_id");
  }
}
