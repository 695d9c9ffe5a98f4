package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.serde.annotation.Serdeable;

/** What went wrong, for whoever sent the request. */
@Serdeable
public record Problem(String code, String message) {

  public static HttpResponse<Problem> of(RequestRejected refusal) {
    var response =
        HttpResponse.<Problem>status(refusal.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(new Problem(refusal.code().name(), String.valueOf(refusal.getMessage())));
    return refusal.waitSeconds() == 0
        ? response
        : response.header(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.waitSeconds()));
  }

  public static HttpResponse<Problem> badInput(String message) {
    return HttpResponse.badRequest(new Problem("BAD_USER_INPUT", message))
        .contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
