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

/** What every request passes: who asks too often waits, and every answer is dressed alike. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class RateLimitFilter {
  private static final String REQUEST_ID = "X-Request-Id";

  private final ClientQuotas clients;
  private final Authenticator access;
  private final RequestMetrics metrics;
  private final AllowedHosts hosts;

  RateLimitFilter(
      ClientQuotas clients, Authenticator access, RequestMetrics metrics, AllowedHosts hosts) {
    this.hosts = hosts;
    this.metrics = metrics;
    this.clients = clients;
    this.access = access;
  }

  @RequestFilter
  @Nullable HttpResponse<?> admit(HttpRequest<?> http) {
    var refusal = refusal(http);
    if (refusal == null) {
      return null;
    }
    metrics.refused(refusal.code());
    var response =
        HttpResponse.status(refusal.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(JsonResponse.of(refusal.answer()).whole());
    if (refusal.waitSeconds() > 0) {
      response.header(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.waitSeconds()));
    }
    // no filter comes behind one that answers
    dress(http, response);
    return response;
  }

  private @Nullable RequestRejected refusal(HttpRequest<?> http) {
    var path = http.getPath();
    var isHealth = path.equals("/health") || path.startsWith("/health/");
    // probes send the address of the pod, or no host
    var misdirected =
        isHealth || path.equals("/prometheus") ? null : new HostCheck(http, hosts).refusal();
    if (misdirected != null) {
      return misdirected;
    }
    // who asks whether we live must hear it, whoever else asks too much from the same address
    var seconds = isHealth ? 0 : clients.waitSeconds(access.client(http));
    return seconds == 0 ? null : RequestRejected.tooOften(seconds);
  }

  @ResponseFilter
  void dress(HttpRequest<?> http, MutableHttpResponse<?> response) {
    var headers = response.getHeaders();
    var given = http.getHeaders().get(REQUEST_ID);
    headers.set(
        REQUEST_ID,
        given != null && given.matches("[A-Za-z0-9._-]{1,64}")
            ? given
            : UUID.randomUUID().toString());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    if (!headers.contains("Content-Security-Policy")) {
      headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
  }
}
