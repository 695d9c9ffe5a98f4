package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rejects disallowed hosts and clients above their rate limit; sets headers of every response. */
@ServerFilter(value = ServerFilter.MATCH_ALL_PATTERN, appendContextPath = false)
class RateLimitFilter {
  private static final String REQUEST_ID = "X-Request-Id";

  private final ClientQuotas clients;
  private final Authenticator authenticator;
  private final RequestMetrics metrics;
  private final AllowedHosts hosts;
  private final ContextPath context;

  RateLimitFilter(
      ClientQuotas clients,
      Authenticator authenticator,
      RequestMetrics metrics,
      AllowedHosts hosts,
      ContextPath context) {
    this.hosts = hosts;
    this.context = context;
    this.metrics = metrics;
    this.clients = clients;
    this.authenticator = authenticator;
  }

  @RequestFilter
  @Nullable HttpResponse<?> filter(HttpRequest<?> http) {
    var rejection = rejection(http);
    if (rejection == null) {
      return null;
    }
    metrics.rejected(rejection.code());
    var response =
        HttpResponse.status(rejection.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(JsonResponse.of(rejection.answer()).whole());
    if (rejection.waitSeconds() > 0) {
      response.header(HttpHeaders.RETRY_AFTER, Integer.toString(rejection.waitSeconds()));
    }
    // response filters do not run for a response of a request filter
    addHeaders(http, response);
    return response;
  }

  private @Nullable RequestRejected rejection(HttpRequest<?> http) {
    var path = context.below(http);
    var isHealth = path.equals("/health") || path.startsWith("/health/");
    // probes send the address of the pod, or no host
    var misdirected =
        isHealth || path.equals("/prometheus") ? null : new HostCheck(http, hosts).rejection();
    if (misdirected != null) {
      return misdirected;
    }
    // health probes are never limited, even when others use the same address
    var seconds = isHealth ? 0 : clients.waitSeconds(authenticator.client(http));
    return seconds == 0 ? null : RequestRejected.rateLimited(seconds);
  }

  @ResponseFilter
  void addHeaders(HttpRequest<?> http, MutableHttpResponse<?> response) {
    var headers = response.getHeaders();
    var requestId = http.getHeaders().get(REQUEST_ID);
    headers.set(
        REQUEST_ID,
        requestId != null && requestId.matches("[A-Za-z0-9._-]{1,64}")
            ? requestId
            : UUID.randomUUID().toString());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    if (!headers.contains("Content-Security-Policy")) {
      headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
  }
}
