package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import graphql.execution.ExecutionStepInfo;
import graphql.schema.GraphQLSchema;
import io.micronaut.http.HttpStatus;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one request is charged: the cost of its document, and what lists turn out to hold beyond it.
 */
final class RequestCharge {
  private final DocumentCache.Checked document;
  private final GraphqlRequest request;
  private final GraphQLSchema schema;
  private final long most;
  private final AtomicLong objects;

  /**
   * @param cost of the document
   * @param most that a request may be charged
   */
  RequestCharge(
      DocumentCache.Checked document,
      GraphqlRequest request,
      GraphQLSchema schema,
      long cost,
      long most) {
    this.document = document;
    this.request = request;
    this.schema = schema;
    this.most = most;
    this.objects = new AtomicLong(cost);
  }

  long objects() {
    return objects.get();
  }

  /**
   * @param list that has been read
   * @throws RequestRejected when it makes the request hold more than is allowed
   */
  void charge(ExecutionStepInfo list, int size) {
    var definition = Objects.requireNonNull(list.getFieldDefinition());
    var declared = ListSize.of(definition);
    if (declared == null || size <= declared.assumed()) {
      return;
    }
    var field = Objects.requireNonNull(list.getField());
    var all = objects.addAndGet(Cost.beyond(document, request, schema, field, definition, size));
    if (all > most) {
      throw tooMuch(all, most);
    }
  }

  static RequestRejected tooMuch(long objects, long most) {
    return new RequestRejected(
        HttpStatus.BAD_REQUEST,
        ErrorCode.COST_EXCEEDED,
        "the answer could hold %,d objects, at most %,d are allowed: ask for smaller pages"
            .formatted(objects, most));
  }
}
