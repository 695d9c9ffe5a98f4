package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Arguments and variables as texts: equal values have equal texts, whatever the order of parts. */
public final class Canonical {
  private Canonical() {}

  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> parts -> {
        var sorted = new TreeMap<String, String>();
        parts.forEach((name, part) -> sorted.put(String.valueOf(name), of(part)));
        yield sorted.toString();
      }
      case Collection<?> several ->
          several.stream().map(Canonical::of).collect(joining(",", "[", "]"));
      default -> "'" + value.toString().replace("'", "''") + "'";
    };
  }
}
