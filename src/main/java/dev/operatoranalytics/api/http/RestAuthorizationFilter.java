package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Requires the same keys as GraphQL on the REST endpoints. */
@ServerFilter({"/api/**", "/prometheus"})
class RestAuthorizationFilter {
  private final Authenticator authenticator;

  RestAuthorizationFilter(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  @Nullable HttpResponse<?> admit(HttpRequest<?> http) {
    try {
      return authenticator.of(http).caller().isKnown() || !authenticator.readingNeedsKey()
          ? null
          : unauthenticated("a key is needed: send it as Authorization: Bearer …");
    } catch (Authenticator.UnknownCredentials e) {
      return unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  private static HttpResponse<?> unauthenticated(String message) {
    return HttpResponse.unauthorized()
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .body(new Problem("UNAUTHENTICATED", message));
  }
}
