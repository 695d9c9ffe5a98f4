package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import java.util.Arrays;

/**
 * The entity tag of a response. It is weak, because one response may be sent with and without
 * compression.
 */
record EntityTag(String hash) {

  /** Whether a request other than POST names this tag, or {@code *}, in {@code If-None-Match}. */
  boolean isKnownTo(HttpRequest<?> http) {
    var known = http.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
    return http.getMethod() != HttpMethod.POST
        && known != null
        && Arrays.stream(known.split(","))
            .map(String::strip)
            .anyMatch(each -> each.equals("*") || each.equals(strong()) || each.equals(toString()));
  }

  private String strong() {
    return '"' + hash + '"';
  }

  /** As in the header {@code ETag}. */
  @Override
  public String toString() {
    return "W/" + strong();
  }
}
