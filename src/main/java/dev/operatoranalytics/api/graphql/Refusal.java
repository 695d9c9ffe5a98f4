package dev.operatoranalytics.api.graphql;

import io.micronaut.http.HttpStatus;
import java.util.List;
import java.util.Map;

/** A request that is turned away before anything runs; the message is for whoever sent it. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final ErrorCode code;

  Refusal(HttpStatus status, ErrorCode code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  static Refusal malformed(String message) {
    return new Refusal(HttpStatus.BAD_REQUEST, ErrorCode.BAD_REQUEST, message);
  }

  HttpStatus status() {
    return status;
  }

  ErrorCode code() {
    return code;
  }

  Map<String, Object> answer() {
    return Map.of(
        "errors",
        List.of(
            Map.of(
                "message",
                String.valueOf(getMessage()),
                "extensions",
                Map.of("code", code.name()))));
  }
}
