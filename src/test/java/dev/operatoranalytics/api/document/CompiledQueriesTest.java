package dev.operatoranalytics.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.DemoServer;
import dev.operatoranalytics.api.http.Authenticator;
import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.database.ApiDatabase;
import dev.operatoranalytics.database.SqlWatch;
import graphql.GraphQL;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.transaction.TransactionOperations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled queries and the fallback engine return the same bytes. */
@Tag("slow")
class CompiledQueriesTest {
  private static final int DOCUMENTS = 500;
  private static final long MAX_COST = 5_000;
  private static final String ADMIN = "admin-key-of-sixteen";
  private static final String OPERATOR = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  private static final String DELEGATOR = "0x001461c431645ae6f6279054b6572bcbf66d2a91";
  private static final String NATIVE_ETH = "0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
              Map.of(
                  "operator-analytics.access.admin-token", ADMIN,
                  "operator-analytics.limits.aliases", 10_000,
                  "operator-analytics.limits.depth", 100,
                  "operator-analytics.limits.tokens", 1_000_000,
                  "operator-analytics.limits.cost", 1_000_000_000,
                  // both roles mostly send the same statements: each is planned once
                  "datasources.api.data-source-properties.prepareThreshold", 1))
          .withDays();

  private static GraphqlEngine fallback;

  @BeforeAll
  static void start() throws Exception {
    fallback = fallback();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "network-page",
        "operator-page",
        "operators-table",
        "operator-delegators",
        "comparison",
        "leaderboard",
        "strategies-table",
        "strategy-page",
        "avses-table",
        "delegator-page",
        "slashes",
        "avs-page",
        "network-history",
        "pipeline-status"
      })
  void both_engines_answer_the_dashboard_documents_the_same(String name) throws Exception {
    assertSame(Files.readString(Path.of("docs/queries").resolve(name + ".graphql")), Map.of());
  }

  @Test
  void both_engines_answer_random_documents_the_same_in_both_roles_as_data_change()
      throws Exception {
    assertSameAnswers(DOCUMENTS, 6);
    var before = version();

    server.tables().execute("update token_prices set price_usd = price_usd * 1.5");
    server.tables().update();

    assertThat(version()).isNotEqualTo(before);
    assertSameAnswers(DOCUMENTS / 2, 7);
  }

  /** Arguments of slashes by the operator sets that can slash most operators. */
  private static List<String> slashes() {
    return server
        .tables()
        .rows(
            """
            select
                format(
                    'avs: "%s", number: %s, wad: "300000000000000001"',
                    split_part(operator_set_id, '-', 1), split_part(operator_set_id, '-', 2)
                )
            from operator_allocations
            where is_slashable
            group by operator_set_id
            order by count(*) desc, operator_set_id
            limit 3
            """)
        .stream()
        .map(List::getFirst)
        .toList();
  }

  private static String version() {
    return server.tables().rows("select version from data_version").getFirst().getFirst();
  }

  private static void assertSameAnswers(int count, long seed) {
    var documents =
        new RandomDocuments(
            server.bean(GraphqlSchema.class),
            Map.ofEntries(
                Map.entry("operators", List.of("")),
                Map.entry("strategies", List.of("")),
                Map.entry("delegators", List.of("")),
                Map.entry("avses", List.of("")),
                Map.entry("operatorsAggregate", List.of("")),
                Map.entry("slashingIncidents", List.of("")),
                Map.entry("commissionChanges", List.of("")),
                Map.entry("activity", List.of("")),
                Map.entry("network", List.of("")),
                Map.entry("operator", List.of("address: \"" + OPERATOR + "\"")),
                Map.entry("delegator", List.of("address: \"" + DELEGATOR + "\"")),
                Map.entry("strategy", List.of("address: \"" + NATIVE_ETH + "\"")),
                Map.entry("node", List.of("id: \"" + id("Operator", OPERATOR) + "\"")),
                Map.entry("distribution", List.of("metric: TVS_USD")),
                Map.entry("slashPreview", slashes()),
                Map.entry(
                    "slashPreviews",
                    List.of("slashes: [{ %s }]".formatted(String.join(" }, { ", slashes())))),
                Map.entry("rank", List.of("metric: TVS_USD", "metric: ACTIVE_DELEGATORS"))),
            seed);
    var asked = 0;
    while (asked < count) {
      var document = documents.next();
      if (cost(document) < MAX_COST) {
        assertSame(document, Map.of());
        asked++;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query($first: Int) { operators(first: $first) { totalCount nodes { address } pageInfo {"
            + " hasNextPage endCursor } } }",
        "query($first: Int) { operators(last: $first, orderBy: [{ field: NAME, direction: ASC }]) {"
            + " edges { cursor node { metadata { name } } } } }",
        "query($first: Int) { strategies(first: $first, where: { operators: { some: { tvsUsd: { gt:"
            + " \"1000\" } } } }) { nodes { symbol } } }",
        "query($first: Int) { delegators(first: $first, where: { operator: { isActive: { eq: true }"
            + " } }) { nodes { address operator { address } } } }"
      })
  void variables_of_one_shape_share_a_statement_and_get_separate_results(String document) {
    for (var first : List.of(1, 3, 1, 7)) {
      assertSame(document, Map.of("first", first));
    }
    assertSame(document, Map.of());
  }

  @Test
  void both_engines_return_the_same_alerts() throws Exception {
    server
        .tables()
        .execute(
            """
            insert into alert_rules
                (name, kind, operator_id, min_usd, is_enabled, since, created_at, created_by)
            values ('slashes', 'SLASH', '%1$s', 5, true, now(), now(), 'test');
            insert into alert_webhooks (name, format, host, created_at, created_by)
            values ('hook', 'SLACK', 'host', now(), 'test');
            insert into alert_deliveries (rule_id, webhook_id, delivered_to, not_before)
            select rule_id, webhook_id, 0, now() from alert_rules cross join alert_webhooks;
            insert into alerts (
                rule_id, fact_key, kind, operator_id, happened_at, usd, figures, detail, link,
                fired_at
            )
            select rule_id, key, 'SLASH', '%1$s', now(), key, '{"usd": "1"}', 'why', '/', now()
            from alert_rules cross join generate_series(1, 3) as key
            """
                .formatted(OPERATOR));
    try {
      assertSame(
          """
          {
            alertRules {
              id name kind operator minUsd createdBy
              alerts(first: 2, where: { usd: { gt: "1" } }) { totalCount nodes { usd figures } }
              deliveries { webhook { name host } pendingCount attempts nextAttemptAt lastError }
            }
            alerts(where: { operatorAddress: { eq: "%s" } }, orderBy: [{ field: USD }]) {
              nodes { id rule { name } operator { address } avs { address } usd detail link }
            }
            alertWebhooks { number name format host isConfigured }
          }
          """
              .formatted(OPERATOR),
          Map.of());
    } finally {
      server.tables().execute("delete from alert_rules; delete from alert_webhooks");
    }
  }

  @Test
  void both_engines_return_the_same_pages() {
    var document =
        """
        query($after: String, $order: [OperatorOrder!]) {
          operators(first: 7, after: $after, orderBy: $order, where: { tvsStatus: { ne: NO_SHARES } }) {
            nodes { address state { tvsUsd } } pageInfo { hasNextPage hasPreviousPage endCursor }
          }
        }
        """;
    for (var field : List.of("TVS_USD", "NAME", "ACTIVE_DELEGATORS")) {
      for (var nulls : List.of("FIRST", "LAST")) {
        var order = List.of(Map.of("field", field, "nulls", nulls));
        var cursor = "";
        for (var page = 0; page < 4; page++) {
          var variables = new HashMap<String, Object>(Map.of("order", order));
          if (!cursor.isEmpty()) {
            variables.put("after", cursor);
          }
          assertSame(document, variables);
          var answer = answer(server.bean(GraphqlEngine.class), document, variables);
          cursor = answer.replaceAll("(?s).*\"endCursor\":\"([^\"]+)\".*", "$1");
        }
      }
    }
  }

  @Test
  void a_failed_root_field_does_not_affect_the_others() throws Exception {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement()) {
      statement.execute("alter table strategy_quotes rename to strategy_quotes_away");
    }
    try {
      var answer =
          answer(
              server.bean(GraphqlEngine.class),
              "{ avs(address: \"%s\") { address } strategy(address: \"%s\") { symbol } }"
                  .formatted(OPERATOR, NATIVE_ETH),
              Map.of());

      assertThat(answer)
          .startsWith("{\"data\":{\"avs\":null,\"strategy\":null}")
          .contains("\"path\":[\"strategy\"]", "\"code\":\"INTERNAL\"")
          .doesNotContain("\"path\":[\"avs\"]");
    } finally {
      try (var connection = server.tables().tables().stateUrl().connect();
          var statement = connection.createStatement()) {
        statement.execute("alter table strategy_quotes_away rename to strategy_quotes");
      }
    }
  }

  private static long cost(String document) {
    var request =
        new GraphqlRequest(document, null, null, Map.of(), Credentials.none("test"), null);
    return server
        .bean(GraphqlEngine.class)
        .cost(server.bean(DocumentCache.class).find(request), request);
  }

  private static void assertSame(String document, Map<String, Object> variables) {
    for (var credentials : List.of(Credentials.none("test"), administrator())) {
      assertThat(answer(server.bean(GraphqlEngine.class), document, variables, credentials))
          .as(document)
          .isEqualTo(answer(fallback, document, variables, credentials));
    }
  }

  private static Credentials administrator() {
    try {
      return server.bean(Authenticator.class).of(HttpRequest.GET("/"), "Bearer " + ADMIN);
    } catch (Authenticator.UnknownCredentials e) {
      throw new IllegalStateException(e);
    }
  }

  private static String answer(
      GraphqlEngine engine, String document, Map<String, Object> variables) {
    return answer(engine, document, variables, Credentials.none("test"));
  }

  private static String answer(
      GraphqlEngine engine,
      String document,
      Map<String, Object> variables,
      Credentials credentials) {
    var request = new GraphqlRequest(document, null, null, variables, credentials, null);
    var checked = server.bean(DocumentCache.class).find(request);
    assertThat(checked.entry().hasErrors()).as(document + checked.entry().getErrors()).isFalse();
    var answer =
        engine
            .execute(checked, request, engine.cost(checked, request), new CancellationToken())
            .answer();
    return new String(JsonResponse.of(answer).bytes(), StandardCharsets.UTF_8)
        .replaceAll("\"errorId\":\"[^\"]+\"", "\"errorId\":\"\"")
        .replaceAll("\"(lagSeconds|seconds)\":[0-9.]+", "\"$1\":0");
  }

  private static String id(String type, String key) {
    return new GlobalId(type, key).toString();
  }

  @SuppressWarnings("unchecked")
  private static GraphqlEngine fallback() {
    var context = server.bean(ApplicationContext.class);
    var settings = server.bean(ApiSettings.class);
    return new GraphqlEngine(
        context.getBean(GraphQL.class),
        server.bean(GraphqlSchema.class),
        (TransactionOperations<Connection>)
            context.getBean(TransactionOperations.class, Qualifiers.byName("api")),
        context.getBean(JdbcOperations.class, Qualifiers.byName("api")),
        context.getBean(DataSource.class, Qualifiers.byName("api")),
        context.getBean(DataSourceResolver.class),
        server.bean(SqlWatch.class),
        server.bean(LatestVersion.class),
        new ApiSettings(
            settings.deadline(),
            settings.maxPage(),
            settings.maxDocument(),
            settings.versionPoll(),
            settings.minVersionTimeout(),
            settings.trustedDocuments(),
            false,
            settings.answerCacheMb(),
            settings.measuredOperations()),
        server.bean(LimitSettings.class),
        server.bean(RequestMetrics.class),
        server.bean(Deadlines.class),
        server.bean(ResponseMemoryLimit.class),
        server.bean(AsOfQueue.class),
        server.bean(ApiDatabase.class),
        context.getBean(Clock.class));
  }
}
