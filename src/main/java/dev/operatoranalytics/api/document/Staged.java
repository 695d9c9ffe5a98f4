package dev.operatoranalytics.api.document;

import graphql.schema.GraphQLFieldDefinition;
import org.jspecify.annotations.Nullable;

/** Fields with the directive {@code @staged}: each request computes temporary tables for them. */
final class Staged {
  static final String DIRECTIVE = "staged";

  static boolean isStaged(@Nullable GraphQLFieldDefinition field) {
    return field != null && field.hasAppliedDirective(DIRECTIVE);
  }

  private Staged() {}
}
