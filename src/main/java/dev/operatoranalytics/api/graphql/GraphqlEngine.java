package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.access.Caller;
import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.QueryReader;
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
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.http.HttpStatus;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskExecutors;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Executes documents against {@code schema.graphqls}. A request that reads data does so in one
 * read-only snapshot; one that only asks for the schema takes no connection.
 */
@Singleton
final class GraphqlEngine implements ApplicationEventListener<ServerStartupEvent> {
  // the connections of the pool are REPEATABLE READ: the settings of the data source say so
  private static final TransactionDefinition SNAPSHOT =
      definition(true, TransactionDefinition.Isolation.DEFAULT);
  private static final TransactionDefinition WITH_TEMPORARY_TABLES =
      definition(false, TransactionDefinition.Isolation.DEFAULT);
  // what a mutation has written is read by what is selected of it
  private static final TransactionDefinition FRESH =
      definition(true, TransactionDefinition.Isolation.READ_COMMITTED);

  // whoever reaches the deadline is called off as a whole, before its statement ends by itself
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final int BESIDE_STREAMS = 10;

  private final GraphQL graphql;
  private final Schema schema;
  private final TransactionOperations<Connection> transactions;
  private final QueryReader reader;
  private final boolean compiles;
  private final LatestVersion latest;
  private final Duration deadline;
  private final LimitSettings limits;
  private final RequestMetrics metrics;
  private final ScheduledExecutorService clock;
  private final AnswerMemory memory;
  private final PastQueue pasts;

  GraphqlEngine(
      GraphQL graphql,
      Schema schema,
      @Named("api") TransactionOperations<Connection> transactions,
      @Named("api") JdbcOperations jdbc,
      LatestVersion latest,
      ApiSettings settings,
      LimitSettings limits,
      RequestMetrics metrics,
      @Named(TaskExecutors.SCHEDULED) ExecutorService clock,
      AnswerMemory memory,
      PastQueue pasts,
      Clock time) {
    this.pasts = pasts;
    this.memory = memory;
    this.graphql = graphql;
    this.schema = schema;
    this.transactions = transactions;
    this.reader = new QueryReader(jdbc, time);
    this.compiles = settings.compiles();
    this.latest = latest;
    this.deadline = settings.deadline();
    this.limits = limits;
    this.metrics = metrics;
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

  /** Objects that the answer may hold. */
  long cost(Documents.Checked document, GraphqlRequest request) {
    return charge(document, request).objects();
  }

  private Cost.Charge charge(Documents.Checked document, GraphqlRequest request) {
    return Cost.of(document, request, schema.executable());
  }

  /** The same where something is sent while it is made: what stands beside it is held as long. */
  long costBesideStreams(Documents.Checked document, GraphqlRequest request) {
    var cost = cost(document, request);
    if (cost > limits.cost() / BESIDE_STREAMS) {
      throw new Refusal(
          HttpStatus.OK,
          ErrorCode.COST_EXCEEDED,
          "beside %s the answer could hold %,d other objects, at most %,d are allowed: ask apart"
              .formatted(
                  String.join(", ", schema.selfWriting()), cost, limits.cost() / BESIDE_STREAMS));
    }
    return cost;
  }

  /**
   * On the caller's thread, which may block.
   *
   * @param cost of the document
   */
  Outcome execute(Documents.Checked document, GraphqlRequest request, long cost, Work work) {
    return measured(document, request, () -> perform(document, request, null, cost, work));
  }

  /** What a subscription wants to follow, or with what errors it is refused. */
  Asked ask(Documents.Checked document, GraphqlRequest request) {
    var asking = new Asking(request.lastEventId());
    var result = graphql.execute(input(document, request, asking, new Work(), 0));
    var follow = asking.follow();
    return follow == null
        ? new Asked.Refused(new Outcome(answer(document, request, result), null))
        : new Asked.Following(follow);
  }

  /** What came of asking a subscription. */
  sealed interface Asked {
    record Following(Follow follow) implements Asked {}

    record Refused(Outcome outcome) implements Asked {}
  }

  private ExecutionInput input(
      Documents.Checked document,
      GraphqlRequest request,
      @Nullable Object root,
      Work work,
      long cost) {
    return ExecutionInput.newExecutionInput(document.text())
        .operationName(request.operationName())
        .variables(request.variables())
        .root(root)
        .locale(Locale.ROOT)
        .dataLoaderRegistry(new DataLoaderRegistry())
        .graphQLContext(
            context -> {
              context.put(Work.class, work);
              context.put(Caller.class, request.caller());
              context.put(
                  RequestCharge.class,
                  new RequestCharge(document, request, schema.executable(), cost, limits.cost()));
            })
        .build();
  }

  /** The same for one event of a subscription. */
  Outcome tell(Documents.Checked document, GraphqlRequest request, Object event) {
    return measured(
        document,
        request,
        () -> perform(document, request, event, cost(document, request), new Work()));
  }

  private <X extends Exception> Outcome measured(
      Documents.Checked document, GraphqlRequest request, ScopedValue.CallableOp<Outcome, X> work)
      throws X {
    var inSql = new LongAdder();
    var start = System.nanoTime();
    var outcome = ScopedValue.where(SqlWatch.NANOS, inSql).call(work);
    metrics.executed(document, request, outcome, System.nanoTime() - start, inSql.sum());
    return outcome;
  }

  private Outcome perform(
      Documents.Checked document,
      GraphqlRequest request,
      @Nullable Object root,
      long cost,
      Work work) {
    if (cost > limits.cost()) {
      return new Outcome(RequestCharge.tooMuch(cost, limits.cost()).answer(), null);
    }
    var input = input(document, request, root, work, cost);
    if (!document.needsData()) {
      return new Outcome(answer(document, request, graphql.execute(input)), null);
    }
    var charge = charge(document, request);
    if (!charge.readsPast()) {
      return perform(document, request, input, charge, work);
    }
    try (var _ = pasts.enter()) {
      return perform(document, request, input, charge, work);
    }
  }

  private Outcome perform(
      Documents.Checked document,
      GraphqlRequest request,
      ExecutionInput input,
      Cost.Charge charge,
      Work work) {
    var alarm =
        clock.schedule(
            () -> Thread.startVirtualThread(() -> work.callOff(Work.End.TIMEOUT)),
            deadline.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      work.waits(input);
      try (var _ = memory.take(charge.bytes())) {
        var outcome =
            Objects.requireNonNull(
                transactions.execute(
                    transaction(document, request),
                    status -> execute(document, input, request, status.getConnection(), work)));
        return work.end() == null ? outcome : new Outcome(calledOff(), null);
      }
    } catch (InterruptedException e) {
      work.ends();
      return new Outcome(Refusal.notNow("too much is being answered").answer(), null);
    } catch (RuntimeException e) {
      work.ends();
      var refusal = refusal(e);
      if (refusal != null) {
        return new Outcome(refusal.answer(), null);
      }
      return new Outcome(work.end() == null ? Faults.answer(e) : calledOff(), null);
    } finally {
      alarm.cancel(false);
    }
  }

  private static @Nullable Refusal refusal(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Refusal refusal) {
        return refusal;
      }
    }
    return null;
  }

  /** In the snapshot under way, whoever opened it. */
  Outcome executeWithin(Documents.Checked document, GraphqlRequest request) {
    return measured(document, request, () -> performWithin(document, request));
  }

  private Outcome performWithin(Documents.Checked document, GraphqlRequest request) {
    var input = input(document, request, null, new Work(), cost(document, request));
    var read = read(document, request, null);
    var answer = read.isWhole() ? whole(read) : fallback(document, request, input, read);
    answer.put("extensions", extensions(read, input));
    return new Outcome(answer, read.version());
  }

  private static TransactionDefinition transaction(
      Documents.Checked document, GraphqlRequest request) {
    if (document.isMutation(request.operationName())) {
      return FRESH;
    }
    return document.mayReadPast() ? WITH_TEMPORARY_TABLES : SNAPSHOT;
  }

  private Outcome execute(
      Documents.Checked document,
      ExecutionInput input,
      GraphqlRequest request,
      Connection connection,
      Work work)
      throws SQLException {
    work.begins(connection);
    var past = new Past(graphql, connection, request.variables());
    input.getGraphQLContext().put(Past.class, past);
    try {
      var read = read(document, request, past);
      latest.saw(read.version());
      var answer = read.isWhole() ? whole(read) : fallback(document, request, input, read);
      answer.put("extensions", extensions(read, input));
      return new Outcome(answer, read.version());
    } finally {
      work.ends();
    }
  }

  /**
   * Whatever of the document is SQL, which is all of most queries.
   *
   * @param past null where nothing can be asked as of an earlier moment
   */
  private QueryReader.Read read(
      Documents.Checked document, GraphqlRequest request, @Nullable Past past) {
    var operation = document.definition(request.operationName()).orElse(null);
    var text = document.document();
    if (!compiles
        || operation == null
        || text == null
        || operation.getOperation() != Operation.QUERY) {
      return reader.read(null, CoercedVariables.emptyVariables(), deadline.plus(GRACE));
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
      // the fallback engine refuses them, too, and says why
      return reader.read(null, CoercedVariables.emptyVariables(), deadline.plus(GRACE));
    }
    var query =
        schema
            .compiled()
            .find(document.hash(), text, operation, variables, request.caller().isAdmin());
    var read = reader.read(query, variables, deadline.plus(GRACE));
    return past == null ? read : past.read(query, read, variables, schema, reader);
  }

  private static Map<String, Object> whole(QueryReader.Read read) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("data", read.roots());
    return answer;
  }

  private Map<String, Object> fallback(
      Documents.Checked document,
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
    extensions.put("dataVersion", Long.toString(read.version()));
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

  private static Map<String, Object> calledOff() {
    return Faults.answer(ErrorCode.TIMEOUT, null);
  }

  /** Variables that are not of their types are said to be so in terms of GraphQL. */
  private Map<String, Object> answer(
      Documents.Checked document, GraphqlRequest request, ExecutionResult result) {
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
              .map(error -> Faults.withCode(error).toSpecification())
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
