package dev.operatoranalytics.api.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Executes documents against {@code schema.graphqls}. A request that reads data does so in one
 * read-only snapshot; one that only asks for the schema takes no connection.
 */
@Singleton
final class GraphqlEngine implements ApplicationEventListener<ServerStartupEvent> {
  private static final TransactionDefinition SNAPSHOT = snapshot(true);
  private static final TransactionDefinition WITH_TEMPORARY_TABLES = snapshot(false);

  private final GraphQL graphql;
  private final Schema schema;
  private final TransactionOperations<Connection> transactions;
  private final JdbcOperations jdbc;
  private final LatestVersion latest;
  private final Duration deadline;
  private final ScheduledExecutorService clock;

  GraphqlEngine(
      GraphQL graphql,
      Schema schema,
      @Named("api") TransactionOperations<Connection> transactions,
      @Named("api") JdbcOperations jdbc,
      LatestVersion latest,
      ApiSettings settings,
      @Named(TaskExecutors.SCHEDULED) ExecutorService clock) {
    this.graphql = graphql;
    this.schema = schema;
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.latest = latest;
    this.deadline = settings.deadline();
    this.clock = (ScheduledExecutorService) clock;
  }

  /**
   * What came of a request.
   *
   * @param answer the members of the response, in their order
   * @param version of the data it was read from; null when it needed none
   */
  record Outcome(Map<String, Object> answer, @Nullable Long version) {
    boolean hasErrors() {
      return answer.containsKey("errors");
    }

    boolean hasData() {
      return answer.get("data") != null;
    }

    boolean wasExecuted() {
      return answer.containsKey("data");
    }

    /** Of the first error. */
    ErrorCode code() {
      var errors = (List<?>) Objects.requireNonNull(answer.get("errors"));
      var extensions = (Map<?, ?>) ((Map<?, ?>) errors.getFirst()).get("extensions");
      return ErrorCode.valueOf(String.valueOf(Objects.requireNonNull(extensions).get("code")));
    }
  }

  /** The server starts only with a schema that is answered whole. */
  @Override
  public void onApplicationEvent(ServerStartupEvent started) {
    Objects.requireNonNull(schema.hash());
  }

  /** On the caller's thread, which may block. */
  Outcome execute(Documents.Checked document, GraphqlRequest request, Work work) {
    var input =
        ExecutionInput.newExecutionInput(document.text())
            .operationName(request.operationName())
            .variables(request.variables())
            .dataLoaderRegistry(Fields.registry(schema.batches()))
            .graphQLContext(context -> context.put(Work.class, work))
            .build();
    if (!document.needsData()) {
      return new Outcome(answer(graphql.execute(input)), null);
    }
    var alarm =
        clock.schedule(
            () -> Thread.startVirtualThread(() -> work.callOff(Work.End.TIMEOUT)),
            deadline.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      work.waits(input);
      var outcome =
          Objects.requireNonNull(
              transactions.execute(
                  document.mayReadPast() ? WITH_TEMPORARY_TABLES : SNAPSHOT,
                  status -> execute(input, request, status.getConnection(), work)));
      return work.end() == null ? outcome : new Outcome(calledOff(), null);
    } catch (RuntimeException e) {
      work.ends();
      return new Outcome(work.end() == null ? Faults.answer(e) : calledOff(), null);
    } finally {
      alarm.cancel(false);
    }
  }

  /** In the snapshot under way, whoever opened it. */
  Outcome executeWithin(Documents.Checked document, GraphqlRequest request) throws SQLException {
    var input =
        ExecutionInput.newExecutionInput(document.text())
            .operationName(request.operationName())
            .variables(request.variables())
            .dataLoaderRegistry(Fields.registry(schema.batches()))
            .graphQLContext(context -> context.put(Work.class, new Work()))
            .build();
    var answer = answer(graphql.execute(input));
    var version = begin();
    answer.put("extensions", Map.of("dataVersion", Long.toString(version)));
    return new Outcome(answer, version);
  }

  private Outcome execute(
      ExecutionInput input, GraphqlRequest request, Connection connection, Work work)
      throws SQLException {
    work.begins(connection);
    input
        .getGraphQLContext()
        .put(
            Past.class, new Past(graphql, schema.batches(), connection, request.variables(), work));
    try {
      var version = begin();
      latest.saw(version);
      var answer = answer(graphql.execute(input));
      answer.put("extensions", Map.of("dataVersion", Long.toString(version)));
      return new Outcome(answer, version);
    } finally {
      work.ends();
    }
  }

  private static Map<String, Object> calledOff() {
    return Faults.answer(ErrorCode.TIMEOUT, null);
  }

  private static Map<String, Object> answer(ExecutionResult result) {
    var answer = new LinkedHashMap<String, Object>();
    if (result.isDataPresent()) {
      answer.put("data", result.getData());
    }
    if (!result.getErrors().isEmpty()) {
      answer.put(
          "errors",
          result.getErrors().stream()
              .map(error -> Faults.withCode(error).toSpecification())
              .toList());
    }
    return answer;
  }

  private static TransactionDefinition snapshot(boolean isReadOnly) {
    var definition = new DefaultTransactionDefinition();
    definition.setReadOnly(isReadOnly);
    definition.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
    return definition;
  }

  /** The statement that the snapshot begins with; none after it runs longer than the deadline. */
  private long begin() {
    return jdbc.prepareStatement(
        "select version, set_config('statement_timeout', ?, true) from data_version",
        statement -> {
          statement.setString(1, deadline.toMillis() + "ms");
          try (var row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }
}
