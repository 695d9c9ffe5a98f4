package dev.operatoranalytics.source.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How values become text: JSON, CSV and the hashes that stand for addresses. */
final class Format {
  /** The JSON value. */
  static final Object NULL = new Object();

  private Format() {}

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

  /** Small numbers stay numbers; whatever else is not a list or an object is told as text. */
  static String json(Object value) {
    return switch (value) {
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Struct struct -> json(struct.fields());
      case List<?> list ->
          list.stream().map(Format::json).collect(Collectors.joining(",", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quoted(entry.getKey().toString()) + ":" + json(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Object other when other == NULL -> "null";
      default -> quoted(value.toString());
    };
  }

  private static String quoted(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
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
    return out.append('"').toString();
  }

  static String csv(Object... cells) {
    return Stream.of(cells)
        .map(Object::toString)
        .map(Format::cell)
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
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return "0x" + HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
