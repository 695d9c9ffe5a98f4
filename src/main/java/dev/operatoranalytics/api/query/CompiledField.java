package dev.operatoranalytics.api.query;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.ObjectValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLArgument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root field as one SQL statement. Its single value is the JSON of the field; it is null when the
 * rows violate the schema.
 */
final class CompiledField {
  /** Longer variables are not kept for the next request. */
  private static final int MAX_KNOWN_CHARACTERS = 4_096;

  private final String key;
  private final Parameters.Statement statement;
  private final List<FieldCall> calls;
  private final List<Relation> checks;
  private final int relations;

  /** Values of the parameters that no variable and no clock determines; null for others. */
  private final List<@Nullable Object> constants;

  private final Set<String> variableNames = new HashSet<>();

  /** Parameters of the last request: many requests have the same variables. */
  private volatile @Nullable Known last;

  /**
   * @param variables those of the field
   * @param values without the current time
   */
  private record Known(Map<String, @Nullable Object> variables, List<@Nullable Object> values) {}

  /**
   * @param key key of the field in the response
   * @param calls fields with arguments; parameters refer to them by index
   * @param checks checks that reject arguments of a call
   * @param relations number of relations that the statement reads
   */
  CompiledField(
      String key,
      Parameters.Statement statement,
      List<FieldCall> calls,
      List<Relation> checks,
      int relations) {
    this.key = key;
    this.statement = statement;
    this.calls = calls;
    this.checks = checks;
    this.relations = relations;
    this.constants = constants();
    calls.forEach(
        call -> call.arguments().forEach(given -> addVariables(given.getValue(), variableNames)));
  }

  private static void addVariables(Value<?> value, Set<String> names) {
    switch (value) {
      case VariableReference reference -> names.add(reference.getName());
      case ArrayValue several -> several.getValues().forEach(each -> addVariables(each, names));
      case ObjectValue object ->
          object.getObjectFields().forEach(part -> addVariables(part.getValue(), names));
      default -> {}
    }
  }

  /** The arguments of a field in the document. */
  record FieldCall(List<GraphQLArgument> definitions, List<Argument> arguments) {
    Map<String, Object> values(CoercedVariables variables) {
      return Arguments.withDefaults(
          definitions,
          ValuesResolver.getArgumentValues(
              definitions, arguments, variables, GraphQLContext.getDefault(), Locale.ROOT));
    }

    boolean hasVariables() {
      return arguments.stream().anyMatch(argument -> hasVariables(argument.getValue()));
    }

    private static boolean hasVariables(Value<?> value) {
      return switch (value) {
        case VariableReference _ -> true;
        case ArrayValue several -> several.getValues().stream().anyMatch(FieldCall::hasVariables);
        case ObjectValue object ->
            object.getObjectFields().stream().anyMatch(part -> hasVariables(part.getValue()));
        default -> false;
      };
    }
  }

  String key() {
    return key;
  }

  String sql() {
    return statement.sql();
  }

  int relations() {
    return relations;
  }

  private List<@Nullable Object> constants() {
    var given = new HashMap<Integer, Map<String, Object>>();
    for (var call = 0; call < calls.size(); call++) {
      if (!calls.get(call).hasVariables()) {
        given.put(call, calls.get(call).values(CoercedVariables.emptyVariables()));
      }
    }
    var values = new ArrayList<@Nullable Object>();
    for (var parameter : statement.parameters()) {
      var arguments = given.get(parameter.call());
      values.add(arguments == null ? null : parameter.value().of(arguments));
    }
    return values;
  }

  /** The values of the parameters of the statement: texts or arrays of texts. */
  List<@Nullable Object> values(CoercedVariables variables, Instant now) {
    var own = new HashMap<String, @Nullable Object>();
    for (var name : variableNames) {
      if (variables.containsKey(name)) {
        own.put(name, variables.get(name));
      }
    }
    var known = last;
    if (known == null || !known.variables().equals(own)) {
      known = new Known(own, values(variables));
      if (own.toString().length() <= MAX_KNOWN_CHARACTERS) {
        last = known;
      }
    }
    var values = new ArrayList<>(known.values());
    for (var index = 0; index < values.size(); index++) {
      if (statement.parameters().get(index).call() == Parameters.Parameter.NOW) {
        values.set(index, now.toString());
      }
    }
    return values;
  }

  private List<@Nullable Object> values(CoercedVariables variables) {
    var given = new HashMap<Integer, Map<String, Object>>();
    for (var call = 0; call < calls.size(); call++) {
      if (calls.get(call).hasVariables()) {
        var arguments = calls.get(call).values(variables);
        checks.get(call).check(arguments);
        given.put(call, arguments);
      }
    }
    var values = new ArrayList<@Nullable Object>(constants);
    for (var index = 0; index < values.size(); index++) {
      var parameter = statement.parameters().get(index);
      if (given.containsKey(parameter.call())) {
        values.set(index, parameter.value().of(given.get(parameter.call())));
      }
    }
    return values;
  }
}
