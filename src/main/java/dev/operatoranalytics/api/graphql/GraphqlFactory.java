package dev.operatoranalytics.api.graphql;

import graphql.GraphQL;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The executable schema, as the bean that micronaut-graphql wires its world around. */
@Factory
final class GraphqlFactory {

  @Singleton
  GraphQL graphql(Schema schema, Documents documents, ApiSettings settings) {
    var faults = new Faults();
    return GraphQL.newGraphQL(schema.executable())
        .preparsedDocumentProvider(documents)
        .queryExecutionStrategy(
            settings.plainRows() ? new RowsStrategy(faults) : new PassingSelfWriting(faults))
        .defaultDataFetcherExceptionHandler(faults)
        .build();
  }
}
