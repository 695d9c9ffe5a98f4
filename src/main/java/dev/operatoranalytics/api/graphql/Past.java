package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.query.BadInput;
import dev.operatoranalytics.api.query.CompiledQuery;
import dev.operatoranalytics.api.query.QueryReader;
import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.execution.CoercedVariables;
import graphql.execution.DataFetcherResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import io.micronaut.data.exceptions.DataAccessException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Answers a field of the query as of an earlier moment: what is selected of it is executed on its
 * own while temporary tables of that moment, on the connection of the request, hide those of today.
 */
final class Past {
  static final String AS_OF = "asOf";

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

  /** Adds the fields of a compiled query that are asked as of an earlier moment. */
  QueryReader.Read read(
      CompiledQuery query,
      QueryReader.Read read,
      CoercedVariables variables,
      Schema schema,
      QueryReader reader) {
    if (query.roots().stream().noneMatch(CompiledQuery.Root::isAsOf)) {
      return read;
    }
    var roots = new LinkedHashMap<String, Object>();
    for (var root : query.roots()) {
      var found =
          root.isAsOf() && root.isCompiled()
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
      CompiledQuery.Root root, CoercedVariables variables, Schema schema, QueryReader reader) {
    var moment = Objects.requireNonNull(schema.moments().get(root.field().getName()));
    var arguments = root.arguments(schema.executable(), variables);
    try {
      return within(
          moment,
          String.valueOf(arguments.get("address")),
          asOf(arguments),
          () -> reader.readUnprepared(connection, root, variables));
    } catch (BadInput e) {
      return null; // the fallback engine meets it again, and says where
    } catch (SQLException e) {
      throw new DataAccessException("cannot read " + root.key(), e);
    }
  }

  @SuppressWarnings("unchecked") // an input object has texts for keys
  private static Map<String, Object> asOf(Map<String, Object> arguments) {
    return (Map<String, Object>) Objects.requireNonNull(arguments.get(AS_OF));
  }

  /** Work while temporary tables of a moment hide those of today. */
  private interface Work {
    @Nullable Object run() throws SQLException;
  }

  private @Nullable Object within(Moment moment, String key, Map<String, Object> asOf, Work work)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      moment.stage(connection, key, asOf);
      forgetStatements();
      return work.run();
    } finally {
      connection.rollback(before);
      forgetStatements();
    }
  }

  /**
   * @param follows whether a field can be told of an earlier moment
   */
  @Nullable Object answer(
      DataFetchingEnvironment field, String key, Moment moment, Predicate<FieldCoordinates> follows)
      throws SQLException, InterruptedException {
    refuseWhatCannotFollow(field, follows);
    return within(
        moment, key, Objects.requireNonNull(field.getArgument(AS_OF)), () -> answerWithin(field));
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

  private DataFetcherResult<Completed> answerWithin(DataFetchingEnvironment field) {
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
                  .filter(known -> known.getKey() != QueryReader.Read.class)
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
