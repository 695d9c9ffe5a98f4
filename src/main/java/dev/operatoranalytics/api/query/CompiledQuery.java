package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.execution.CoercedVariables;
import graphql.execution.MergedField;
import graphql.schema.GraphQLSchema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A query with the root fields that could be compiled to SQL.
 *
 * @param roots root fields in the order of the response
 * @param statement reads all root fields and the data version; null when it cannot
 */
public record CompiledQuery(List<Root> roots, @Nullable String statement) {
  /** Max. relations of one statement for all root fields: it is planned as a whole. */
  private static final int MAX_RELATIONS = 60;

  static CompiledQuery of(List<Root> roots) {
    return new CompiledQuery(
        List.copyOf(roots), canBeOneStatement(roots) ? statement(roots) : null);
  }

  private static boolean canBeOneStatement(List<Root> roots) {
    return roots.stream().allMatch(root -> root.isCompiled() && !root.isStaged())
        && roots.stream()
                .mapToInt(root -> Objects.requireNonNull(root.compiled()).relations())
                .sum()
            <= MAX_RELATIONS;
  }

  private static String statement(List<Root> roots) {
    var columns =
        roots.stream()
            .map(root -> ",\n(" + Objects.requireNonNull(root.compiled()).sql() + ")")
            .collect(joining());
    return "select " + QueryReader.DATA_COLUMNS + columns + QueryReader.FROM_DATA;
  }

  /** Why the fallback engine resolves a root field, with more statements and more CPU. */
  public enum FallbackReason {
    /** More relations than are planned in time. */
    RELATIONS,
    /** A part of the field is computed in Java, or has several types. */
    UNSUPPORTED,
    /** An invalid value: the fallback engine reports it with its location. */
    INVALID_VALUE
  }

  /** Whether one statement reads the whole query. */
  public boolean isOneStatement() {
    return statement != null;
  }

  /**
   * @param compiled null when the fallback engine resolves the field
   * @param fallback why it does; null when the field is compiled
   * @param isStaged whether it reads temporary tables: with {@code asOf}, or {@code @staged}
   */
  public record Root(
      MergedField field,
      @Nullable CompiledField compiled,
      @Nullable FallbackReason fallback,
      boolean isStaged) {
    public String key() {
      return field.getResultKey();
    }

    public boolean isCompiled() {
      return compiled != null;
    }

    public Map<String, Object> arguments(GraphQLSchema schema, CoercedVariables variables) {
      var definition =
          Objects.requireNonNull(schema.getQueryType().getFieldDefinition(field.getName()));
      return new CompiledField.FieldCall(definition.getArguments(), field.getArguments())
          .values(variables);
    }
  }

  int length() {
    return 200
        + (statement == null ? 0 : statement.length())
        + roots.stream()
            .mapToInt(root -> root.compiled() == null ? 100 : 2 * root.compiled().sql().length())
            .sum();
  }
}
