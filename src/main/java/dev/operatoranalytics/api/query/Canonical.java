package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Arguments and variables as texts: equal values have equal texts, whatever the order of their
 * fields.
 */
public final class Canonical {
  private Canonical() {}

  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> parts -> {
        var sorted = new TreeMap<String, String>();
        parts.forEach(
            (name, part) -> {
              var text = String.valueOf(name);
              // names in variables can be any text
              sorted.put(text.matches("\\w+") ? text : quoted(text), of(part));
            });
        yield sorted.toString();
      }
      case Collection<?> several ->
          several.stream().map(Canonical::of).collect(joining(",", "[", "]"));
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      default -> quoted(value);
    };
  }

  private static String quoted(Object text) {
    return "'" + text.toString().replace("'", "''") + "'";
  }
}
