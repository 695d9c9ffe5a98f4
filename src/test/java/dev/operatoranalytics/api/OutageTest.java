package dev.operatoranalytics.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.TcpProxy;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.StateUpdateResult;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Requests report an unreachable database, and no event is lost when it is back. */
@Tag("slow")
class OutageTest {
  private static final String QUESTION = "{ operators(first: 1) { nodes { address } } }";

  @RegisterExtension static final DemoServer server = new DemoServer();

  private static TcpProxy way;
  private static DemoServer.Replica replica;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    var state = server.tables().tables().stateUrl();
    var address = URI.create("postgresql://" + state.address());
    way = new TcpProxy(new InetSocketAddress(address.getHost(), address.getPort()));
    var settings = new HashMap<String, Object>();
    for (var name : List.of("events", "pipeline", "api")) {
      settings.put("datasources." + name + ".url", throughTheWay(name, state).jdbc());
      settings.put("datasources." + name + ".connection-timeout", 500);
    }
    settings.put("datasources.api.maximum-pool-size", 3);
    settings.put("operator-analytics.feed.poll", "200ms");
    // as in production: the server reads the data version before it answers
    settings.put("operator-analytics.api.answer-cache-mb", 8);
    settings.put("operator-analytics.api.version-poll", "0ms");
    replica = server.replica(settings);
    http = HttpClient.newHttpClient();
  }

  private static ConnectionUrl throughTheWay(String name, ConnectionUrl state) {
    var there = name.equals("events") ? server.tables().tables().eventsUrl() : state;
    return new ConnectionUrl(
        "127.0.0.1:" + way.port(),
        there.database(),
        there.user(),
        there.password(),
        there.parameters());
  }

  @AfterAll
  static void stop() throws Exception {
    http.shutdownNow();
    replica.close();
    way.close();
  }

  @Test
  void requests_during_an_outage_fail_with_a_code_and_succeed_afterwards() throws Exception {
    assertThat(ask(QUESTION).statusCode()).isEqualTo(200);

    way.cut();
    try {
      for (var attempt = 0; attempt < 2; attempt++) {
        var refused = ask(QUESTION);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(code(refused)).isEqualTo("UNAVAILABLE");
        assertThat(refused.body()).doesNotContain("Hikari", "postgres", "127.0.0.1", "Exception");
      }
      assertThat(get("/health/readiness").statusCode()).isEqualTo(503);
      assertThat(get("/health/liveness").statusCode()).isEqualTo(200);
    } finally {
      way.restore();
    }

    assertThat(ask(QUESTION).statusCode()).isEqualTo(200);
    assertThat(get("/health/readiness").statusCode()).isEqualTo(200);
  }

  @Test
  void changes_during_an_outage_are_reported_afterwards_in_order() throws Exception {
    try (var socket = new TestSocket(http, replica.uri(), "{}")) {
      socket.send(
          """
          {"id":"a","type":"subscribe","payload":{"query":
          "subscription { epochAdded { ... on EpochAdded { cursor } ... on Gap { dropped } } }"}}
          """
              .replace("\n", ""));
      socket.send(
          "{\"id\":\"b\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ __typename }\"}}");
      socket.message("complete", "b");
      Thread.sleep(200);
      happen(1);
      var before = position(socket);

      way.cut();
      happen(2);
      happen(3);
      Thread.sleep(500);
      way.restore();
      happen(4);

      assertThat(List.of(position(socket), position(socket), position(socket)))
          .containsExactly(before + 1, before + 2, before + 3);
    } finally {
      way.restore();
    }
  }

  /** Defaults of a role or a database that an administrator may have set. */
  private static final Map<String, String> HARMFUL =
      Map.ofEntries(
          Map.entry("default_transaction_isolation", "serializable"),
          Map.entry("default_transaction_read_only", "on"),
          Map.entry("default_transaction_deferrable", "on"),
          Map.entry("idle_in_transaction_session_timeout", "500ms"),
          Map.entry("idle_session_timeout", "1s"),
          Map.entry("statement_timeout", "1s"),
          Map.entry("transaction_timeout", "1s"),
          Map.entry("lock_timeout", "1ms"),
          Map.entry("standard_conforming_strings", "off"),
          Map.entry("bytea_output", "escape"),
          Map.entry("IntervalStyle", "sql_standard"),
          Map.entry("DateStyle", "German, DMY"),
          Map.entry("TimeZone", "Asia/Kathmandu"),
          Map.entry("extra_float_digits", "-15"),
          Map.entry("array_nulls", "off"),
          Map.entry("transform_null_equals", "on"),
          Map.entry("quote_all_identifiers", "on"),
          Map.entry("client_min_messages", "debug5"),
          Map.entry("exit_on_error", "on"));

  @Test
  void database_settings_affect_neither_runs_nor_responses() throws Exception {
    var tables = server.tables().tables();
    var question =
        "{ operators(first: 5) { nodes { address state { tvsUsd registeredAt } } }"
            + " operatorsAggregate { count } pipeline { checks { name status } } }";
    var expected = server.query(question).get("data");
    var before = server.tables().rows("select sum(shares) from operator_strategy_state");
    setDatabases(HARMFUL);
    try (var other = server.replica()) {
      var context = other.server().getApplicationContext();
      var day = LocalDate.parse("2026-01-20");

      var updated =
          context
              .getBean(StateUpdate.class)
              .run(
                  true,
                  Run.Trigger.COMMAND,
                  (done, of) -> StateUpdate.pause(Duration.ofMillis(1_200)));
      assertThat(updated).isInstanceOf(StateUpdateResult.Updated.class);
      assertThat(((StateUpdateResult.Updated) updated).rows().changed()).isZero();
      assertThat(((StateUpdateResult.Updated) updated).failed()).isEmpty();
      var taken =
          context
              .getBean(Snapshots.class)
              .run(
                  day,
                  day,
                  Plan.Reprocess.ALL,
                  Run.Trigger.COMMAND,
                  (days, of) -> StateUpdate.pause(Duration.ofMillis(1_200)));
      assertThat(((DayResult.DaysTaken) taken).isWhole()).isTrue();
      assertThat(
              server
                  .json(
                      http.send(
                          HttpRequest.newBuilder(other.uri().resolve("/graphql"))
                              .header("content-type", "application/json")
                              .POST(
                                  BodyPublishers.ofString(server.write(Map.of("query", question))))
                              .build(),
                          BodyHandlers.ofString()))
                  .get("data"))
          .isEqualTo(expected);
    } finally {
      for (var url : List.of(tables.eventsUrl(), tables.stateUrl())) {
        try (var connection = url.connect();
            var statement = connection.createStatement()) {
          statement.execute("alter database %s reset all".formatted(url.database()));
        }
      }
    }
    assertThat(server.tables().rows("select sum(shares) from operator_strategy_state"))
        .isEqualTo(before);
  }

  private static void setDatabases(Map<String, String> settings) throws SQLException {
    var tables = server.tables().tables();
    for (var url : List.of(tables.eventsUrl(), tables.stateUrl())) {
      try (var connection = url.connect();
          var statement = connection.createStatement()) {
        for (var setting : settings.entrySet()) {
          statement.execute(
              "alter database %s set %s = %s"
                  .formatted(
                      url.database(),
                      setting.getKey(),
                      statement.enquoteLiteral(setting.getValue())));
        }
      }
    }
  }

  @Test
  void without_a_free_connection_a_request_fails_with_a_code() throws Exception {
    var taken = replica.pool("api");
    try (var one = taken.getConnection();
        var two = taken.getConnection();
        var three = taken.getConnection()) {
      assertThat(List.of(one.isValid(1), two.isValid(1), three.isValid(1))).containsOnly(true);

      var refused = ask(QUESTION);

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(code(refused)).isEqualTo("UNAVAILABLE");
    }
    assertThat(ask(QUESTION).statusCode()).isEqualTo(200);
  }

  @Test
  void without_a_free_connection_every_transport_reports_it_and_logs_one_line() throws Exception {
    var taken = replica.pool("api");
    var logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    try (var one = taken.getConnection();
        var two = taken.getConnection();
        var three = taken.getConnection()) {
      assertThat(List.of(one.isValid(1), two.isValid(1), three.isValid(1))).containsOnly(true);
      logger.addAppender(lines);

      for (var path :
          List.of(
              "/graphql?query=" + URLEncoder.encode(QUESTION, UTF_8),
              "/api/v1/operators/0x" + "0".repeat(40) + "/stats",
              "/api/summary",
              "/api/exports/share-prices.csv")) {
        lines.list.clear();
        var refused = get(path);
        assertThat(refused.statusCode()).as(path).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).as(path).hasValue("5");
        assertThat(code(refused)).isEqualTo("UNAVAILABLE");
        expectOneLine(lines.list);
      }

      lines.list.clear();
      var stream = get("/graphql/stream?query=" + URLEncoder.encode(QUESTION, UTF_8));
      assertThat(stream.body()).contains("event: next", "\"UNAVAILABLE\"", "event: complete");
      expectOneLine(lines.list);

      lines.list.clear();
      try (var socket = new TestSocket(http, replica.uri(), "{}")) {
        socket.message("connection_ack", "");
        socket.send(
            "{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":%s}"
                .formatted(server.write(Map.of("query", QUESTION))));
        assertThat(server.write(socket.message("error", "a"))).contains("\"UNAVAILABLE\"");
      }
      expectOneLine(lines.list);
    } finally {
      logger.detachAppender(lines);
    }
  }

  private static void expectOneLine(List<ILoggingEvent> lines) {
    var ofRequest =
        List.copyOf(lines).stream()
            .filter(
                line ->
                    line.getMessage().startsWith("errorId=") || line.getThrowableProxy() != null)
            .toList();
    assertThat(ofRequest).as(ofRequest.toString()).hasSize(1);
    assertThat(ofRequest.getFirst().getThrowableProxy()).isNull();
  }

  private static HttpResponse<String> ask(String document) throws Exception {
    return http.send(
        HttpRequest.newBuilder(replica.uri().resolve("/graphql"))
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
            .POST(HttpRequest.BodyPublishers.ofString(server.write(Map.of("query", document))))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(replica.uri().resolve(path)).build(), BodyHandlers.ofString());
  }

  private static String code(HttpResponse<String> refused) throws Exception {
    return server
        .bean(JsonMapper.class)
        .readValue(refused.body(), JsonNode.class)
        .get("errors")
        .get(0)
        .get("extensions")
        .get("code")
        .getStringValue();
  }

  private static long position(TestSocket socket) throws Exception {
    var event = socket.message("next", "a").get("payload").get("data").get("epochAdded");
    return Long.parseLong(event.get("cursor").getStringValue());
  }

  private static void happen(int epoch) throws SQLException {
    try (var connection = server.tables().tables().stateUrl().connect()) {
      connection.setAutoCommit(false);
      DataVersion.raise(connection, List.of(Change.epochAdded(epoch)));
      connection.commit();
    }
  }
}
