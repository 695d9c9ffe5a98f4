package dev.operatoranalytics.api.query;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a noun, as the fallback engine reads it.
 *
 * @param type type of the schema
 * @param values values by column
 */
public record Row(String type, Map<String, @Nullable Object> values) {

  public @Nullable Object get(String column) {
    return values.get(column);
  }
}
