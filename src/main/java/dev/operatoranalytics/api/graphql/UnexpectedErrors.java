package dev.operatoranalytics.api.graphql;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers what a controller or filter did not expect, and logs it once. */
@Singleton
class UnexpectedErrors implements ExceptionHandler<RuntimeException, HttpResponse<?>> {

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public HttpResponse<?> handle(HttpRequest request, RuntimeException failure) {
    var response =
        switch (Faults.code(failure)) {
          case UNAVAILABLE ->
              HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
                  .header(HttpHeaders.RETRY_AFTER, Integer.toString(Refusal.SECONDS_UNTIL_RETRY));
          case TIMEOUT -> HttpResponse.status(HttpStatus.GATEWAY_TIMEOUT);
          default -> HttpResponse.serverError();
        };
    return response
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(Answer.of(Faults.answer(failure)).whole());
  }
}
