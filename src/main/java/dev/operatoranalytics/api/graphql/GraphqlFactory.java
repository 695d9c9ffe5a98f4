package dev.operatoranalytics.api.graphql;

import graphql.GraphQL;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The executable schema, as the bean that micronaut-graphql wires its world around. */
@Factory
final class GraphqlFactory {

  @Singleton
  GraphQL graphql(Schema schema, Documents documents) {
    var faults = new Faults();
    var strategy = new RawJsonStrategy(faults);
    return GraphQL.newGraphQL(schema.executable())
        .preparsedDocumentProvider(documents)
        .queryExecutionStrategy(strategy)
        // each event is executed like a query whose root it is
        .subscriptionExecutionStrategy(strategy)
        .defaultDataFetcherExceptionHandler(faults)
        .build();
  }
}
