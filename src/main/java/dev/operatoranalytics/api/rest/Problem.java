package dev.operatoranalytics.api.rest;

import dev.operatoranalytics.api.graphql.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.serde.annotation.Serdeable;

/** What went wrong, for whoever sent the request. */
@Serdeable
record Problem(String code, String message) {

  static HttpResponse<Problem> of(Refusal refusal) {
    var response =
        HttpResponse.<Problem>status(refusal.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(new Problem(refusal.code().name(), String.valueOf(refusal.getMessage())));
    return refusal.waitSeconds() == 0
        ? response
        : response.header(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.waitSeconds()));
  }

  static HttpResponse<Problem> badInput(String message) {
    return HttpResponse.badRequest(new Problem("BAD_USER_INPUT", message))
        .contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
