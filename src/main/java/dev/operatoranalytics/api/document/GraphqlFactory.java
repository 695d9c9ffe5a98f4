package dev.operatoranalytics.api.document;

import graphql.GraphQL;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The executable schema, as the bean that micronaut-graphql wires its world around. */
@Factory
final class GraphqlFactory {

  @Singleton
  GraphQL graphql(GraphqlSchema schema, DocumentCache documents) {
    var faults = new ErrorMapper();
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
