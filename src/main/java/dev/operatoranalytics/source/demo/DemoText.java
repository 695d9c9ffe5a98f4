package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.chain.Sha256;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats values as JSON and CSV, and derives addresses from hashes. */
final class DemoText {
  /** The JSON value null. */
  static final Object NULL = new Object();

  private DemoText() {}

  /** A struct of the contracts. */
  interface Struct {
    Map<String, Object> fields();
  }

  /** An object with comma-separated {@code names}, in that order. */
  static Map<String, Object> fields(String names, Object... values) {
    var fields = new LinkedHashMap<String, Object>();
    for (var name : names.split(",", -1)) {
      fields.put(name, values[fields.size()]);
    }
    return fields;
  }

  /**
   * Formats a value as JSON: int and long as numbers, lists and objects as such, others as strings.
   */
  static String json(Object value) {
    var out = new StringBuilder();
    json(value, out);
    return out.toString();
  }

  private static void json(Object value, StringBuilder out) {
    switch (value) {
      case Integer number -> out.append(number.intValue());
      case Long number -> out.append(number.longValue());
      case Struct struct -> json(struct.fields(), out);
      case List<?> list -> {
        var before = '[';
        for (var each : list) {
          json(each, out.append(before));
          before = ',';
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case Map<?, ?> map -> {
        var before = '{';
        for (var entry : map.entrySet()) {
          quote(entry.getKey().toString(), out.append(before));
          json(entry.getValue(), out.append(':'));
          before = ',';
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case Object other when other == NULL -> out.append("null");
      default -> quote(value.toString(), out);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  static String csv(Object... cells) {
    return Stream.of(cells)
        .map(Object::toString)
        .map(DemoText::cell)
        .collect(Collectors.joining(","));
  }

  private static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  static String address(Object... parts) {
    return hash(parts).substring(0, 42);
  }

  static String hash(Object... parts) {
    var text = Stream.of(parts).map(Object::toString).collect(Collectors.joining(":"));
    return "0x" + Sha256.of(text);
  }
}
