package dev.operatoranalytics.api.metadata;

import dev.operatoranalytics.api.avs.Avs;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;

/** How the fetching of documents is told; a failure changes no data, so no answer is kept. */
@Singleton
class MetadataWiring implements Wiring {
  private final Listing<MetadataFetch> ofOperators;
  private final Listing<MetadataFetch> ofAvses;

  MetadataWiring(@Named("api") JdbcOperations jdbc) {
    this.ofOperators = listing(jdbc, MetadataFetch.ROWS_OF_OPERATORS);
    this.ofAvses = listing(jdbc, MetadataFetch.ROWS_OF_AVSES);
  }

  private static Listing<MetadataFetch> listing(JdbcOperations jdbc, String rows) {
    return new Listing<>(
        jdbc,
        "metadataFetches",
        MetadataFetch.class,
        rows,
        Map.of(),
        "attemptedAt",
        new Column("subject_id", "text"));
  }

  @Override
  public void wire(Fields fields) {
    fields
        .type("MetadataFetch", MetadataFetch.class)
        .each("Operator", "metadataFetch", Operator::operatorId, ofOperators::byKey)
        .byClock("Operator", "metadataFetch")
        .each("Avs", "metadataFetch", Avs::avsId, ofAvses::byKey)
        .byClock("Avs", "metadataFetch");
  }
}
