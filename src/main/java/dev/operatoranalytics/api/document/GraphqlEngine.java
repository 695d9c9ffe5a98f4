package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.CompiledQuery;
import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.QueryReader;
import dev.operatoranalytics.api.query.ReadVersion;
import dev.operatoranalytics.database.ApiDatabase;
import dev.operatoranalytics.database.SqlWatch;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.execution.CoercedVariables;
import graphql.execution.RawVariables;
import graphql.execution.ValuesResolver;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.http.HttpStatus;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Executes documents against {@code schema.graphqls}. A request reads all data in one read-only
 * snapshot; a request for the schema only takes no connection.
 */
@Singleton
public final class GraphqlEngine implements ApplicationEventListener<ServerStartupEvent> {
  // the connections of the pool are REPEATABLE READ: the settings of the data source say so
  private static final TransactionDefinition SNAPSHOT =
      definition(true, TransactionDefinition.Isolation.DEFAULT);
  private static final TransactionDefinition WITH_TEMPORARY_TABLES =
      definition(false, TransactionDefinition.Isolation.DEFAULT);
  // the selection of a mutation reads what it has written
  private static final TransactionDefinition FRESH =
      definition(true, TransactionDefinition.Isolation.READ_COMMITTED);

  // at the deadline the request is cancelled as a whole, before the timeout of its statement
  private static final String STANDBY_LAG = "standbyLagSeconds";

  static final Duration GRACE = Duration.ofMillis(500);

  private static final TransactionDefinition WITH_TEMPORARY_TABLES_ELSEWHERE =
      definition(false, TransactionDefinition.Isolation.REPEATABLE_READ);

  private static final int OUTSIDE_STREAM_SHARE = 10;

  private final GraphQL graphql;
  private final GraphqlSchema schema;
  private final TransactionOperations<Connection> transactions;
  private final DataSource pool;
  private final SqlWatch watch;
  private final QueryReader reader;
  private final boolean compiles;
  private final LatestVersion latest;
  private final Duration deadline;
  private final LimitSettings limits;
  private final RequestMetrics metrics;
  private final Deadlines deadlines;
  private final ResponseMemoryLimit memory;
  private final AsOfQueue asOfQueue;
  private final ApiDatabase database;

  GraphqlEngine(
      GraphQL graphql,
      GraphqlSchema schema,
      @Named("api") TransactionOperations<Connection> transactions,
      @Named("api") JdbcOperations jdbc,
      @Named("api") DataSource pool,
      DataSourceResolver withoutTransactions,
      SqlWatch watch,
      LatestVersion latest,
      ApiSettings settings,
      LimitSettings limits,
      RequestMetrics metrics,
      Deadlines deadlines,
      ResponseMemoryLimit memory,
      AsOfQueue asOfQueue,
      ApiDatabase database,
      Clock time) {
    this.database = database;
    this.asOfQueue = asOfQueue;
    this.memory = memory;
    this.graphql = graphql;
    this.schema = schema;
    this.transactions = transactions;
    this.pool = SqlWatch.unwatched(withoutTransactions.resolve(pool));
    this.watch = watch;
    this.reader = new QueryReader(jdbc, database::isPooled, time);
    this.compiles = settings.compiles();
    this.latest = latest;
    this.deadline = settings.deadline();
    this.limits = limits;
    this.metrics = metrics;
    this.deadlines = deadlines;
  }

  /**
   * The result of a request.
   *
   * @param answer the members of the response, in their order
   * @param version of the data; null when it read none
   */
  public record ExecutionOutcome(Map<String, Object> answer, @Nullable ReadVersion version) {
    /** Whether a standby answered that may lack commits of its primary. */
    public boolean isBehind() {
      return answer.get("extensions") instanceof Map<?, ?> extensions
          && extensions.get(STANDBY_LAG) instanceof Double lag
          && lag > 0;
    }

    public boolean hasErrors() {
      return answer.containsKey("errors");
    }

    public boolean wasExecuted() {
      return answer.containsKey("data");
    }

    /** The code of the first error. */
    public ErrorCode code() {
      var errors = (List<?>) Objects.requireNonNull(answer.get("errors"));
      var extensions = (Map<?, ?>) ((Map<?, ?>) errors.getFirst()).get("extensions");
      return ErrorCode.valueOf(String.valueOf(Objects.requireNonNull(extensions).get("code")));
    }
  }

  /** Loads the schema at start, so that a field without a fetcher stops the server. */
  @Override
  public void onApplicationEvent(ServerStartupEvent started) {
    Objects.requireNonNull(schema.hash());
  }

  /** Max objects of the response. */
  public long cost(DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    return charge(document, request).objects();
  }

  private Cost.CostEstimate charge(
      DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    return Cost.of(document, request, schema.executable());
  }

  /** The cost outside streamed fields, which is held in memory as long as the stream lasts. */
  public long costOutsideStream(DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    var cost = cost(document, request);
    if (cost > limits.cost() / OUTSIDE_STREAM_SHARE) {
      throw new RequestRejected(
          HttpStatus.OK,
          ErrorCode.COST_EXCEEDED,
          "beside %s the response could hold %,d other objects, at most %,d are allowed: use two requests"
              .formatted(
                  String.join(", ", schema.streamed()),
                  cost,
                  limits.cost() / OUTSIDE_STREAM_SHARE));
    }
    return cost;
  }

  /**
   * Executes on the caller's thread, which may block.
   *
   * @param cost of the document
   */
  public ExecutionOutcome execute(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      long cost,
      CancellationToken cancellation) {
    return measured(document, request, () -> perform(document, request, null, cost, cancellation));
  }

  /** Evaluates a subscription: its filter, or its errors. */
  public SubscriptionResult subscribe(
      DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    var source = new SubscriptionSource(request.lastEventId());
    var result = graphql.execute(input(document, request, source, new CancellationToken(), 0));
    var filter = source.filter();
    return filter == null
        ? new SubscriptionResult.Rejected(
            new ExecutionOutcome(answer(document, request, result), null))
        : new SubscriptionResult.Accepted(filter);
  }

  /** The filter of a subscription, or its errors. */
  public sealed interface SubscriptionResult {
    record Accepted(SubscriptionFilter filter) implements SubscriptionResult {}

    record Rejected(ExecutionOutcome outcome) implements SubscriptionResult {}
  }

  private ExecutionInput input(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      @Nullable Object root,
      CancellationToken cancellation,
      long cost) {
    return ExecutionInput.newExecutionInput(document.text())
        .operationName(request.operationName())
        .variables(request.variables())
        .root(root)
        .locale(Locale.ROOT)
        .dataLoaderRegistry(new DataLoaderRegistry())
        .graphQLContext(
            context -> {
              context.put(CancellationToken.class, cancellation);
              context.put(Caller.class, request.caller());
              context.put(
                  RequestCharge.class,
                  new RequestCharge(document, request, schema.executable(), cost, limits.cost()));
            })
        .build();
  }

  /** Executes the document for one event of a subscription. */
  public ExecutionOutcome executeEvent(
      DocumentCache.ValidatedDocument document, GraphqlRequest request, Object event) {
    return measured(
        document,
        request,
        () -> perform(document, request, event, cost(document, request), new CancellationToken()));
  }

  private <X extends Exception> ExecutionOutcome measured(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      ScopedValue.CallableOp<ExecutionOutcome, X> cancellation)
      throws X {
    var inSql = new LongAdder();
    var start = System.nanoTime();
    var outcome = ScopedValue.where(SqlWatch.NANOS, inSql).call(cancellation);
    metrics.executed(document, request, outcome, System.nanoTime() - start, inSql.sum());
    return outcome;
  }

  private ExecutionOutcome perform(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      @Nullable Object root,
      long cost,
      CancellationToken cancellation) {
    if (cost > limits.cost()) {
      return new ExecutionOutcome(RequestCharge.costExceeded(cost, limits.cost()).answer(), null);
    }
    var input = input(document, request, root, cancellation, cost);
    if (!document.needsData()) {
      return new ExecutionOutcome(answer(document, request, graphql.execute(input)), null);
    }
    var charge = charge(document, request);
    if (document.isMutation(request.operationName())) {
      // its selection reads what it has written
      return database.onPrimary(() -> perform(document, request, input, charge, cancellation));
    }
    if (!charge.usesAsOf()) {
      return perform(document, request, input, charge, cancellation);
    }
    try (var _ = asOfQueue.enter()) {
      return database.onPrimary(() -> perform(document, request, input, charge, cancellation));
    }
  }

  private ExecutionOutcome perform(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      ExecutionInput input,
      Cost.CostEstimate charge,
      CancellationToken cancellation) {
    var timeout = deadlines.start(deadline, cancellation);
    try {
      cancellation.awaitConnection(input);
      try (var _ = memory.acquire(charge.bytes())) {
        var compiled = compiled(document, request);
        var atOnce = executeAtOnce(compiled, input, cancellation);
        var outcome =
            atOnce != null
                ? atOnce
                : Objects.requireNonNull(
                    transactions.execute(
                        transaction(document, request, charge),
                        status ->
                            execute(
                                document,
                                compiled,
                                input,
                                request,
                                status.getConnection(),
                                cancellation)));
        return cancellation.reason() == null ? outcome : new ExecutionOutcome(timedOut(), null);
      }
    } catch (InterruptedException e) {
      cancellation.released();
      return new ExecutionOutcome(
          RequestRejected.busy("too many requests wait for memory or connections").answer(), null);
    } catch (RuntimeException e) {
      cancellation.released();
      var rejection = rejection(e);
      if (rejection != null) {
        return new ExecutionOutcome(rejection.answer(), null);
      }
      return new ExecutionOutcome(
          cancellation.reason() == null ? ErrorMapper.answer(e) : timedOut(), null);
    } finally {
      timeout.cancel(false);
    }
  }

  private static @Nullable RequestRejected rejection(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RequestRejected rejection) {
        return rejection;
      }
    }
    return null;
  }

  /** Executes in the caller's snapshot. */
  public ExecutionOutcome executeWithin(
      DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    return measured(document, request, () -> performWithin(document, request));
  }

  private ExecutionOutcome performWithin(
      DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    var input = input(document, request, null, new CancellationToken(), cost(document, request));
    var read = read(compiled(document, request), null);
    // such responses are cached, and the lag grows meanwhile
    return outcome(document, request, input, read.withoutLag());
  }

  private ExecutionOutcome outcome(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      ExecutionInput input,
      QueryReader.Read read) {
    var answer = read.isWhole() ? whole(read) : fallback(document, request, input, read);
    answer.put("extensions", extensions(read, input));
    return new ExecutionOutcome(answer, read.version());
  }

  private TransactionDefinition transaction(
      DocumentCache.ValidatedDocument document, GraphqlRequest request, Cost.CostEstimate charge) {
    if (document.isMutation(request.operationName())) {
      return FRESH;
    }
    if (database.isOnPrimary()) {
      return WITH_TEMPORARY_TABLES_ELSEWHERE;
    }
    return charge.usesAsOf() || document.mayUseAsOf() ? WITH_TEMPORARY_TABLES : SNAPSHOT;
  }

  /**
   * Executes a query that is one statement, without a transaction.
   *
   * @return null when the query needs one
   */
  private @Nullable ExecutionOutcome executeAtOnce(
      @Nullable Compiled compiled, ExecutionInput input, CancellationToken cancellation) {
    if (compiled == null || !compiled.query().isOneStatement() || database.isPooled()) {
      return null;
    }
    try (var connection = pool.getConnection()) {
      cancellation.connected(connection);
      Optional<QueryReader.Read> found;
      try {
        found =
            watch.watch(
                Objects.requireNonNull(compiled.query().statement()),
                () ->
                    Optional.ofNullable(
                        reader.readAtOnce(connection, compiled.query(), compiled.variables())));
      } finally {
        cancellation.released();
      }
      if (found.isEmpty()) {
        cancellation.awaitConnection(input);
        return null;
      }
      var read = found.get();
      latest.observe(read.version(), read.lag());
      var answer = whole(read);
      answer.put("extensions", extensions(read, input));
      return new ExecutionOutcome(answer, read.version());
    } catch (SQLException e) {
      throw new DataAccessException("cannot read a query", e);
    }
  }

  private ExecutionOutcome execute(
      DocumentCache.ValidatedDocument document,
      @Nullable Compiled compiled,
      ExecutionInput input,
      GraphqlRequest request,
      Connection connection,
      CancellationToken cancellation)
      throws SQLException {
    cancellation.connected(connection);
    var asOf = new AsOfExecution(graphql, connection, request.variables());
    input.getGraphQLContext().put(AsOfExecution.class, asOf);
    try {
      var read = read(compiled, asOf);
      if (!database.isOnPrimary()) {
        latest.observe(read.version(), read.lag());
      }
      return outcome(document, request, input, read);
    } finally {
      cancellation.released();
    }
  }

  /** A compiled query with the values of its variables. */
  private record Compiled(CompiledQuery query, CoercedVariables variables) {}

  /** The compiled query; null when the fallback engine executes the document. */
  private @Nullable Compiled compiled(
      DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    var operation = document.definition(request.operationName()).orElse(null);
    var text = document.document();
    if (!compiles
        || operation == null
        || text == null
        || operation.getOperation() != Operation.QUERY) {
      return null;
    }
    CoercedVariables variables;
    try {
      variables =
          ValuesResolver.coerceVariableValues(
              schema.executable(),
              operation.getVariableDefinitions(),
              RawVariables.of(request.variables()),
              GraphQLContext.getDefault(),
              Locale.ROOT);
    } catch (GraphQLException e) {
      return null; // the fallback engine reports the errors
    }
    var isAdmin = request.caller().isAdmin();
    var query = schema.compiled().find(document.hash(), text, operation, variables, isAdmin);
    for (var root : query.roots()) {
      if (root.fallback() != null) {
        metrics.notCompiled(root.fallback());
      }
    }
    return new Compiled(query, variables);
  }

  /**
   * Reads the compiled fields.
   *
   * @param asOf null where {@code asOf} is not supported
   */
  private QueryReader.Read read(@Nullable Compiled compiled, @Nullable AsOfExecution asOf) {
    var timeout = deadline.plus(GRACE);
    if (compiled == null) {
      return reader.read(null, CoercedVariables.emptyVariables(), timeout);
    }
    var read = reader.read(compiled.query(), compiled.variables(), timeout);
    return asOf == null
        ? read
        : asOf.read(compiled.query(), read, compiled.variables(), schema, reader);
  }

  private static Map<String, Object> whole(QueryReader.Read read) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("data", read.roots());
    return answer;
  }

  private Map<String, Object> fallback(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      ExecutionInput input,
      QueryReader.Read read) {
    input.getGraphQLContext().put(QueryReader.Read.class, read);
    return answer(document, request, graphql.execute(input));
  }

  private static Map<String, Object> extensions(QueryReader.Read read, ExecutionInput input) {
    RequestCharge charge =
        Objects.requireNonNull(input.getGraphQLContext().get(RequestCharge.class));
    var extensions = new LinkedHashMap<String, Object>();
    extensions.put("dataVersion", Long.toString(read.version().number()));
    extensions.put("dataEpoch", Long.toString(read.version().epoch()));
    if (read.lag() != null) {
      extensions.put(STANDBY_LAG, Math.round(read.lag() * 1000) / 1000.0);
    }
    if (read.isFilling()) {
      extensions.put("isFilling", true);
    }
    if (read.block() != null) {
      var asOf = new LinkedHashMap<String, @Nullable Object>();
      asOf.put("block", Long.toString(read.block()));
      asOf.put("isFinal", read.isFinal());
      extensions.put("asOf", asOf);
    }
    extensions.put("cost", charge.objects());
    return extensions;
  }

  private static Map<String, Object> timedOut() {
    return ErrorMapper.answer(ErrorCode.TIMEOUT, null);
  }

  /** Reports values of variables with wrong types in terms of GraphQL. */
  private Map<String, Object> answer(
      DocumentCache.ValidatedDocument document, GraphqlRequest request, ExecutionResult result) {
    var answer = new LinkedHashMap<String, Object>();
    if (result.isDataPresent()) {
      answer.put("data", result.getData());
    } else {
      var wrong = document.problems(request, schema.executable());
      if (!wrong.isEmpty()) {
        answer.put("errors", wrong.stream().map(GraphQLError::toSpecification).toList());
        return answer;
      }
    }
    if (!result.getErrors().isEmpty()) {
      answer.put(
          "errors",
          result.getErrors().stream()
              .map(error -> ErrorMapper.withCode(error).toSpecification())
              .toList());
    }
    return answer;
  }

  private static TransactionDefinition definition(
      boolean isReadOnly, TransactionDefinition.Isolation isolation) {
    var definition = new DefaultTransactionDefinition();
    definition.setReadOnly(isReadOnly);
    definition.setIsolationLevel(isolation);
    return definition;
  }
}
