package dev.operatoranalytics.api.document;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;

/** Prepares exports of lists. */
@Singleton
public record Exports(
    DocumentCache documents,
    GraphqlSchema schema,
    GraphqlEngine engine,
    LimitSettings limits,
    JsonMapper json) {

  /**
   * @throws RequestRejected when the document does not select one list
   */
  public ListExport prepare(GraphqlRequest request) {
    return ListExport.of(this, request);
  }
}
