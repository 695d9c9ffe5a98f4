package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.serde.annotation.Serdeable;

/** An error response of the REST endpoints. */
@Serdeable
public record Problem(String code, String message) {

  public static HttpResponse<Problem> of(RequestRejected rejection) {
    var response =
        HttpResponse.<Problem>status(rejection.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(new Problem(rejection.code().name(), String.valueOf(rejection.getMessage())));
    return rejection.waitSeconds() == 0
        ? response
        : response.header(HttpHeaders.RETRY_AFTER, Integer.toString(rejection.waitSeconds()));
  }

  public static HttpResponse<Problem> badInput(String message) {
    return HttpResponse.badRequest(new Problem("BAD_USER_INPUT", message))
        .contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
