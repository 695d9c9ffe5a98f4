package dev.operatoranalytics.api.query;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The opaque {@code id} of a node: its type and its own key. */
public record GlobalId(String type, String key) {

  public static GlobalId parse(String id) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8);
      var colon = text.indexOf(':');
      if (colon > 0) {
        return new GlobalId(text.substring(0, colon), text.substring(colon + 1));
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw new UserInputError("not an id of ours: take it from the id field of a node");
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((type + ":" + key).getBytes(StandardCharsets.UTF_8));
  }
}
