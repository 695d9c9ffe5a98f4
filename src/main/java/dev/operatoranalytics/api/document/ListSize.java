package dev.operatoranalytics.api.document;

import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLFieldDefinition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The max size of a list, from {@code @listSize} in the schema.
 *
 * @param by argument with the requested size; null for none
 * @param isDaily whether it has at most one item per day between its arguments from and to
 */
record ListSize(int assumed, @Nullable String by, boolean isDaily) {

  /** Null without the directive. */
  static @Nullable ListSize of(GraphQLFieldDefinition list) {
    var declared = list.getAppliedDirective("listSize");
    return declared == null
        ? null
        : new ListSize(
            (int) Objects.requireNonNull(value(declared, "assumed")),
            (String) value(declared, "by"),
            Boolean.TRUE.equals(value(declared, "daily")));
  }

  private static @Nullable Object value(GraphQLAppliedDirective declared, String name) {
    var argument = declared.getArgument(name);
    return argument == null ? null : argument.<@Nullable Object>getValue();
  }
}
