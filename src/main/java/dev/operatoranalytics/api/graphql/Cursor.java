package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.api.query.BadInput;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A position in a list, as clients send it back: a JSON array in Base64, so that a value may hold
 * any text.
 *
 * @param fingerprint of the list, its order and its filter
 * @param values of the terms of the order, null where the row has none
 */
record Cursor(String fingerprint, List<@Nullable String> values) {

  static Cursor parse(String text) {
    try (var json = Json.FACTORY.createParser(Base64.getUrlDecoder().decode(text))) {
      if (json.nextToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.VALUE_STRING) {
        throw unreadable();
      }
      var fingerprint = json.getText();
      var values = new ArrayList<@Nullable String>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        values.add(
            switch (json.currentToken()) {
              case VALUE_STRING -> json.getText();
              case VALUE_NULL -> null;
              case null, default -> throw unreadable();
            });
      }
      if (json.nextToken() != null) {
        throw unreadable();
      }
      return new Cursor(fingerprint, Collections.unmodifiableList(values));
    } catch (IllegalArgumentException | IOException e) {
      throw unreadable();
    }
  }

  static BadInput unreadable() {
    return new BadInput("not a cursor of ours: take it from an edge or from pageInfo");
  }

  @Override
  public String toString() {
    var text = new StringWriter();
    try (var json = Json.FACTORY.createGenerator(text)) {
      json.writeStartArray();
      json.writeString(fingerprint);
      for (var value : values) {
        json.writeString(value);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
