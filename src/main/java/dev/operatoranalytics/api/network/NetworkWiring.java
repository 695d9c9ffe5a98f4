package dev.operatoranalytics.api.network;

import dev.operatoranalytics.api.analytics.AnalyticsQueries;
import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** How the fields of the network are answered. */
@Singleton
class NetworkWiring implements Wiring {
  private final DailyRows<NetworkDay> days;
  private final DistributionQueries distributions;
  private final AnalyticsQueries analytics;

  NetworkWiring(
      @Named("api") JdbcOperations jdbc,
      DistributionQueries distributions,
      AnalyticsQueries analytics) {
    this.days =
        new DailyRows<>(
            jdbc,
            NetworkDay.class,
            NetworkDay.ROWS,
            "network",
            "date",
            "select max(snapshot_date) from network_daily_aggregates");
    this.distributions = distributions;
    this.analytics = analytics;
  }

  /** Whatever is asked of the network is read by its own field. */
  private record Network() {}

  @Override
  public void wire(Fields fields) {
    fields
        .query("network", env -> new Network())
        .type("Network", Network.class)
        .type("NetworkDay", NetworkDay.class)
        .type("DistributionBucket", DistributionQueries.DistributionBucket.class)
        .each("Network", "current", (Network network) -> new DailyRows.Day("", null), days::day)
        .each(
            "Network",
            "history",
            (Network network, DataFetchingEnvironment env) -> DailyRows.Range.of("", env),
            days::ranges)
        .each(
            "Network",
            "distribution",
            (Network network, DataFetchingEnvironment env) -> DistributionQueries.Asked.of(env),
            distributions::distributions)
        .each(
            "Network",
            "concentration",
            (Network network, DataFetchingEnvironment env) -> DailyRows.Day.of("", env),
            analytics.ofNetwork()::days);
  }
}
