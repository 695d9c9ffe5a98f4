package dev.operatoranalytics.api.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeRuntimeWiring;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dataloader.MappedBatchLoader;

/**
 * Executes documents against {@code schema.graphqls}. A request that reads data does so in one
 * read-only snapshot; one that only asks for the schema takes no connection.
 */
@Singleton
public class GraphqlEngine {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final TransactionDefinition SNAPSHOT = snapshot();

  private final GraphQL graphql;
  private final Documents documents;
  private final Map<String, MappedBatchLoader<?, ?>> batches;
  private final Set<String> ofEpochs;
  private final Set<String> selfWriting;
  private final TransactionOperations<Connection> transactions;
  private final JdbcOperations jdbc;

  GraphqlEngine(
      List<Wiring> nouns,
      @Named("api") TransactionOperations<Connection> transactions,
      @Named("api") JdbcOperations jdbc) {
    var wiring = RuntimeWiring.newRuntimeWiring();
    Scalars.ALL.forEach(wiring::scalar);
    var fields = new Fields(wiring);
    nouns.forEach(noun -> noun.wire(fields));
    wiring.type(
        TypeRuntimeWiring.newTypeWiring("Node")
            .typeResolver(
                env -> {
                  Object node = Objects.requireNonNull(env.getObject());
                  return env.getSchema().getObjectType(node.getClass().getSimpleName());
                })
            .build());
    var schema = read(wiring.build());
    this.documents = new Documents(schema);
    this.graphql =
        GraphQL.newGraphQL(schema)
            .preparsedDocumentProvider(documents)
            .queryExecutionStrategy(new PassingSelfWriting(new Faults()))
            .build();
    this.batches = fields.batches();
    this.ofEpochs = fields.ofEpochs();
    this.selfWriting = fields.selfWriting();
    this.transactions = transactions;
    this.jdbc = jdbc;
  }

  public GraphQLSchema schema() {
    return graphql.getGraphQLSchema();
  }

  /** How an answer is delivered. */
  enum Delivery {
    /** Made whole, then sent. */
    WHOLE,
    /** Likewise; it stays the same until the epochs change. */
    VERSIONED,
    /** Sent while it is made. */
    STREAMED,
    /** Likewise, and kept until the epochs change. */
    KEPT
  }

  Delivery delivery(GraphqlRequest request) {
    var asked = new HashSet<>(Documents.rootFields(documents.read(input(request))));
    var hasSelfWriting = asked.stream().anyMatch(selfWriting::contains);
    asked.remove("__typename");
    if (!asked.isEmpty() && ofEpochs.containsAll(asked)) {
      return hasSelfWriting ? Delivery.KEPT : Delivery.VERSIONED;
    }
    return hasSelfWriting ? Delivery.STREAMED : Delivery.WHOLE;
  }

  /** On the caller's thread, which may block. */
  public ExecutionResult execute(GraphqlRequest request) {
    var input = input(request);
    if (!Documents.needsData(documents.read(input))) {
      return graphql.execute(input);
    }
    return Objects.requireNonNull(transactions.execute(SNAPSHOT, status -> executeWithin(request)));
  }

  /** In the transaction under way. */
  ExecutionResult executeWithin(GraphqlRequest request) {
    var version = dataVersion();
    var answer = graphql.execute(input(request));
    return answer.transform(result -> result.addExtension("dataVersion", version));
  }

  private ExecutionInput input(GraphqlRequest request) {
    return ExecutionInput.newExecutionInput(request.query())
        .operationName(request.operationName())
        .variables(request.variables())
        .dataLoaderRegistry(Fields.registry(batches))
        .build();
  }

  private static TransactionDefinition snapshot() {
    var definition = new DefaultTransactionDefinition();
    definition.setReadOnly(true);
    definition.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
    definition.setTimeout(DEADLINE);
    return definition;
  }

  private String dataVersion() {
    return jdbc.prepareStatement(
        "select version from data_version",
        statement -> {
          try (var row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
          }
        });
  }

  private static GraphQLSchema read(RuntimeWiring wiring) {
    try (var file =
        new InputStreamReader(
            Objects.requireNonNull(
                GraphqlEngine.class.getResourceAsStream("/schema.graphqls"),
                "schema.graphqls is not on the class path"),
            StandardCharsets.UTF_8)) {
      return new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(file), wiring);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
