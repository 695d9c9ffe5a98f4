package dev.operatoranalytics.api.document;

import graphql.GraphQL;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Provides the executable schema as the bean that micronaut-graphql needs. */
@Factory
final class GraphqlFactory {

  @Singleton
  GraphQL graphql(GraphqlSchema schema, DocumentCache documents) {
    var errorMapper = new ErrorMapper();
    var strategy = new RawJsonStrategy(errorMapper);
    return GraphQL.newGraphQL(schema.executable())
        .preparsedDocumentProvider(documents)
        .queryExecutionStrategy(strategy)
        // each event is executed like a query with the event as root
        .subscriptionExecutionStrategy(strategy)
        .defaultDataFetcherExceptionHandler(errorMapper)
        .build();
  }
}
