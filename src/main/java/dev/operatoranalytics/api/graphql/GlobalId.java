package dev.operatoranalytics.api.graphql;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The opaque {@code id} of a node: its type and its own key. */
public record GlobalId(String type, String key) {

  @Override
  public String toString() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((type + ":" + key).getBytes(StandardCharsets.UTF_8));
  }
}
