package dev.operatoranalytics.api.document;

import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLFieldDefinition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many objects a list holds at most, as {@code @listSize} says in the schema.
 *
 * @param by argument that says how many are asked for; null for none
 * @param isDaily whether it has at most one for each day from its argument from to its argument to
 */
record ListSize(int assumed, @Nullable String by, boolean isDaily) {

  /** Null where the schema does not say it. */
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
