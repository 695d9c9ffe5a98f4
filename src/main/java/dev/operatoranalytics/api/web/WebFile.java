package dev.operatoranalytics.api.web;

import io.micronaut.http.MediaType;

/** A file that pages load. */
record WebFile(MediaType type, byte[] content) {
  private static final MediaType JAVASCRIPT = MediaType.of("text/javascript; charset=utf-8");
  private static final MediaType STYLES = MediaType.of("text/css; charset=utf-8");
  private static final MediaType JSON = MediaType.of("application/json; charset=utf-8");
  private static final MediaType ICON = MediaType.of("image/svg+xml");

  /** The type follows from the end of the name. */
  static WebFile of(String name, byte[] content) {
    return new WebFile(
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "js" -> JAVASCRIPT;
          case "css" -> STYLES;
          case "json" -> JSON;
          case "svg" -> ICON;
          default -> throw new IllegalArgumentException("no media type for the file " + name);
        },
        content);
  }
}
