package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The position of a row in an order: Base64 of a JSON array with a fingerprint of list, order and
 * filter, followed by the values of the order's columns. PostgreSQL computes it.
 */
final class Cursor {
  private static final JsonFactory JSON = new JsonFactory();

  private Cursor() {}

  /**
   * SQL of the JSON array of a row's cursor.
   *
   * @param fingerprint SQL of a text
   * @param alias alias of the rows
   */
  static String sql(String fingerprint, List<Order> order, String alias) {
    var values =
        order.stream()
            .map(
                term -> {
                  var json = "to_json(" + term.column().of(alias) + "::text)::text";
                  return term.isNullable() ? "coalesce(" + json + ", 'null')" : json;
                })
            .collect(joining(" || ',' || "));
    return "'[\"' || " + fingerprint + " || '\",' || " + values + " || ']'";
  }

  /** SQL of a text as URL-safe Base64 without padding. */
  static String base64(String text) {
    return "rtrim(translate(encode(convert_to(%s, 'UTF8'), 'base64'), '+/' || chr(10), '-_'), '=')"
        .formatted(text);
  }

  /** The values of the order's columns. */
  static List<@Nullable String> values(String cursor, String fingerprint, int size) {
    var parts = new ArrayList<@Nullable String>();
    try (var json = JSON.createParser(Base64.getUrlDecoder().decode(cursor))) {
      if (json.nextToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.VALUE_STRING) {
            parts.add(json.getText());
          } else if (json.currentToken() == JsonToken.VALUE_NULL) {
            parts.add(null);
          } else {
            throw notOurs();
          }
        }
      }
    } catch (IllegalArgumentException | IOException e) {
      throw notOurs();
    }
    if (parts.isEmpty()) {
      throw notOurs();
    }
    if (!fingerprint.equals(parts.getFirst()) || parts.size() != size + 1) {
      throw new UserInputError(
          "the cursor belongs to another list, order or filter: start again without it");
    }
    for (var part : parts) {
      if (part != null && part.indexOf('\0') >= 0) {
        throw notOurs();
      }
    }
    return parts.subList(1, parts.size());
  }

  static UserInputError notOurs() {
    return new UserInputError("not a cursor of ours: take it from an edge or from pageInfo");
  }
}
