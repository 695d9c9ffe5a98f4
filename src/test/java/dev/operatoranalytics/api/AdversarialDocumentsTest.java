package dev.operatoranalytics.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small documents that cause as much work as the limits allow. */
@Tag("slow")
class AdversarialDocumentsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration SLACK = Duration.ofSeconds(2);
  private static final double MAX_PLANNING_MS = 1_000;
  private static final double QUICK_PLANNING_MS = 50;
  private static final Pattern PARAMETER = Pattern.compile("\\?");

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
              Map.of(
                  "operator-analytics.limits.requests-per-minute",
                  1_000_000_000,
                  "operator-analytics.api.deadline",
                  DEADLINE))
          .withDays();

  @Test
  void a_chain_of_related_objects_is_planned_fast_at_the_maximum_depth() throws Exception {
    var chain = "lastRun { error { asset { ".repeat(4) + "key" + " } } }".repeat(4);

    assertThat(plannedMs("{ pipeline { assets { " + chain + " } } }")).isLessThan(MAX_PLANNING_MS);
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "3, 7", "9, 4", "26, 1"})
  void fragments_that_multiply_are_planned_fast(int times, int levels) throws Exception {
    var document = new StringBuilder("{ pipeline { runs(first: 1) { nodes { ...Level0 } } } }\n");
    for (var level = 0; level < levels; level++) {
      document.append(
          "fragment Level%d on Run { %s }\n"
              .formatted(level, repeated(times, "a%d: retryOf { ...Level" + (level + 1) + " }")));
    }
    document.append("fragment Level%d on Run { number }".formatted(levels));

    assertThat(plannedMs(document.toString())).isLessThan(MAX_PLANNING_MS);
  }

  @Test
  void a_root_field_with_too_many_relations_is_counted() throws Exception {
    var fields = repeated(31, "a%d: retryOf { number }");
    var many = "{ a: __typename pipeline { runs(first: 1) { nodes { %s } } } }".formatted(fields);
    var counted = "operator_analytics_fallbacks_total{reason=\"RELATIONS\"} ";
    server.query(many);

    var before = metric(counted);
    server.query(many.replace("a: ", "b: "));
    server.query("{ pipeline { dataVersion } }");

    assertThat(metric(counted)).isEqualTo(before + 1);
  }

  private static double metric(String name) throws Exception {
    return server
        .get("/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_hundred_aliases_of_an_expensive_list_are_planned_fast_or_rejected() throws Exception {
    var list =
        """
        a%%d: operators(first: %d, orderBy: [{ field: NAME }], where: { name: { contains: "a" } }) {
          totalCount
          nodes { strategies(first: %d, orderBy: [{ field: DELEGATOR_COUNT }]) {
            totalCount nodes { strategy { operators(first: 1) { totalCount } } }
          } }
        }
        """;

    assertThat(plannedMs("{" + repeated(100, list.formatted(1, 10)) + "}"))
        .isLessThan(100 * MAX_PLANNING_MS / 20);
    assertThat(code(ask("{" + repeated(100, list.formatted(100, 100)) + "}")))
        .isEqualTo("COST_EXCEEDED");
    assertThat(server.statements()).isEmpty();
  }

  @Test
  void wide_nested_lists_are_rejected_before_anything_is_read() throws Exception {
    var lists = List.of("strategies", "delegators", "allocations", "avsRelationships", "activity");
    var wide =
        lists.stream()
            .map(list -> list + "(first: 1000) { nodes { __typename } }")
            .collect(joining(" "));
    server.statements();

    assertThat(code(ask("{ operators(first: 1000) { nodes { " + wide + " } } }")))
        .isEqualTo("COST_EXCEEDED");
    assertThat(server.statements()).isEmpty();
  }

  @Test
  void filters_through_four_relations_are_planned_fast_and_longer_ones_are_rejected()
      throws Exception {
    var one = "{ not: { strategies: { every: { strategy: { operators: { some: %s } } } } } }";
    var four = one.formatted("{ operator: { isActive: { eq: false } } }");
    var document = "{ operators(where: { or: [%s] }) { totalCount nodes { address } } }";

    assertThat(plannedMs(document.formatted(four))).isLessThan(MAX_PLANNING_MS);
    assertThat(plannedMs(document.formatted(String.join(", ", Collections.nCopies(5, four)))))
        .isLessThan(MAX_PLANNING_MS);
    for (var where :
        List.of(
            one.formatted("{ operator: " + four + " }"),
            String.join(", ", Collections.nCopies(6, four)))) {
      var answer = ask(document.formatted(where));
      assertThat(code(answer)).isEqualTo("BAD_USER_INPUT");
      assertThat(answer.get("errors").get(0).get("message").getStringValue())
          .startsWith("a filter ")
          .endsWith(" relations");
    }
  }

  private static String repeated(int times, String field) {
    return IntStream.range(0, times).mapToObj(field::formatted).collect(joining(" "));
  }

  private static String code(JsonNode answer) {
    return answer.get("errors").get(0).get("extensions").get("code").getStringValue();
  }

  /** Sends the document twice, because the first request loads classes; checks the deadline. */
  private static JsonNode ask(String document) throws Exception {
    server.query(document);
    var begun = System.nanoTime();
    var answer = server.query(document);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE.plus(SLACK));
    return answer;
  }

  /** Returns PostgreSQL's planning time for one request in ms; 0 for a rejected one. */
  private static double plannedMs(String document) throws Exception {
    server.statements();
    var answer = ask(document);
    if (answer.get("errors") != null) {
      assertThat(code(answer)).isIn("TIMEOUT", "DOCUMENT_TOO_COMPLEX");
    }
    var statements =
        server.statements().stream()
            .distinct()
            .flatMap(sent -> Arrays.stream(sent.split(";\n")))
            .toList();
    var planned = 0.0;
    for (var statement : statements) {
      planned += planningMs(statement);
    }
    return planned;
  }

  private static double planningMs(String sql) throws SQLException {
    var count = new int[1];
    var numbered = PARAMETER.matcher(sql).replaceAll(_ -> "\\$" + ++count[0]);
    var state = server.tables().tables().stateUrl();
    var access = new Properties();
    access.setProperty("user", state.user());
    access.setProperty("password", state.password());
    access.setProperty("preferQueryMode", "simple"); // the parameters stay open
    try (var connection = DriverManager.getConnection(state.jdbc(), access);
        var statement = connection.createStatement()) {
      var least = Double.MAX_VALUE;
      // elapsed time, which includes that of other processes on a busy machine
      for (var attempt = 0; attempt < 3 && least > QUICK_PLANNING_MS; attempt++) {
        least = Math.min(least, planningMs(statement, numbered));
      }
      return least;
    }
  }

  private static double planningMs(Statement statement, String sql) throws SQLException {
    try (var rows = statement.executeQuery("explain (generic_plan, summary) " + sql)) {
      while (rows.next()) {
        var line = rows.getString(1);
        if (line.startsWith("Planning Time: ")) {
          return Double.parseDouble(line.split(" ")[2]);
        }
      }
    }
    throw new IllegalStateException("not planned: " + sql);
  }
}
