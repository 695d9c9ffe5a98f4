package dev.operatoranalytics.api.query;

import java.util.ArrayList;
import java.util.List;

/**
 * SQL of a JSON text that is composed of constant and computed parts. It is null when a computed
 * part is null: a required value is missing, and the fallback engine reports it.
 *
 * <p>Neighbouring constants are one literal. The parts are joined by {@code ||}: one call of {@code
 * concat} is not faster, and hides nulls.
 */
final class JsonText {
  private static final String COMPUTED = "\0";

  private final StringBuilder text = new StringBuilder();
  private final List<String> computed = new ArrayList<>();

  static JsonText of(String json) {
    return new JsonText().constant(json);
  }

  /**
   * @param sql an expression of type text
   */
  static JsonText sql(String sql) {
    return new JsonText().computed(sql);
  }

  /**
   * @param sql an expression of type text that needs no escape in a JSON string
   */
  static JsonText quoted(String sql) {
    return of("\"").computed(sql).constant("\"");
  }

  JsonText constant(String json) {
    text.append(json);
    return this;
  }

  /**
   * @param sql an expression of type text
   */
  JsonText computed(String sql) {
    text.append(COMPUTED);
    computed.add(sql);
    return this;
  }

  JsonText add(JsonText other) {
    text.append(other.text);
    computed.addAll(other.computed);
    return this;
  }

  /** A member of an object; the first one is not preceded by a comma. */
  JsonText member(String key, JsonText value) {
    if (text.charAt(text.length() - 1) != '{') {
      constant(",");
    }
    return constant("\"" + key + "\":").add(value);
  }

  /** The same text, or {@code null} where it is null. */
  JsonText orNull() {
    return sql("coalesce(" + sql() + ", 'null')");
  }

  String sql() {
    var parts = new ArrayList<String>();
    var constants = text.toString().split(COMPUTED, -1);
    for (var index = 0; index < constants.length; index++) {
      if (!constants[index].isEmpty()) {
        parts.add("'" + constants[index].replace("'", "''") + "'");
      }
      if (index < computed.size()) {
        parts.add(computed.get(index));
      }
    }
    return parts.isEmpty() ? "''" : joined(parts);
  }

  /** Joins the halves, because each {@code ||} copies its operands: long lists are copied less. */
  private static String joined(List<String> parts) {
    if (parts.size() <= 2) {
      return String.join(" || ", parts);
    }
    var middle = (parts.size() + 1) / 2;
    return "(%s) || (%s)"
        .formatted(joined(parts.subList(0, middle)), joined(parts.subList(middle, parts.size())));
  }
}
