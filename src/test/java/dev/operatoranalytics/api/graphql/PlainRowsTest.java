package dev.operatoranalytics.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.DemoServer;
import dev.operatoranalytics.api.access.Caller;
import graphql.GraphQL;
import graphql.execution.AsyncExecutionStrategy;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.transaction.TransactionOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that write themselves say byte for byte what the ordinary engine says. */
class PlainRowsTest {
  private static final int DOCUMENTS = 300;

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "operator-analytics.limits.aliases", 10_000,
              "operator-analytics.limits.depth", 100,
              "operator-analytics.limits.tokens", 1_000_000,
              "operator-analytics.limits.cost", 1_000_000_000));

  private static GraphqlEngine ordinary;

  @BeforeAll
  static void start() throws Exception {
    var faults = new Faults();
    ordinary =
        engine(
            GraphQL.newGraphQL(ordinarySchema().executable())
                .preparsedDocumentProvider(server.bean(Documents.class))
                .queryExecutionStrategy(new AsyncExecutionStrategy(faults))
                .defaultDataFetcherExceptionHandler(faults)
                .build());
    // rows that are not as the schema promises
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          alter table operator_current_state alter tvs_status drop not null;
          alter table operator_current_state drop constraint operator_current_state_tvs_status_check;
          update operator_current_state set tvs_status = 'ODD'
          where operator_id < '0x7';
          update operator_current_state set tvs_status = null
          where operator_id > '0x8';
          """);
    }
  }

  /** With cursors, without, of more rows than are put together, of fewer than there are. */
  private static final List<String> PAGES =
      List.of(
          "(first: 200) { totalCount nodes { is: __typename __typename } pageInfo { endCursor } }",
          "(first: 1000) { nodes { is: __typename } pageInfo { hasNextPage } }",
          "(last: 3) { nodes { is: __typename } pageInfo { hasNextPage hasPreviousPage } }");

  @Test
  void documents_of_every_shape_are_answered_the_same() {
    var documents =
        new RandomDocuments(
            server.bean(Schema.class),
            Map.of(
                "operators", List.of(""),
                "strategies", List.of(""),
                "delegators", List.of(""),
                "avses", List.of(""),
                "operatorsAggregate", List.of(""),
                "operator", List.of("address: \"0xa42cd0029f681b08b61f535e846f2a36f468c1c2\""),
                "delegator", List.of("address: \"0x001461c431645ae6f6279054b6572bcbf66d2a91\""),
                "strategy", List.of("address: \"0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0\""),
                "rank", List.of("metric: TVS", "metric: DELEGATORS", "metric: RISK_SCORE")),
            6);
    var withRows = 0;
    var withErrors = 0;
    for (var i = 0; i < DOCUMENTS; i++) {
      var document = documents.next();
      var fast = answer(server.bean(GraphqlEngine.class), document);
      var slow = answer(ordinary, document);

      assertThat(text(fast)).as(document).isEqualTo(text(slow));
      assertThat(slow.toString()).doesNotContain("Rows[");
      withRows += fast.toString().contains("Rows[") ? 1 : 0;
      withErrors += fast.containsKey("errors") ? 1 : 0;
    }
    assertThat(withRows).isGreaterThan(DOCUMENTS / 3);
    assertThat(withErrors).isGreaterThan(DOCUMENTS / 50);
  }

  @Test
  void each_column_of_each_list_is_told_the_same() {
    var schema = server.bean(Schema.class).executable();
    var columns = eachColumn(schema.getQueryType(), "{ %s }");
    assertThat(columns).isGreaterThan(40);
    assertThat(
            eachColumn(
                Objects.requireNonNull(schema.getObjectType("Pipeline")), "{ pipeline { %s } }"))
        .isPositive();
  }

  /** Of the lists that an object has; so many answers were columns. */
  private static int eachColumn(GraphQLObjectType parent, String within) {
    var columns = 0;
    for (var list : parent.getFieldDefinitions()) {
      if (GraphQLTypeUtil.unwrapAll(list.getType()) instanceof GraphQLObjectType connection
          && connection.getFieldDefinition("nodes") != null) {
        var row =
            (GraphQLObjectType)
                GraphQLTypeUtil.unwrapAll(connection.getFieldDefinition("nodes").getType());
        for (var field : row.getFieldDefinitions()) {
          if (GraphQLTypeUtil.isLeaf(field.getType()) && field.getArguments().isEmpty()) {
            for (var page : PAGES) {
              var document =
                  within.formatted(
                      list.getName() + page.replace("is: __typename", "is: " + field.getName()));
              var fast = answer(server.bean(GraphqlEngine.class), document);

              assertThat(text(fast)).as(document).isEqualTo(text(answer(ordinary, document)));
              columns += fast.toString().contains("Piece[json=") ? 1 : 0;
            }
          }
        }
      }
    }
    return columns;
  }

  @Test
  void a_list_too_long_to_hold_is_written_piece_by_piece_and_is_the_same() throws IOException {
    var document =
        """
        { first: delegators(first: 1000) { nodes { id address delegatedAt tvsUsd __typename } }
          operators(first: 3) { nodes { address } } }
        """;
    var fast = answer(server.bean(GraphqlEngine.class), document);

    var long_ = Answer.of(repeated(fast, 20));
    assertThat(long_.bytes()).isNull();
    assertThat(new String(long_.stream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(text(repeated(answer(ordinary, document), 20)));
  }

  /** The rows of the first list, over and over. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> repeated(Map<String, Object> answer, int times) {
    var data = (Map<String, Object>) Objects.requireNonNull(answer.get("data"));
    var first = (Map<String, Object>) Objects.requireNonNull(data.get("first"));
    var nodes = Objects.requireNonNull(first.get("nodes"));
    var rows =
        java.util.Collections.nCopies(
                times, nodes instanceof Rows list ? list.rows() : (List<Object>) nodes)
            .stream()
            .flatMap(List::stream)
            .toList();
    var all = nodes instanceof Rows list ? new Rows(rows, list.writer(), true) : rows;
    var changed = new java.util.LinkedHashMap<>(data);
    changed.put("first", Map.of("nodes", all));
    var whole = new java.util.LinkedHashMap<>(answer);
    whole.put("data", changed);
    return whole;
  }

  private static Map<String, Object> answer(GraphqlEngine engine, String document) {
    var request = new GraphqlRequest(document, null, null, Map.of(), Caller.anybody("test"), null);
    var checked = server.bean(Documents.class).find(request);
    assertThat(checked.entry().hasErrors()).as(document + checked.entry().getErrors()).isFalse();
    return engine.execute(checked, request, engine.cost(checked, request), new Work()).answer();
  }

  private static String text(Map<String, Object> answer) {
    try {
      return new String(Answer.of(answer).stream().readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("\"errorId\":\"[^\"]+\"", "\"errorId\":\"\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same fields, whose rows are records whatever is selected of them. */
  private static Schema ordinarySchema() {
    var settings = server.bean(ApiSettings.class);
    return new Schema(
        List.copyOf(
            server
                .bean(io.micronaut.context.ApplicationContext.class)
                .getBeansOfType(Wiring.class)),
        new ApiSettings(
            settings.deadline(),
            settings.greatestPage(),
            settings.greatestDocument(),
            settings.versionPoll(),
            settings.draftStatusCodes(),
            settings.trustedDocuments(),
            false,
            settings.answerCacheMb(),
            settings.measuredOperations()));
  }

  @SuppressWarnings("unchecked")
  private static GraphqlEngine engine(GraphQL graphql) {
    var context = server.bean(io.micronaut.context.ApplicationContext.class);
    return new GraphqlEngine(
        graphql,
        server.bean(Schema.class),
        (TransactionOperations<Connection>)
            context.getBean(TransactionOperations.class, Qualifiers.byName("api")),
        context.getBean(JdbcOperations.class, Qualifiers.byName("api")),
        server.bean(LatestVersion.class),
        server.bean(ApiSettings.class),
        server.bean(LimitSettings.class),
        server.bean(RequestMetrics.class),
        context.getBean(ExecutorService.class, Qualifiers.byName(TaskExecutors.SCHEDULED)),
        server.bean(AnswerMemory.class));
  }
}
