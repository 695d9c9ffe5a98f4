package dev.operatoranalytics.api.query;

import graphql.schema.GraphQLArgument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a field's arguments. */
public final class Arguments {
  private Arguments() {}

  /** A null argument means the default, like an omitted one. */
  public static Map<String, Object> withDefaults(
      List<GraphQLArgument> definitions, Map<String, Object> given) {
    var values = new HashMap<>(given);
    for (var argument : definitions) {
      if (argument.hasSetDefaultValue() && values.get(argument.getName()) == null) {
        values.put(argument.getName(), GraphQLArgument.getArgumentDefaultValue(argument));
      }
    }
    return values;
  }
}
