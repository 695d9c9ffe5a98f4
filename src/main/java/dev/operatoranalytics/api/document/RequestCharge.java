package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import graphql.execution.ExecutionStepInfo;
import graphql.schema.GraphQLSchema;
import io.micronaut.http.HttpStatus;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The cost charged for a request: of its document, and of lists that exceed their assumed size. */
final class RequestCharge {
  private final DocumentCache.ValidatedDocument document;
  private final GraphqlRequest request;
  private final GraphQLSchema schema;
  private final long max;
  private final AtomicLong objects;

  /**
   * @param cost of the document
   * @param max max cost of a request
   */
  RequestCharge(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      GraphQLSchema schema,
      long cost,
      long max) {
    this.document = document;
    this.request = request;
    this.schema = schema;
    this.max = max;
    this.objects = new AtomicLong(cost);
  }

  long objects() {
    return objects.get();
  }

  /**
   * @param list a list that was read
   * @throws RequestRejected when the request exceeds its max cost
   */
  void charge(ExecutionStepInfo list, int size) {
    var definition = Objects.requireNonNull(list.getFieldDefinition());
    var declared = ListSize.of(definition);
    if (declared == null || size <= declared.assumed()) {
      return;
    }
    var field = Objects.requireNonNull(list.getField());
    var all =
        objects.addAndGet(Cost.beyondCharged(document, request, schema, field, definition, size));
    if (all > max) {
      throw costExceeded(all, max);
    }
  }

  static RequestRejected costExceeded(long objects, long max) {
    return new RequestRejected(
        HttpStatus.BAD_REQUEST,
        ErrorCode.COST_EXCEEDED,
        "the response could hold %,d objects, at most %,d are allowed: ask for smaller pages"
            .formatted(objects, max));
  }
}
