package dev.operatoranalytics.api.query;

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
 */
public record CompiledQuery(List<Root> roots) {

  /**
   * @param compiled null when the fallback engine resolves the field
   * @param isAsOf whether the field is requested as of an earlier moment
   */
  public record Root(MergedField field, @Nullable CompiledField compiled, boolean isAsOf) {
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
        + roots.stream()
            .mapToInt(root -> root.compiled() == null ? 100 : 2 * root.compiled().sql().length())
            .sum();
  }
}
