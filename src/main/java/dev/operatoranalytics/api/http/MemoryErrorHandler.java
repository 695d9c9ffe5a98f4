package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/**
 * Rejects requests whose body found no direct memory; the memory of other requests is freed. A full
 * heap ends the process before.
 */
@Singleton
class MemoryErrorHandler implements ExceptionHandler<OutOfMemoryError, HttpResponse<?>> {

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public HttpResponse<?> handle(HttpRequest request, OutOfMemoryError failure) {
    return Problem.of(RequestRejected.busy("too many requests are being received"));
  }
}
