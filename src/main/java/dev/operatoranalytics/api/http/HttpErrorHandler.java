package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Map;

/** Gives errors raised before a controller the same shape as all others. */
@Singleton
class HttpErrorHandler implements ErrorResponseProcessor<byte[]> {
  private final RequestMetrics metrics;

  HttpErrorHandler(RequestMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext failed, MutableHttpResponse<?> response) {
    var answer = JsonResponse.of(answer(failed, response.status(), response.reason())).whole();
    return response
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(failed.getRequest().getMethod() == HttpMethod.HEAD ? new byte[0] : answer);
  }

  private Map<String, Object> answer(ErrorContext failed, HttpStatus status, String reason) {
    if (status.getCode() >= 500) {
      return failed
          .getRootCause()
          .map(ErrorMapper::answer)
          .orElseGet(() -> new RequestRejected(status, ErrorCode.UNAVAILABLE, reason).answer());
    }
    metrics.rejected(code(status));
    var message = failed.hasErrors() ? failed.getErrors().getFirst().getMessage() : reason;
    return new RequestRejected(status, code(status), message).answer();
  }

  private static ErrorCode code(HttpStatus status) {
    return switch (status) {
      case UNAUTHORIZED -> ErrorCode.UNAUTHENTICATED;
      case FORBIDDEN -> ErrorCode.FORBIDDEN;
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case REQUEST_ENTITY_TOO_LARGE, REQUEST_HEADER_FIELDS_TOO_LARGE, REQUEST_URI_TOO_LONG ->
          ErrorCode.REQUEST_TOO_LARGE;
      default -> ErrorCode.BAD_REQUEST;
    };
  }
}
