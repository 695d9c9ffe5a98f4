package dev.operatoranalytics.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.DemoServer;
import dev.operatoranalytics.api.query.ErrorCode;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.GraphQLUnionType;
import io.micronaut.json.tree.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No response holds more objects than the cost of its request. */
@Tag("slow")
class CostTest {
  private static final String ADMIN = "admin-key-of-sixteen";
  private static final String NAMED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
              Map.of(
                  "operator-analytics.access.admin-token", ADMIN,
                  "operator-analytics.limits.requests-per-minute", 1_000_000,
                  "operator-analytics.limits.depth", 40,
                  "operator-analytics.limits.cost", 100_000_000))
          .withDays();

  /** Arguments that find an existing object. */
  private static final Map<String, String> ADDRESSES = new HashMap<>(Map.of("operator", NAMED));

  @BeforeAll
  static void findAddresses() throws Exception {
    for (var list :
        Map.of("avs", "avses", "strategy", "strategies", "delegator", "delegators").entrySet()) {
      var first = server.query("{ " + list.getValue() + "(first: 1) { nodes { address } } }");
      ADDRESSES.put(
          list.getKey(),
          first
              .get("data")
              .get(list.getValue())
              .get("nodes")
              .get(0)
              .get("address")
              .getStringValue());
    }
  }

  /** A path from the query to a type, as the text around a selection of it. */
  private record Way(String before, String after) {
    Way then(String field) {
      return new Way(before + " { " + field, " }" + after);
    }

    String document(String selection) {
      return before + selection + after;
    }
  }

  @Test
  void every_list_costs_at_least_its_objects_alone_and_nested() throws Exception {
    var ways = ways();
    var measured = new ArrayList<String>();
    for (var type : objectTypes()) {
      var ofType = ways.getOrDefault(type.getName(), List.of());
      for (var field : type.getFieldDefinitions()) {
        if (!isListOfObjects(field)
            || server.bean(GraphqlSchema.class).streamed().contains(field.getName())) {
          continue;
        }
        if (!isPage(type)) {
          assertThat(field.getAppliedDirective("listSize"))
              .as(type.getName() + "." + field.getName() + " says how many objects it holds")
              .isNotNull();
        }
        for (var way : ofType) {
          if (isAnsweredWithin(way.then(asked(field)).document(singles(field)))) {
            measured.add(type.getName() + "." + field.getName());
          }
        }
      }
    }
    assertThat(Set.copyOf(measured))
        .hasSizeGreaterThan(50)
        .contains(
            "Operator.analyticsHistory",
            "Operator.dailySnapshots",
            "Operator.strategyDailySnapshots",
            "Delegator.shareDailySnapshots",
            "Strategy.prices",
            "Avs.operatorSets",
            "Network.dailySnapshots",
            "Run.steps",
            "Asset.dependsOn");
  }

  /** Returns false when the request is rejected for its cost. */
  private static boolean isAnsweredWithin(String document) {
    var request =
        new GraphqlRequest(document, null, null, Map.of(), Credentials.none("test"), null);
    var checked = server.bean(DocumentCache.class).find(request);
    assertThat(checked.entry().hasErrors()).as(document + checked.entry().getErrors()).isFalse();
    var engine = server.bean(GraphqlEngine.class);
    var cost = engine.cost(checked, request);
    var outcome = engine.execute(checked, request, cost, new CancellationToken());
    if (!outcome.wasExecuted()) {
      assertThat(outcome.code()).as(document).isEqualTo(ErrorCode.COST_EXCEEDED);
      return false;
    }
    var answer = json(outcome.answer());
    assertThat(objects(answer.get("data")) - 1).as(document).isLessThanOrEqualTo(cost);
    return true;
  }

  @Test
  void a_daily_series_costs_its_points_by_row_and_by_column() {
    var days = "from: \"2025-01-01\", to: \"2025-12-31\"";
    assertThat(cost("{ network { dailySnapshots(%s) { date } } }".formatted(days))).isEqualTo(366);
    assertThat(cost("{ network { dailySnapshots(%s, maxPoints: 50) { date } } }".formatted(days)))
        .isEqualTo(51);
    assertThat(
            cost(
                "{ network { dailySnapshotsColumns(%s, maxPoints: 50) { date } } }"
                    .formatted(days)))
        .isEqualTo(51);
    assertThat(
            cost(
                "{ delegator(address: \"0xdf5784e6407c6d757118cbc415984b2a4e89080e\") { shareDailySnapshots(%s, maxPoints: 50) { date } } }"
                    .formatted(days)))
        .as("rows of several strategies")
        .isEqualTo(1001);
  }

  @Test
  void an_aggregate_costs_its_objects_and_the_rows_that_it_reads() {
    assertThat(cost("{ operators { aggregate { count } } }")).isEqualTo(202);
    assertThat(cost("{ operators { aggregate { tvsUsd { sum } } } }")).isEqualTo(203);
    assertThat(cost("{ activity { groups(by: TYPE, first: 7) { aggregate { count } } } }"))
        .isEqualTo(215);
  }

  @Test
  void a_list_with_a_size_argument_costs_its_argument_or_default() {
    assertThat(cost("{ network { distribution(metric: TVS_USD, buckets: 700) { count } } }"))
        .isEqualTo(701);
    assertThat(cost("{ network { distribution(metric: TVS_USD) { count } } }")).isEqualTo(21);
    assertThat(cost("{ rewardBuckets(operatorIds: [1]) { rewards } }")).isEqualTo(100);
    assertThat(cost("{ leaderboard(metric: TVS_USD, first: 3) { rank } }")).isEqualTo(3);
    assertThat(cost("{ nodes(ids: [\"a\", \"b\"]) { id } }")).isEqualTo(2);
    assertThat(cost("{ nodes(ids: \"a\") { id } }")).isEqualTo(1);
    var history = "{ operators(first: 100) { nodes { analyticsHistory%s { date } } } }";
    assertThat(cost(history.formatted(""))).isEqualTo(1 + 100 + 100 * 1_000);
    assertThat(cost(history.formatted("(from: \"2026-01-01\", to: \"2026-01-30\")")))
        .isEqualTo(1 + 100 + 100 * 30);
    assertThat(cost(history.formatted("(from: \"1026-01-01\", to: \"2026-01-30\")")))
        .isEqualTo(1 + 100 + 100 * 1_000);
  }

  @Test
  void a_list_with_more_objects_than_declared_costs_them_or_is_rejected() throws Exception {
    server
        .tables()
        .execute(
            """
            insert into pipeline_checks
                (name, asset, severity, is_blocking, status, failing_rows, sample, evaluated_at)
            select 'copy_' || copy, 'operators', 'WARNING', false, 'PASSED', 0, '{}', now()
            from generate_series(1, 70) as copy
            """);
    var document = "{ pipeline { checks { name asset { key } } } }";
    try {
      var answer = server.query(document);
      assertThat(answer.get("extensions").get("cost").getLongValue())
          .isGreaterThanOrEqualTo(objects(answer.get("data")) - 1)
          .isGreaterThan(140);
      try (var narrow = server.replica(Map.of("operator-analytics.limits.cost", 120))) {
        assertThat(post(narrow, document).body()).contains("COST_EXCEEDED");
      }
    } finally {
      server.tables().execute("delete from pipeline_checks where name like 'copy\\_%'");
    }
  }

  @Test
  void as_of_queries_have_an_extra_cost_and_a_separate_queue() throws Exception {
    var block = server.tables().rows("select safe_block from pipeline_checkpoints").getFirst();
    var past =
        "{ operator(address: \"%s\", asOf: { block: \"%s\" }) { address } }"
            .formatted(NAMED, block.getFirst());
    assertThat(cost(past)).isEqualTo(1 + Cost.PAST);
    assertThat(
            cost(
                "query($then: AsOf) { operator(address: \"%s\", asOf: $then) { address } }"
                    .formatted(NAMED)))
        .isEqualTo(1);

    var asked =
        IntStream.range(0, 20)
            .mapToObj(
                each ->
                    CompletableFuture.supplyAsync(
                        () -> send(past), task -> Thread.startVirtualThread(task)))
            .toList();
    for (var i = 0; i < 20; i++) {
      assertThat(send("{ operators(first: 2) { nodes { address } } }").statusCode()).isEqualTo(200);
    }
    for (var answer : asked) {
      var response = answer.join();
      assertThat(response.statusCode()).isIn(200, 503);
      if (response.statusCode() == 503) {
        assertThat(response.body()).contains("server busy, retry in 5 s", "UNAVAILABLE");
        assertThat(response.headers().firstValue("retry-after")).hasValue("5");
      } else {
        assertThat(response.body()).contains(NAMED).doesNotContain("errors");
      }
    }
    assertThat(asked.stream().filter(each -> each.join().statusCode() == 503)).isNotEmpty();
    assertThat(send(past).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> send(String document) {
    try {
      return server.post("/graphql", "application/json", server.write(Map.of("query", document)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> post(DemoServer.Replica replica, String document)
      throws Exception {
    try (var http = java.net.http.HttpClient.newHttpClient()) {
      return http.send(
          java.net.http.HttpRequest.newBuilder(replica.uri().resolve("/graphql"))
              .header("content-type", "application/json")
              .POST(
                  java.net.http.HttpRequest.BodyPublishers.ofString(
                      server.write(Map.of("query", document))))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void each_name_of_a_filter_costs_one_object_and_values_of_variables_count_each_time() {
    var document =
        """
        query($first: Int, $where: OperatorFilter) {
          operators(first: $first, where: $where) { nodes { address } }
        }
        """;
    var where = Map.of("not", Map.of("isActive", Map.of("eq", true)));

    assertThat(
            cost(
                "{ operators(first: 5, where: { not: { isActive: { eq: true } } }) { totalCount }"
                    + " }"))
        .isEqualTo(3 + cost("{ operators(first: 5) { totalCount } }"));
    for (var _ : List.of("estimated", "remembered")) {
      assertThat(cost(document, Map.of("first", 5))).isEqualTo(1 + 5);
      assertThat(cost(document, Map.of("first", 7))).isEqualTo(1 + 7);
      assertThat(cost(document, Map.of("first", 7, "where", where))).isEqualTo(3 + 1 + 7);
    }
  }

  private static long cost(String document) {
    return cost(document, Map.of());
  }

  private static long cost(String document, Map<String, Object> variables) {
    var request =
        new GraphqlRequest(document, null, null, variables, Credentials.none("test"), null);
    var checked = server.bean(DocumentCache.class).find(request);
    assertThat(checked.entry().hasErrors()).as(document + checked.entry().getErrors()).isFalse();
    return server.bean(GraphqlEngine.class).cost(checked, request);
  }

  /** Returns for each object type the shortest path, and one through the longest lists. */
  private static Map<String, List<Way>> ways() {
    var found = new HashMap<String, List<Way>>();
    var open = new ArrayList<String>(List.of("Query"));
    found.put("Query", List.of(new Way("", "")));
    while (!open.isEmpty()) {
      var type = open.removeFirst();
      var from = Objects.requireNonNull(found.get(type)).getLast();
      for (var field : container(type).getFieldDefinitions()) {
        if (!isAskable(field)) {
          continue;
        }
        for (var target : targets(field)) {
          var known = found.computeIfAbsent(target.getName(), each -> new ArrayList<>());
          if (known.size() < 3 && !target.getName().equals("Query")) {
            if (known.isEmpty()) {
              open.add(target.getName());
            }
            var way = from.then(asked(field));
            known.add(isAbstract(field) ? way.then("... on " + target.getName()) : way);
          }
        }
      }
    }
    return found;
  }

  private static List<GraphQLObjectType> objectTypes() {
    return server.bean(GraphqlSchema.class).executable().getAllTypesAsList().stream()
        .filter(type -> type instanceof GraphQLObjectType && !type.getName().startsWith("__"))
        .map(type -> (GraphQLObjectType) type)
        .filter(type -> !Set.of("Mutation", "Subscription").contains(type.getName()))
        .toList();
  }

  private static GraphQLFieldsContainer container(String type) {
    return (GraphQLFieldsContainer)
        Objects.requireNonNull(server.bean(GraphqlSchema.class).executable().getType(type));
  }

  private static boolean isAbstract(GraphQLFieldDefinition field) {
    return !(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType);
  }

  private static List<GraphQLObjectType> targets(GraphQLFieldDefinition field) {
    return switch (GraphQLTypeUtil.unwrapAll(field.getType())) {
      case GraphQLObjectType object -> List.of(object);
      case GraphQLUnionType union ->
          union.getTypes().stream().map(each -> (GraphQLObjectType) each).toList();
      default -> List.of();
    };
  }

  private static boolean isListOfObjects(GraphQLFieldDefinition field) {
    return GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()))
        && !targets(field).isEmpty()
        && isAskable(field);
  }

  private static boolean isPage(GraphQLObjectType type) {
    return type.getFieldDefinition("pageInfo") != null;
  }

  /** Other tests cover the list of nodes by id and the streamed prices. */
  private static boolean isAskable(GraphQLFieldDefinition field) {
    return field.getArgument("ids") == null
        && !Set.of("node", "sharePrices").contains(field.getName());
  }

  /** Returns a field with arguments that make its list long. */
  private static String asked(GraphQLFieldDefinition field) {
    var arguments = new ArrayList<String>();
    for (GraphQLArgument argument : field.getArguments()) {
      var value =
          switch (argument.getName()) {
            case "first" -> field.getName().equals("search") ? "100" : "10";
            case "avs" -> "\"" + ADDRESSES.get("avs") + "\"";
            case "wad" -> "1";
            case "slashes" ->
                "[{ avs: \"%s\", number: 0, wad: 1 }]".formatted(ADDRESSES.get("avs"));
            case "pool" ->
                "{ kind: PI, days: 1, amount: \"1000000\", strategies: [{ strategy: \"%s\", multiplier: \"1\" }] }"
                    .formatted(ADDRESSES.get("strategy"));
            case "metric" -> "TVS_USD";
            case "buckets" -> "100";
            case "text" -> "\"a\"";
            case "addresses" ->
                "[\"" + NAMED + "\", \"0x87d94476abf14a2b1f517657206493b91dedce66\"]";
            case "address" -> "\"" + ADDRESSES.get(field.getName()) + "\"";
            case "earner" -> "\"" + NAMED + "\"";
            case "key" -> "\"operators\"";
            case "asset" -> "\"operator_daily_snapshots\"";
            case "id" -> "\"1\"";
            case "number", "operatorId" -> "0";
            case "days" -> "7";
            case "by" ->
                ((GraphQLEnumType) GraphQLTypeUtil.unwrapAll(argument.getType()))
                    .getValues()
                    .getFirst()
                    .getName();
            default -> null;
          };
      if (value != null) {
        arguments.add(argument.getName() + ": " + value);
      }
    }
    return field.getName() + (arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")");
  }

  /** Selects the nested objects, and the nested lists that need only a name. */
  private static String singles(GraphQLFieldDefinition field) {
    var selected = new LinkedHashSet<String>(List.of("__typename"));
    if (!isAbstract(field)) {
      for (var inner : targets(field).getFirst().getFieldDefinitions()) {
        if (!targets(inner).isEmpty()
            && isAskable(inner)
            && !isAbstract(inner)
            && !isForAdmins(inner)) {
          selected.add(asked(inner) + " { __typename }");
        }
      }
    }
    return " { " + String.join(" ", selected) + " }";
  }

  private static boolean isForAdmins(GraphQLFieldDefinition field) {
    return field.getName().equals("yield");
  }

  private static long objects(JsonNode node) {
    if (node.isObject()) {
      var count = 1L;
      for (var entry : node.entries()) {
        count += objects(entry.getValue());
      }
      return count;
    }
    var count = 0L;
    if (node.isArray()) {
      for (var each : node.values()) {
        count += objects(each);
      }
    }
    return count;
  }

  private static JsonNode json(Map<String, Object> answer) {
    try {
      return server
          .bean(io.micronaut.json.JsonMapper.class)
          .readValue(JsonResponse.of(answer).whole(), JsonNode.class);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
