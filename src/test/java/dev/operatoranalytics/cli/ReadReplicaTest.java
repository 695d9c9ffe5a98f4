package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Databases;
import dev.operatoranalytics.database.StandbyPair;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A server whose {@code API_DB_URL} is a hot standby. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadReplicaTest {
  private static final String ADMIN = "an administrator's key";
  private static final String OPERATOR = "0x" + "a".repeat(40);
  private static final String OPERATORS = "{ operators { nodes { address state { isActive } } } }";

  @TempDir private static Path directory;

  private static StandbyPair pair;
  private static ConnectionUrl analytics;
  private static ConnectionUrl standby;
  private static Databases databases;
  private static ApplicationContext context;
  private static URI server;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    pair = StandbyPair.start();
    var events = pair.create("events_here", "events");
    analytics = pair.create("analytics_here", "analytics");
    standby = pair.standby(analytics);
    execute(
        events,
        """
        insert into operator_registered_events (
            id, transaction_hash, log_index, block_number, block_timestamp, operator_id,
            delegation_approver
        )
        values ('0x1-1', '0x1', 1, 20000000, 1718000000, '%s', '0x0000000000000000000000000000000000000000')
        """
            .formatted(OPERATOR));
    var environment =
        Map.of(
            "EVENTS_DB_URL", events.withPassword(),
            "ANALYTICS_DB_URL", analytics.withPassword(),
            "API_DB_URL", standby.withPassword());
    var ran = new Commands(environment).run("run", "state-update");
    assertThat(ran.exit()).as(ran.err()).isZero();
    databases = Databases.open(directory, environment);
    var properties = databases.properties();
    properties.put("micronaut.server.port", -1);
    properties.put("operator-analytics.access.admin-token", ADMIN);
    properties.put("operator-analytics.api.min-version-timeout", "500ms");
    properties.put("operator-analytics.api.version-poll", "0s");
    context = ApplicationContext.builder().deduceEnvironment(false).properties(properties).start();
    databases.awaitApiTables();
    server = context.getBean(EmbeddedServer.class).start().getURI();
  }

  @AfterAll
  static void stop() {
    context.close();
    databases.close();
    pair.close();
  }

  @Test
  @Order(1)
  void a_standby_answers_queries_with_its_version_and_lag() throws Exception {
    pair.awaitReplay();

    var answer = query(OPERATORS);

    assertThat(text(answer, "data")).contains(OPERATOR);
    assertThat(text(answer, "extensions", "dataVersion")).isEqualTo(version(standby));
    assertThat(text(answer, "extensions", "standbyLagSeconds")).isEqualTo("0");
    assertThat(get("/prometheus").body()).contains("operator_analytics_standby_lag_seconds 0.0");
  }

  @Test
  @Order(2)
  void past_states_and_mutations_use_the_primary() throws Exception {
    var then =
        query(
            "{ operator(address: \"%s\", asOf: {block: 20000000}) { state { isActive } } }"
                .formatted(OPERATOR));
    var run = query("mutation { startRun(input: { job: STATE_UPDATE }) { isNew run { status } } }");

    assertThat(text(then, "data", "operator", "state")).contains("isActive");
    assertThat(text(run, "data", "startRun", "run")).contains("QUEUED");
    assertThat(then.get("errors")).isNull();
  }

  @Test
  @Order(3)
  void a_request_waits_for_the_version_that_it_needs() throws Exception {
    pair.awaitReplay();
    pair.pauseReplay();
    var before = version(standby);
    raiseVersion();
    var needed = version(analytics);

    var late = post(OPERATORS, "min-version", needed);
    var old = post(OPERATORS, "min-version", before);
    var wrong = post(OPERATORS, "min-version", "-1");
    Thread.startVirtualThread(
        () -> {
          pauseFor(150);
          pair.resumeReplay();
        });
    var waited = post(OPERATORS, "min-version", needed);

    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.headers().firstValue("retry-after")).contains("5");
    assertThat(late.body())
        .contains("VERSION_NOT_REACHED")
        .contains("the database has version %s, not yet %s".formatted(before, needed));
    assertThat(old.statusCode()).isEqualTo(200);
    assertThat(Double.parseDouble(text(json(old.body()), "extensions", "standbyLagSeconds")))
        .isPositive();
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(waited.statusCode()).isEqualTo(200);
    assertThat(text(json(waited.body()), "extensions", "dataVersion")).isEqualTo(needed);
  }

  @Test
  @Order(4)
  void subscriptions_follow_the_standby() throws Exception {
    var stream =
        HTTP.send(
            request(
                    "/graphql/stream",
                    "subscription { runProgress { ... on RunProgress { status } } }")
                .header("accept", "text/event-stream")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      execute(
          analytics,
          """
          with raised as (
              update data_version set feed_position = feed_position + 1 returning feed_position
          )
          insert into change_feed (position, kind, key, run_id, status, happened_at)
          select feed_position, 'RUN', run_id::text, run_id, 'QUEUED', now()
          from raised, (select max(run_id) as run_id from pipeline_runs) as newest
          """);

      var event = lines.lines().filter(line -> line.startsWith("data: {")).findFirst();

      assertThat(event).hasValueSatisfying(data -> assertThat(data).contains("QUEUED"));
    }
  }

  @Test
  @Order(5)
  void a_promoted_standby_begins_another_epoch() throws Exception {
    pair.awaitReplay();
    var document = "/graphql?query=" + URLEncoder.encode(OPERATORS, StandardCharsets.UTF_8);
    // the standby does not have this version of the primary
    pair.pauseReplay();
    raiseVersion();
    pair.resumeReplay();
    pair.awaitReplay();
    var first = get(document);
    var tag = first.headers().firstValue("etag").orElseThrow();
    assertThat(get(document, "if-none-match", tag).statusCode()).isEqualTo(304);
    var epoch = text(json(first.body()), "extensions", "dataEpoch");
    var version = text(json(first.body()), "extensions", "dataVersion");

    pair.promote();
    await().until(() -> isWritable(standby));
    // the same number with other content
    execute(standby, "update data_version set version = " + version);

    var other = get(document, "if-none-match", tag);
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(text(json(other.body()), "extensions", "dataVersion")).isEqualTo(version);
    assertThat(Long.parseLong(text(json(other.body()), "extensions", "dataEpoch")))
        .isGreaterThan(Long.parseLong(epoch));
    assertThat(json(other.body()).get("extensions").get("standbyLagSeconds")).isNull();
  }

  private static boolean isWritable(ConnectionUrl url) {
    try {
      execute(url, "create temporary table writable ()");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static void pauseFor(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void raiseVersion() throws SQLException {
    execute(analytics, "update data_version set version = version + 1");
  }

  private static String version(ConnectionUrl url) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select version from data_version")) {
      row.next();
      return row.getString(1);
    }
  }

  private static JsonNode query(String document) throws IOException, InterruptedException {
    return json(post(document, "x-unused", "1").body());
  }

  private static HttpResponse<String> post(String document, String header, String value)
      throws IOException, InterruptedException {
    return HTTP.send(
        request("/graphql", document).header(header, value).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path, String document) {
    return HttpRequest.newBuilder(server.resolve(path))
        .header("content-type", "application/json")
        .header("authorization", "Bearer " + ADMIN)
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"query\": \"%s\"}".formatted(document.replace("\"", "\\\""))));
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(path, "x-unused", "1");
  }

  private static HttpResponse<String> get(String path, String header, String value)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server + path)).header(header, value).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(String body) throws IOException {
    return context.getBean(JsonMapper.class).readValue(body, JsonNode.class);
  }

  private static String text(JsonNode answer, String... path) throws IOException {
    var node = answer;
    for (var name : path) {
      assertThat(node.get(name)).as("%s of %s", name, answer).isNotNull();
      node = node.get(name);
    }
    return node.isString()
        ? node.getStringValue()
        : context.getBean(JsonMapper.class).writeValueAsString(node);
  }

  private static void execute(ConnectionUrl url, String sql) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
