package dev.operatoranalytics.api.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one statement. While the SQL is composed, tokens represent them, so that parts
 * can be composed in any order; values never become part of the text.
 */
final class Parameters {
  private static final char MARK = '\u0001';

  private final List<Parameter> all = new ArrayList<>();

  /** Reads a value from the arguments of a field, or from other data of the request. */
  interface Value {
    @Nullable Object of(Map<String, Object> arguments);
  }

  /**
   * @param call the field whose arguments contain the value; {@link #NOW} for the current time
   */
  record Parameter(int call, Value value) {
    static final int NOW = -1;
  }

  /**
   * A statement with its parameters in the order of its question marks.
   *
   * @param parameters one entry per occurrence
   */
  record Statement(String sql, List<Parameter> parameters) {}

  /** A token for the position of the value. */
  String add(int call, Value value) {
    all.add(new Parameter(call, value));
    return MARK + Integer.toString(all.size() - 1) + MARK;
  }

  String now() {
    return add(Parameter.NOW, arguments -> null) + "::timestamptz";
  }

  Statement statement(String sql) {
    var text = new StringBuilder(sql.length());
    var used = new ArrayList<Parameter>();
    for (var at = 0; at < sql.length(); at++) {
      var character = sql.charAt(at);
      if (character == MARK) {
        var end = sql.indexOf(MARK, at + 1);
        used.add(all.get(Integer.parseInt(sql.substring(at + 1, end))));
        text.append('?');
        at = end;
      } else {
        text.append(character);
      }
    }
    return new Statement(text.toString(), List.copyOf(used));
  }
}
