package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics and probes, in normal operation and during failures. */
@Tag("slow")
class MonitorTest {
  private static final int POOL = 3;

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "datasources.api.maximum-pool-size",
              POOL,
              "datasources.api.connection-timeout",
              1000,
              "operator-analytics.api.measured-operations",
              2));

  @BeforeAll
  static void takeDays() throws Exception {
    var day = LocalDate.parse("2026-01-20");
    server.tables().takeDays(day, day);
  }

  @Test
  void the_metrics_show_the_state_of_the_pipeline() throws Exception {
    var metrics = scrape();

    assertThat(metrics.value("operator_analytics_database_up", "")).isEqualTo(1);
    assertThat(metrics.value("operator_analytics_lag_seconds", "analytics_pipeline_v1"))
        .isPositive();
    assertThat(metrics.value("operator_analytics_cursor_guarantee", "NO_LOSS")).isEqualTo(1);
    assertThat(metrics.value("operator_analytics_cursor_guarantee", "BOUNDED_BY_BUFFER")).isZero();
    assertThat(metrics.value("operator_analytics_runs", "state-update", "SUCCEEDED"))
        .isEqualTo(count("select count(*) from pipeline_runs where job = 'state-update'"));
    assertThat(metrics.value("operator_analytics_runs", "state-update", "FAILED")).isZero();
    assertThat(metrics.value("operator_analytics_run_duration_seconds", "snapshots", "SUCCEEDED"))
        .isPositive();
    assertThat(metrics.value("operator_analytics_run_success_age_seconds", "analytics"))
        .isBetween(0.0, 600.0);
    assertThat(metrics.value("operator_analytics_rows_changed", "operators", "inserted"))
        .isEqualTo(count("select count(*) from operators"));
    assertThat(metrics.value("operator_analytics_partitions", "snapshot", "DONE")).isEqualTo(1);
    assertThat(metrics.value("operator_analytics_partitions", "analytics", "MISSING"))
        .isEqualTo(count("select (now() at time zone 'UTC')::date - date '2026-01-21'"));
    assertThat(metrics.value("operator_analytics_check_failing", "slashes_match_maximum", "ERROR"))
        .isZero();
    assertThat(metrics.value("operator_analytics_alert_deliveries", "PENDING")).isZero();
  }

  @Test
  void failed_operators_are_queued_and_broken_rules_are_counted() throws Exception {
    assertThat(scrape().value("operator_analytics_queue", "FAILED")).isZero();
    execute(
        """
        insert into pipeline_requests (operator_id, reason, requested_at, not_before)
        values ('0xab', 'FAILED', now(), now())
        """);
    execute(
        """
        update pipeline_checks set status = 'FAILED', failing_rows = 7
        where name = 'encumbered_within_maximum'
        """);
    try {
      var metrics = scrape();

      assertThat(metrics.value("operator_analytics_queue", "FAILED")).isEqualTo(1);
      assertThat(metrics.value("operator_analytics_check_failing", "encumbered_within_maximum"))
          .isEqualTo(1);
      assertThat(
              metrics.value("operator_analytics_check_failing_rows", "encumbered_within_maximum"))
          .isEqualTo(7);
    } finally {
      execute("delete from pipeline_requests");
      execute("update pipeline_checks set status = 'PASSED', failing_rows = 0");
    }
  }

  @Test
  void requests_are_counted_by_operation_name_up_to_a_limit() throws Exception {
    server.query("query Front { operators(first: 1) { nodes { address } } }");
    server.query("query Front { operators(first: 1) { nodes { address } } }");
    server.query("query Front($a: Address!) { operator(address: $a) { address } }");
    server.query("query Back { operators(first: 1) { nodes { address } } }");
    server.query("{ operators(first: 1) { nodes { address } } }");
    server.query("query Unknown1 { operators(first: 1) { nodes { address } } }");
    server.query("query Unknown2 { operators(first: 1) { nodes { address } } }");

    var metrics = scrape();

    assertThat(metrics.value("operator_analytics_requests_seconds_count", "Front", "OK"))
        .isEqualTo(2);
    assertThat(
            metrics.value("operator_analytics_requests_seconds_count", "Front", "BAD_USER_INPUT"))
        .isEqualTo(1);
    assertThat(metrics.value("operator_analytics_sql_seconds_sum", "Front")).isPositive();
    // statements count for requests of every outcome
    assertThat(metrics.value("operator_analytics_sql_seconds_sum", "Front"))
        .isLessThan(
            metrics.value("operator_analytics_requests_seconds_sum", "Front", "OK")
                + metrics.value(
                    "operator_analytics_requests_seconds_sum", "Front", "BAD_USER_INPUT"));
    assertThat(metrics.value("operator_analytics_requests_seconds_count", "ANONYMOUS", "OK"))
        .isEqualTo(1);
    assertThat(metrics.value("operator_analytics_requests_seconds_count", "OTHER", "OK"))
        .isEqualTo(2);
    assertThat(metrics.labels("operator_analytics_requests_seconds_count", "operation"))
        .containsExactlyInAnyOrder("Front", "Back", "ANONYMOUS", "OTHER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/beans", "/env", "/info", "/loggers", "/metrics", "/routes", "/stop"})
  void other_management_endpoints_return_404(String path) throws Exception {
    assertThat(server.get(path).statusCode()).isEqualTo(404);
    assertThat(server.post(path, "application/json", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void the_probes_of_the_manifests_exist_and_show_no_details() throws Exception {
    var probes =
        Pattern.compile("path: (/health[a-z/]*)|GET (/health[a-z/]*)")
            .matcher(deployed("kubernetes.yml") + deployed("compose.yml"))
            .results()
            .map(probe -> probe.group(1) == null ? probe.group(2) : probe.group(1))
            .toList();

    assertThat(probes).contains("/health/liveness", "/health/readiness").hasSize(4);
    for (var path : probes) {
      assertThat(server.get(path).statusCode()).isEqualTo(200);
      assertThat(server.get(path).body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void without_a_free_connection_the_server_is_alive_but_not_ready() throws Exception {
    var taken = new ArrayList<Connection>();
    for (var i = 0; i < POOL; i++) {
      taken.add(pool().getConnection());
    }
    try {
      assertThat(server.get("/health/readiness").statusCode()).isEqualTo(503);
      assertThat(server.get("/health/readiness").body()).isEqualTo("{\"status\":\"DOWN\"}");
      assertThat(server.get("/health/liveness").statusCode()).isEqualTo(200);
      var metrics = scrape();
      assertThat(metrics.value("operator_analytics_database_up", "")).isZero();
      assertThat(metrics.value("hikaricp_connections_active", "api")).isEqualTo(POOL);
      assertThat(metrics.all()).doesNotContainKey("operator_analytics_lag_seconds");
    } finally {
      for (var connection : taken) {
        connection.close();
      }
    }
    assertThat(server.get("/health/readiness").statusCode()).isEqualTo(200);
  }

  @Test
  void without_its_database_the_server_is_alive_not_ready_and_recovers() throws Exception {
    try (var _ = TestPostgres.lockOutAllExcept(server.tables().tables().state())) {
      assertThat(server.get("/health/readiness").statusCode()).isEqualTo(503);
      assertThat(server.get("/health").statusCode()).isEqualTo(503);
      assertThat(server.get("/health/liveness").statusCode()).isEqualTo(200);
      assertThat(scrape().value("operator_analytics_database_up", "")).isZero();
    }

    assertThat(server.get("/health/readiness").statusCode()).isEqualTo(200);
    assertThat(scrape().value("operator_analytics_lag_seconds", "analytics_pipeline_v1"))
        .isPositive();
  }

  @Test
  void every_expression_of_the_dashboard_and_the_alerts_uses_existing_metrics() throws Exception {
    server.query("query Back { operators(first: 1) { nodes { address } } }");
    server.post(
        "/graphql",
        "application/json",
        "{\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"ab\"}}}");
    execute(
        """
        insert into pipeline_ticks (schedule, tick_at, status, attempts, not_before, changed_at)
        values ('snapshots', now(), 'DONE', 1, now(), now())
        """);
    var metrics = scrape();

    var expressions = new ArrayList<String>();
    collect(json(deployed("grafana-dashboard.json")), expressions);
    Pattern.compile("expr: (.*)")
        .matcher(deployed("prometheus-alerts.yml"))
        .results()
        .map(expression -> expression.group(1))
        .forEach(expressions::add);

    assertThat(expressions).hasSizeGreaterThan(25);
    for (var expression : expressions) {
      var names = new TreeSet<String>();
      var labels = new TreeSet<String>();
      var words = expression.replaceAll("\"[^\"]*\"", "").replaceAll("\\[[0-9a-z]+]", "");
      Pattern.compile("\\b([a-z]+(?:_[a-z]+)+)\\b(?!\\s*\\()")
          .matcher(words)
          .results()
          .map(MatchResult::group)
          .forEach(names::add);
      Pattern.compile("by \\(([a-z, ]+)\\)|\\{([a-z]+)[=!~]+}")
          .matcher(words)
          .results()
          .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
          .flatMap(found -> Arrays.stream(found.split(", ")))
          // the scraper adds these
          .filter(label -> !label.equals("instance"))
          .forEach(labels::add);
      if (expression.startsWith("up{")) {
        continue; // of Prometheus itself
      }
      // only a standby has a lag
      if (names.remove("operator_analytics_standby_lag_seconds")) {
        continue;
      }
      assertThat(names).as(expression).isNotEmpty();
      for (var name : names) {
        assertThat(metrics.all()).as(expression).containsKey(name);
        assertThat(metrics.labels(name)).as(expression).containsAll(labels);
      }
    }
  }

  private static void collect(JsonNode node, List<String> expressions) {
    if (node.isObject()) {
      for (var entry : node.entries()) {
        if (entry.getKey().equals("expr")) {
          expressions.add(entry.getValue().getStringValue());
        }
        collect(entry.getValue(), expressions);
      }
    } else if (node.isArray()) {
      node.values().forEach(each -> collect(each, expressions));
    }
  }

  private static JsonNode json(String text) throws Exception {
    return server.bean(JsonMapper.class).readValue(text, JsonNode.class);
  }

  private static String deployed(String file) throws Exception {
    return Files.readString(Path.of("deploy", file));
  }

  private static DataSource pool() {
    return server
        .bean(DataSourceResolver.class)
        .resolve(
            server
                .bean(ApplicationContext.class)
                .getBean(DataSource.class, Qualifiers.byName("api")));
  }

  private static double count(String sql) {
    return Double.parseDouble(server.tables().rows(sql).getFirst().getFirst());
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Metrics scrape() throws Exception {
    var response = server.get("/prometheus");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    return Metrics.parse(response.body());
  }

  /** Values by name, then by labels. */
  private record Metrics(Map<String, Map<Map<String, String>, Double>> all) {
    private static final Pattern LINE =
        Pattern.compile("^([a-z_]+)(?:\\{(.*)})? ([-+.0-9A-Za-z]+)$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

    static Metrics parse(String text) {
      var all = new TreeMap<String, Map<Map<String, String>, Double>>();
      LINE.matcher(text)
          .results()
          .forEach(
              line ->
                  all.computeIfAbsent(line.group(1), name -> new HashMap<>())
                      .put(
                          LABEL
                              .matcher(line.group(2) == null ? "" : line.group(2))
                              .results()
                              .collect(
                                  Collectors.toMap(
                                      label -> label.group(1), label -> label.group(2))),
                          Double.parseDouble(line.group(3))));
      return new Metrics(all);
    }

    private Map<Map<String, String>, Double> named(String name) {
      return Objects.requireNonNull(all.get(name), name);
    }

    /** Returns the single value that has all these label values. */
    double value(String name, String... values) {
      var wanted = Arrays.stream(values).filter(value -> !value.isEmpty()).toList();
      var found =
          named(name).entrySet().stream()
              .filter(each -> each.getKey().values().containsAll(wanted))
              .map(Map.Entry::getValue)
              .toList();
      assertThat(found).as(name + wanted).hasSize(1);
      return found.getFirst();
    }

    Set<String> labels(String name) {
      return named(name).keySet().stream()
          .flatMap(each -> each.keySet().stream())
          .collect(Collectors.toSet());
    }

    Set<String> labels(String name, String label) {
      return named(name).keySet().stream().map(each -> each.get(label)).collect(Collectors.toSet());
    }
  }
}
