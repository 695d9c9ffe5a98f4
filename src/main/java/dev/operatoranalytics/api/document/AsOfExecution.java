package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.CompiledQuery;
import dev.operatoranalytics.api.query.QueryReader;
import dev.operatoranalytics.api.query.UserInputError;
import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.execution.CoercedVariables;
import graphql.execution.DataFetcherResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.exceptions.DataAccessException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Executes a field of the query with {@code asOf} or {@code @staged}: its selection is executed
 * separately while temporary tables, on the request's connection, hide the current tables.
 */
final class AsOfExecution {
  static final String AS_OF = "asOf";

  private final GraphQL graphql;
  private final Connection connection;
  private final Map<String, Object> variables;

  /**
   * @param connection the request's, which allows temporary tables
   * @param variables as they were sent
   */
  AsOfExecution(GraphQL graphql, Connection connection, Map<String, Object> variables) {
    this.graphql = graphql;
    this.connection = connection;
    this.variables = variables;
  }

  /** An object with completed fields. */
  record Completed(Map<String, Object> fields) {}

  /** Adds the fields of a compiled query that read temporary tables. */
  QueryReader.Read read(
      CompiledQuery query,
      QueryReader.Read read,
      CoercedVariables variables,
      GraphqlSchema schema,
      QueryReader reader) {
    if (query.roots().stream().noneMatch(CompiledQuery.Root::isStaged)) {
      return read;
    }
    var roots = new LinkedHashMap<String, Object>();
    for (var root : query.roots()) {
      var found =
          root.isStaged() && root.isCompiled()
              ? read(root, variables, schema, reader)
              : read.roots().get(root.key());
      if (found != null) {
        roots.put(root.key(), found);
      }
    }
    return read.with(roots, roots.size() == query.roots().size() && !hasFailures(roots));
  }

  private static boolean hasFailures(Map<String, Object> roots) {
    return roots.values().stream().anyMatch(root -> root instanceof RuntimeException);
  }

  private @Nullable Object read(
      CompiledQuery.Root root,
      CoercedVariables variables,
      GraphqlSchema schema,
      QueryReader reader) {
    var pastState = Objects.requireNonNull(schema.asOfFields().get(root.field().getName()));
    var arguments = root.arguments(schema.executable(), variables);
    try {
      return within(pastState, arguments, () -> reader.readUnprepared(connection, root, variables));
    } catch (UserInputError e) {
      return null; // the fallback engine reports it again, with its path
    } catch (SQLException e) {
      throw new DataAccessException("cannot read " + root.key(), e);
    }
  }

  /** Runs while temporary tables hide the current ones. */
  private interface Action {
    @Nullable Object run() throws SQLException;
  }

  private @Nullable Object within(AsOf pastState, Map<String, Object> arguments, Action action)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      pastState.stage(connection, arguments);
      forgetStatements();
      return action.run();
    } finally {
      connection.rollback(before);
      forgetStatements();
    }
  }

  @Nullable Object answer(DataFetchingEnvironment field, AsOf pastState)
      throws SQLException, InterruptedException {
    return within(pastState, field.getArguments(), () -> executePast(field));
  }

  private DataFetcherResult<Completed> executePast(DataFetchingEnvironment field) {
    var result = graphql.execute(input(field));
    Map<String, @Nullable Object> data = result.getData();
    @SuppressWarnings("unchecked") // the field is of an object type
    var fields =
        data == null ? null : (Map<String, Object>) data.get(field.getField().getResultKey());
    return DataFetcherResult.<Completed>newResult()
        .data(fields == null ? null : new Completed(fields))
        .errors(result.getErrors())
        .build();
  }

  /** A statement prepared before keeps reading the tables that it found then. */
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
                                        .map(AsOfExecution::withoutAsOf)
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
                  .filter(known -> known.getKey() != QueryReader.Read.class)
                  .forEach(known -> context.put(known.getKey(), known.getValue()));
              context.put(PreparsedDocumentEntry.class, entry);
              context.put(Staged.DIRECTIVE, true);
            })
        .build();
  }

  private static Field withoutAsOf(Field field) {
    return field.transform(
        same ->
            same.arguments(
                field.getArguments().stream()
                    .filter(argument -> !argument.getName().equals(AS_OF))
                    .toList()));
  }
}
