package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.regex.Pattern;

/** Lets clients cache assets whose URL contains a version, because their content never changes. */
@ServerFilter("/graphiql/assets/**")
class AssetCacheFilter {
  private static final Pattern VERSION = Pattern.compile("/[0-9]+\\.[0-9]+\\.[0-9]+/");

  @ResponseFilter
  void cache(HttpRequest<?> http, MutableHttpResponse<?> response) {
    var isThere =
        response.code() == HttpStatus.OK.getCode()
            || response.code() == HttpStatus.NOT_MODIFIED.getCode();
    if (isThere && VERSION.matcher(http.getPath()).find()) {
      response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
    }
  }
}
