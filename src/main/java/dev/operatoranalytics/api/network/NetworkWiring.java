package dev.operatoranalytics.api.network;

import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.query.Row;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;

/** How a distribution over all operators is answered. */
@Singleton
class NetworkWiring implements Wiring {
  private final DistributionQueries distributions;

  NetworkWiring(DistributionQueries distributions) {
    this.distributions = distributions;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .type("DistributionBucket", DistributionQueries.DistributionBucket.class)
        .each(
            "Network",
            "distribution",
            (Row network, DataFetchingEnvironment env) -> DistributionQueries.Asked.of(env),
            distributions::distributions);
  }
}
