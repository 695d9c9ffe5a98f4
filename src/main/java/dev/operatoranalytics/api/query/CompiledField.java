package dev.operatoranalytics.api.query;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.schema.GraphQLArgument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A root field as one SQL statement. Its single value is the JSON of the field; it is null when the
 * rows violate the schema.
 *
 * @param key key of the field in the response
 * @param calls fields with arguments; parameters refer to them by index
 * @param checks checks that reject arguments of a call
 * @param relations number of relations that the statement reads
 */
record CompiledField(
    String key,
    Parameters.Statement statement,
    List<FieldCall> calls,
    List<Relation> checks,
    int relations) {

  /** The arguments of a field in the document. */
  record FieldCall(List<GraphQLArgument> definitions, List<Argument> arguments) {
    Map<String, Object> values(CoercedVariables variables) {
      return Arguments.withDefaults(
          definitions,
          ValuesResolver.getArgumentValues(
              definitions, arguments, variables, GraphQLContext.getDefault(), Locale.ROOT));
    }
  }

  String sql() {
    return statement.sql();
  }

  /** The values of the parameters of the statement: texts or arrays of texts. */
  List<@Nullable Object> values(CoercedVariables variables, Instant now) {
    var arguments = new HashMap<Integer, Map<String, Object>>();
    for (var call = 0; call < calls.size(); call++) {
      var given = calls.get(call).values(variables);
      checks.get(call).check(given);
      arguments.put(call, given);
    }
    var values = new ArrayList<@Nullable Object>();
    for (var parameter : statement.parameters()) {
      values.add(
          parameter.call() == Parameters.Parameter.NOW
              ? now.toString()
              : parameter.value().of(arguments.getOrDefault(parameter.call(), Map.of())));
    }
    return values;
  }
}
