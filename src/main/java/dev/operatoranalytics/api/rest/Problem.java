package dev.operatoranalytics.api.rest;

import io.micronaut.http.HttpResponse;
import io.micronaut.serde.annotation.Serdeable;

/** What went wrong, for whoever sent the request. */
@Serdeable
record Problem(String code, String message) {

  static HttpResponse<Problem> badInput(String message) {
    return HttpResponse.badRequest(new Problem("BAD_USER_INPUT", message));
  }
}
