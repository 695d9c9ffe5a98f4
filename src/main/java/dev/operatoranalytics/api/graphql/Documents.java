package dev.operatoranalytics.api.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.ParseAndValidate;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.schema.GraphQLSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Documents read and checked once. Those that fail are remembered too, so that sending one again
 * and again costs us no more than looking it up.
 */
final class Documents implements PreparsedDocumentProvider {
  private static final long GREATEST_WEIGHT = 32L << 20;
  private static final int WEIGHT_OF_CHARACTER = 20;
  private static final Set<String> WITHOUT_DATA = Set.of("__typename", "__schema", "__type");

  private final GraphQLSchema schema;
  private final Cache<String, PreparsedDocumentEntry> read =
      Caffeine.newBuilder()
          .maximumWeight(GREATEST_WEIGHT)
          .weigher(
              (String text, PreparsedDocumentEntry entry) ->
                  WEIGHT_OF_CHARACTER * (text.length() + 100))
          .build();

  Documents(GraphQLSchema schema) {
    this.schema = schema;
  }

  PreparsedDocumentEntry read(ExecutionInput input) {
    return read.get(input.getQuery(), text -> parse(input));
  }

  /** Whether a document asks for more than what the schema itself tells. */
  static boolean needsData(PreparsedDocumentEntry entry) {
    var document = entry.getDocument();
    return document != null
        && document.getDefinitionsOfType(OperationDefinition.class).stream()
            .flatMap(operation -> operation.getSelectionSet().getSelections().stream())
            .anyMatch(
                selection ->
                    !(selection instanceof Field field && WITHOUT_DATA.contains(field.getName())));
  }

  /** The fields of the query that a document asks for, within fragments too. */
  static Set<String> rootFields(PreparsedDocumentEntry entry) {
    var found = new HashSet<String>();
    var document = entry.getDocument();
    if (document != null) {
      document
          .getDefinitionsOfType(OperationDefinition.class)
          .forEach(operation -> collect(operation.getSelectionSet(), document, found));
    }
    return found;
  }

  private static void collect(SelectionSet selections, Document document, Set<String> into) {
    for (Object selection : selections.getSelections()) {
      switch (selection) {
        case Field field -> into.add(field.getName());
        case InlineFragment fragment -> collect(fragment.getSelectionSet(), document, into);
        case FragmentSpread spread ->
            document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .filter(fragment -> fragment.getName().equals(spread.getName()))
                .forEach(fragment -> collect(fragment.getSelectionSet(), document, into));
        default -> throw new IllegalStateException("no selection: " + selection);
      }
    }
  }

  @Override
  public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
      ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
    return CompletableFuture.completedFuture(read(input));
  }

  private PreparsedDocumentEntry parse(ExecutionInput input) {
    var result = ParseAndValidate.parseAndValidate(schema, input);
    if (!result.isFailure()) {
      return new PreparsedDocumentEntry(Objects.requireNonNull(result.getDocument()));
    }
    var code =
        result.getSyntaxException() == null ? ErrorCode.VALIDATION_FAILED : ErrorCode.SYNTAX_ERROR;
    return new PreparsedDocumentEntry(
        result.getErrors().stream().map(error -> withCode(error, code)).toList());
  }

  private static GraphQLError withCode(GraphQLError error, ErrorCode code) {
    return GraphQLError.newError()
        .message(error.getMessage().replace("%", "%%"))
        .locations(error.getLocations() == null ? List.of() : error.getLocations())
        .errorType(code)
        .extensions(java.util.Map.of("code", code.name()))
        .build();
  }
}
