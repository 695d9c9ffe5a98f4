package dev.operatoranalytics.api.graphql;

import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.execution.DataFetcherResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Answers a field of the query as of an earlier moment: what is selected of it is executed on its
 * own while temporary tables of that moment, on the connection of the request, hide those of today.
 */
final class Past {
  static final String AS_OF = "asOf";
  private static final int AT_ONCE = 2;
  private static final int PATIENCE_SECONDS = 5;
  private static final Semaphore PLACES = new Semaphore(AT_ONCE);

  private final GraphQL graphql;
  private final Connection connection;
  private final Map<String, Object> variables;

  /**
   * @param connection of the request, on which temporary tables may be made
   * @param variables as they were sent
   */
  Past(GraphQL graphql, Connection connection, Map<String, Object> variables) {
    this.graphql = graphql;
    this.connection = connection;
    this.variables = variables;
  }

  /** An object whose fields are answered already. */
  record Completed(Map<String, Object> fields) {}

  /**
   * @param follows whether a field can be told of an earlier moment
   */
  DataFetcherResult<Completed> answer(
      DataFetchingEnvironment field, String key, Moment moment, Predicate<FieldCoordinates> follows)
      throws SQLException, InterruptedException {
    refuseWhatCannotFollow(field, follows);
    if (!PLACES.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new SQLTransientConnectionException("too many questions about the past at once");
    }
    try {
      return answerWithin(field, key, moment);
    } finally {
      PLACES.release();
    }
  }

  private static void refuseWhatCannotFollow(
      DataFetchingEnvironment field, Predicate<FieldCoordinates> follows) {
    for (var selected : field.getSelectionSet().getFields()) {
      for (var type : selected.getObjectTypeNames()) {
        if (!selected.getName().startsWith("__")
            && !follows.test(FieldCoordinates.coordinates(type, selected.getName()))) {
          throw new BadInput(
              "%s.%s is known of today alone: leave it out, or asOf"
                  .formatted(type, selected.getName()));
        }
      }
    }
  }

  private DataFetcherResult<Completed> answerWithin(
      DataFetchingEnvironment field, String key, Moment moment) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      moment.stage(connection, key, Objects.requireNonNull(field.getArgument(AS_OF)));
      forgetStatements();
      var result = graphql.execute(input(field));
      Map<String, @Nullable Object> data = result.getData();
      @SuppressWarnings("unchecked") // the field is of an object type
      var fields =
          data == null ? null : (Map<String, Object>) data.get(field.getField().getResultKey());
      return DataFetcherResult.<Completed>newResult()
          .data(fields == null ? null : new Completed(fields))
          .errors(result.getErrors())
          .build();
    } finally {
      connection.rollback(before);
      forgetStatements();
    }
  }

  /** A statement that was prepared before goes on reading the tables that it then found. */
  private void forgetStatements() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("deallocate all");
    }
  }

  private ExecutionInput input(DataFetchingEnvironment field) {
    var document = Document.newDocument();
    document.definition(
        field
            .getOperationDefinition()
            .transform(
                operation ->
                    operation
                        .directives(List.of())
                        .selectionSet(
                            SelectionSet.newSelectionSet()
                                .selections(
                                    field.getMergedField().getFields().stream()
                                        .map(Past::ofToday)
                                        .toList())
                                .build())));
    field.getFragmentsByName().values().forEach(document::definition);
    var entry = new PreparsedDocumentEntry(document.build());
    return ExecutionInput.newExecutionInput(AS_OF)
        .variables(variables)
        .locale(Locale.ROOT)
        .dataLoaderRegistry(new DataLoaderRegistry())
        .graphQLContext(
            context -> {
              field.getGraphQlContext().stream()
                  .forEach(known -> context.put(known.getKey(), known.getValue()));
              context.put(PreparsedDocumentEntry.class, entry);
            })
        .build();
  }

  private static Field ofToday(Field field) {
    return field.transform(
        same ->
            same.arguments(
                field.getArguments().stream()
                    .filter(argument -> !argument.getName().equals(AS_OF))
                    .toList()));
  }
}
