package dev.operatoranalytics.api.query;

import graphql.schema.GraphQLArgument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a field's arguments. */
public final class Arguments {
  private Arguments() {}

  /** An argument that is null means its default, as one that is left out does. */
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
