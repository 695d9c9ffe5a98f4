package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;

/** The path below which this server serves everything; empty unless a setting names one. */
@Singleton
public class ContextPath {
  private final String prefix;

  ContextPath(@Value("${micronaut.server.context-path:}") String path) {
    var trimmed = path.replaceAll("^/+|/+$", "");
    prefix = trimmed.isEmpty() ? "" : "/" + trimmed;
  }

  /** The path of a request below the prefix, such as {@code /operators}. */
  public String below(HttpRequest<?> http) {
    var path = http.getPath();
    return path.startsWith(prefix + "/") || path.equals(prefix)
        ? path.substring(prefix.length())
        : path;
  }
}
