package dev.operatoranalytics.api.query;

import java.util.ArrayList;
import java.util.List;

/**
 * SQL of a JSON text that is composed of constant and computed parts. It is null when a computed
 * part is null: a required value is missing, and the fallback engine reports it.
 */
final class JsonText {
  private final List<String> parts = new ArrayList<>();
  private final StringBuilder constant = new StringBuilder();

  JsonText constant(String json) {
    constant.append(json);
    return this;
  }

  /**
   * @param sql an expression of type text
   */
  JsonText computed(String sql) {
    flush();
    parts.add(sql);
    return this;
  }

  private void flush() {
    if (!constant.isEmpty()) {
      parts.add("'" + constant.toString().replace("'", "''") + "'");
      constant.setLength(0);
    }
  }

  String sql() {
    flush();
    return parts.isEmpty() ? "''" : String.join(" || ", parts);
  }
}
