package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Responds to unexpected exceptions of controllers and filters, and logs each once. */
@Singleton
class UnexpectedErrorHandler implements ExceptionHandler<RuntimeException, HttpResponse<?>> {

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public HttpResponse<?> handle(HttpRequest request, RuntimeException failure) {
    var response =
        switch (ErrorMapper.code(failure)) {
          case UNAVAILABLE ->
              HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
                  .header(
                      HttpHeaders.RETRY_AFTER,
                      Integer.toString(RequestRejected.SECONDS_UNTIL_RETRY));
          case TIMEOUT -> HttpResponse.status(HttpStatus.GATEWAY_TIMEOUT);
          default -> HttpResponse.serverError();
        };
    return response
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(JsonResponse.of(ErrorMapper.answer(failure)).whole());
  }
}
