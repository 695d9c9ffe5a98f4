package dev.operatoranalytics.api.web;

import dev.operatoranalytics.api.http.ContextPath;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import org.jspecify.annotations.Nullable;

/**
 * Adds the slash after the path prefix, because relative URLs of a page begin at its last slash.
 */
@ServerFilter(value = ServerFilter.MATCH_ALL_PATTERN, appendContextPath = false)
class PrefixRedirectFilter {
  private final ContextPath context;

  PrefixRedirectFilter(ContextPath context) {
    this.context = context;
  }

  @RequestFilter
  @Nullable HttpResponse<?> redirect(HttpRequest<?> http) {
    if (!context.below(http).isEmpty()) {
      return null;
    }
    var path = http.getPath();
    return HttpResponse.status(HttpStatus.TEMPORARY_REDIRECT)
        .header(HttpHeaders.LOCATION, path.substring(path.lastIndexOf('/') + 1) + "/");
  }
}
