package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.api.live.ChangeFeed;
import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import io.micronaut.json.tree.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscribers get each event exactly once, across connection failures. */
@Timeout(60)
@Tag("slow")
class SubscriptionTest {
  private static final String EPOCHS =
      """
      subscription($after: String) {
        epochAdded(after: $after) {
          __typename
          ... on EpochAdded { cursor isReplacement }
          ... on Gap { cursor from to dropped reason }
        }
      }
      """;
  private static final String OPERATORS =
      """
      subscription($after: String) {
        operatorUpdated(after: $after) {
          ... on OperatorUpdated { cursor skipped operator { address } }
          ... on Gap { cursor reason }
        }
      }
      """;

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "operator-analytics.feed.queue", 50,
              "operator-analytics.feed.recent", 64,
              "operator-analytics.feed.poll", "200ms",
              "operator-analytics.sockets.operations", 20,
              "operator-analytics.limits.requests-per-minute", 1_000_000));

  @AutoClose private static final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_subscription_with_a_cursor_gets_past_events_first_and_then_new_ones() throws Exception {
    var begin = position();
    happen(Change.epochAdded(1), Change.epochReplaced(2));
    try (var socket = new Socket(server.uri())) {
      socket.subscribe("a", EPOCHS, Map.of("after", begin));
      assertThat(socket.next("a").get("cursor").getStringValue()).isEqualTo(next(begin, 1));
      assertThat(socket.next("a").get("isReplacement").getBooleanValue()).isTrue();

      happen(Change.epochAdded(3));

      assertThat(socket.next("a").get("cursor").getStringValue()).isEqualTo(next(begin, 3));
    }
  }

  @Test
  void an_alert_is_delivered_with_its_figures() throws Exception {
    server
        .tables()
        .execute(
            """
            insert into alert_rules (name, kind, is_enabled, since, created_at, created_by)
            values ('others', 'SLASH', true, now(), now(), 'test'),
                ('slashes', 'SLASH', true, now(), now(), 'test');
            insert into alerts (
                rule_id, fact_key, kind, happened_at, figures, link, fired_at
            )
            select rule_id, 'fact', 'SLASH', now(), '{"usd": "1"}', '/', now()
            from alert_rules
            order by rule_id
            """);
    var begin = position();
    var rule = "";
    var alert = "";
    for (var row : server.tables().rows("select alert_id, rule_id from alerts order by 1")) {
      alert = row.getFirst();
      rule = row.getLast();
      happen(Change.alert(Long.parseLong(alert), Long.parseLong(rule)));
    }
    try (var socket = new Socket(server.uri())) {
      socket.subscribe(
          "a",
          "subscription($after: String, $rules: [ID!]) { alerts(after: $after, rules: $rules) { ..."
              + " on AlertFired { alertId alert { kind figures rule { name } } } } }",
          Map.of("after", begin, "rules", List.of(rule)));

      var event = socket.next("a");

      assertThat(event.get("alertId").getStringValue()).isEqualTo(alert);
      assertThat(event.get("alert").get("figures").getStringValue()).isEqualTo("{\"usd\": \"1\"}");
      assertThat(event.get("alert").get("rule").get("name").getStringValue()).isEqualTo("slashes");
    } finally {
      server.tables().execute("delete from alert_rules");
    }
  }

  @Test
  void a_state_update_publishes_a_new_root_and_a_disabled_one() throws Exception {
    var begin = position();
    var newest =
        server
            .tables()
            .rows(
                "select root_index, safe_block, extract(epoch from safe_at)::bigint from"
                    + " distribution_roots, pipeline_checkpoints order by root_index desc limit 1")
            .getFirst();
    var index = Integer.parseInt(newest.get(0));
    server
        .tables()
        .tables()
        .given(
            "distribution_root_submitted_events",
            """
            root_index | root | rewards_calculation_end_timestamp | activated_at | block_number | block_timestamp | log_index
            %s | 0x01 | 1767225600 | 1767830400 | %s | %s | 7
            """
                .formatted(
                    index + 1,
                    Long.parseLong(newest.get(1)) + 1,
                    Long.parseLong(newest.get(2)) + 12));
    server
        .tables()
        .tables()
        .given(
            "distribution_root_disabled_events",
            """
            root_index | block_number | block_timestamp | log_index
            %s | %s | %s | 8
            """
                .formatted(
                    index, Long.parseLong(newest.get(1)) + 1, Long.parseLong(newest.get(2)) + 12));

    server.tables().update();

    try (var socket = new Socket(server.uri())) {
      socket.subscribe(
          "a",
          "subscription($after: String) { rewardsPublished(after: $after) { ... on RewardsPublished"
              + " { cursor change untilDate root { index status root } } } }",
          Map.of("after", begin));
      var disabled = socket.next("a");
      assertThat(disabled.get("change").getStringValue()).isEqualTo("DISABLED");
      assertThat(disabled.get("root").get("index").getStringValue())
          .isEqualTo(Integer.toString(index));
      assertThat(disabled.get("root").get("status").getStringValue()).isEqualTo("DISABLED");
      var published = socket.next("a");
      assertThat(published.get("change").getStringValue()).isEqualTo("PUBLISHED");
      assertThat(published.get("untilDate").getStringValue()).isEqualTo("2026-01-01");
      assertThat(published.get("root").get("root").getStringValue()).isEqualTo("0x01");
    }
  }

  @Test
  void without_a_cursor_a_subscription_gets_only_new_events() throws Exception {
    var begin = position();
    happen(Change.epochAdded(1));
    try (var socket = new Socket(server.uri())) {
      // until the server has read the first event
      socket.subscribe("first", EPOCHS, Map.of("after", begin));
      socket.next("first");
      socket.subscribe("a", EPOCHS, Map.of());
      socket.subscribe("b", EPOCHS, Map.of("after", position()));
      socket.settle();

      happen(Change.epochAdded(2));

      assertThat(socket.next("a")).isEqualTo(socket.next("b"));
    }
  }

  @Test
  void subscribers_get_each_event_exactly_once_across_reconnects_and_restarts() throws Exception {
    var begin = position();
    // at full size: bench/follow disconnects
    var events = Integer.getInteger("proof.events", 400);
    var writer =
        CompletableFuture.runAsync(
            () ->
                happenApart(
                    IntStream.range(0, events)
                        .boxed()
                        .flatMap(
                            number ->
                                Stream.of(
                                    Change.epochAdded(number),
                                    Change.operator("0x" + "0".repeat(40), 1)))
                        .toList()),
            // the client works in the common pool, which may have a single thread
            Thread::startVirtualThread);
    var heard = new ArrayList<Long>();
    for (var until : List.of(events / 2, events)) {
      try (var replica = server.replica()) {
        hear(begin, heard, until, List.of(server.uri(), replica.uri()));
      }
    }
    writer.join();

    assertThat(heard)
        .containsExactlyElementsOf(
            LongStream.range(0, events)
                .map(number -> Long.parseLong(begin) + 1 + 2 * number)
                .boxed()
                .toList());
  }

  /** Subscribes over connections that break after one to seven events, to each server in turn. */
  private static void hear(String begin, List<Long> heard, int until, List<URI> servers)
      throws Exception {
    for (var connection = 0; heard.size() < until; connection++) {
      try (var socket = new Socket(servers.get(connection % servers.size()))) {
        var after = heard.isEmpty() ? begin : heard.getLast().toString();
        socket.subscribe("a", EPOCHS, Map.of("after", after));
        for (var read = 0; read <= connection % 7 && heard.size() < until; read++) {
          var event = socket.next("a");
          assertThat(event.get("__typename").getStringValue()).isEqualTo("EpochAdded");
          heard.add(Long.valueOf(event.get("cursor").getStringValue()));
        }
      }
    }
  }

  @Test
  void many_changes_of_an_operator_are_merged_into_the_latest() throws Exception {
    var begin = position();
    var changes = new ArrayList<Change>();
    for (var i = 0; i < 300; i++) {
      changes.add(Change.operator("0x" + "%040x".formatted(i % 3), 1));
    }
    happen(changes.toArray(Change[]::new));
    try (var socket = new Socket(server.uri())) {
      socket.subscribe("a", OPERATORS, Map.of("after", begin));

      for (var i = 0; i < 3; i++) {
        var event = socket.next("a");
        assertThat(event.get("skipped").getIntValue()).isEqualTo(99);
        assertThat(event.get("cursor").getStringValue()).isEqualTo(next(begin, 298 + i));
      }
    }
  }

  @Test
  void a_cursor_older_than_the_feed_gets_a_gap_event() throws Exception {
    happen(Change.epochAdded(1));
    var last = position();
    try (var connection = connection();
        var statement = connection.createStatement()) {
      statement.execute("update change_feed set happened_at = now() - interval '40 days'");
      DataVersion.prune(connection, java.time.Duration.ofDays(30));
    }
    happen(Change.epochAdded(2));
    // older than the events in memory
    happenApart(Collections.nCopies(80, Change.operator("0x" + "0".repeat(40), 1)));
    try (var socket = new Socket(server.uri())) {
      socket.subscribe("a", EPOCHS, Map.of("after", "0"));

      var gap = socket.next("a");
      assertThat(gap.get("__typename").getStringValue()).isEqualTo("Gap");
      assertThat(gap.get("reason").getStringValue()).isEqualTo("RETENTION");
      assertThat(gap.get("from").getStringValue()).isEqualTo("0");
      assertThat(gap.get("to").getStringValue()).isEqualTo(last);
      assertThat(socket.next("a").get("cursor").getStringValue()).isEqualTo(next(last, 1));
    }
  }

  @Test
  void a_cursor_of_another_database_is_rejected() throws Exception {
    try (var socket = new Socket(server.uri())) {
      socket.subscribe("a", EPOCHS, Map.of("after", next(position(), 1_000)));

      var error = socket.message("error", "a").get("payload").get(0);
      assertThat(error.get("extensions").get("code").getStringValue()).isEqualTo("BAD_USER_INPUT");
    }
  }

  @Test
  void the_progress_of_a_finished_run_ends_with_the_run() throws Exception {
    var run = run();
    try (var socket = new Socket(server.uri())) {
      socket.subscribe(
          "a",
          "subscription($id: ID) { runProgress(id: $id) { ... on RunProgress { status } } }",
          Map.of("id", run));

      assertThat(socket.next("a").get("status").getStringValue()).isEqualTo("RUNNING");
      assertThat(socket.next("a").get("status").getStringValue()).isEqualTo("SUCCEEDED");
      socket.message("complete", "a");
    }
  }

  @Test
  void closing_a_socket_ends_its_subscriptions_at_once() throws Exception {
    var feed = server.bean(ChangeFeed.class);
    nobodyFollows(feed);
    var socket = new Socket(server.uri());
    for (var i = 0; i < 19; i++) {
      socket.subscribe("s" + i, EPOCHS, Map.of());
    }
    socket.settle();
    assertThat(feed.subscribers()).isEqualTo(19);
    socket.subscribe("s19", EPOCHS, Map.of());
    socket.subscribe("one too many", EPOCHS, Map.of());
    var error = socket.message("error", "one too many").get("payload").get(0);
    assertThat(error.get("extensions").get("code").getStringValue())
        .isEqualTo("TOO_MANY_SUBSCRIPTIONS");

    socket.close();

    nobodyFollows(feed);
  }

  /** Waits, because sockets of other tests may still be closing. */
  private static void nobodyFollows(ChangeFeed feed) {
    await().untilAsserted(() -> assertThat(feed.subscribers()).isZero());
  }

  @Test
  void a_listener_reconnects_after_a_lost_connection() throws Exception {
    try (var socket = new Socket(server.uri())) {
      socket.subscribe("a", EPOCHS, Map.of());
      socket.settle();
      try (var connection = connection();
          var statement = connection.createStatement()) {
        statement.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()"
                + " and (query = 'listen change_feed' or query like '%from change_feed%')");
      }

      happen(Change.epochAdded(1));

      assertThat(socket.next("a").get("cursor").getStringValue()).isEqualTo(position());
    }
  }

  @Test
  void events_are_sent_over_http_too() throws Exception {
    var begin = position();
    happen(Change.epochAdded(1));
    var body = body(EPOCHS, Map.of("after", begin));
    var response =
        http.send(
            HttpRequest.newBuilder(stream())
                .header("content-type", "application/json")
                .header("accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    try (var events = new Events(response.body())) {
      assertThat(events.next("next")).contains("\"cursor\":\"" + next(begin, 1) + "\"");

      happen(Change.epochAdded(2));

      assertThat(events.next("next")).contains("\"cursor\":\"" + next(begin, 2) + "\"");
    }
  }

  @Test
  void the_headers_of_a_stream_are_sent_before_its_first_event() throws Exception {
    var response =
        http.sendAsync(streamOf(EPOCHS, Map.of()).build(), BodyHandlers.ofInputStream())
            .get(3, TimeUnit.SECONDS);

    assertThat(response.statusCode()).isEqualTo(200);
    response.body().close();
  }

  @Test
  void a_stream_resumes_after_the_last_event_id_of_its_client() throws Exception {
    var begin = position();
    happen(Change.epochAdded(1), Change.epochAdded(2), Change.epochAdded(3));
    String id;
    try (var events = new Events(open(streamOf(EPOCHS, Map.of("after", begin))))) {
      id = events.id();
      assertThat(id).isEqualTo(next(begin, 1));
    }

    // a browser reconnects with its first URL and variables
    try (var events =
        new Events(open(streamOf(EPOCHS, Map.of("after", begin)).header("Last-Event-ID", id)))) {
      assertThat(events.id()).isEqualTo(next(begin, 2));
      assertThat(events.next("next")).contains("\"cursor\":\"" + next(begin, 2) + "\"");
      assertThat(events.id()).isEqualTo(next(begin, 3));
    }

    try (var events = new Events(open(streamOf(EPOCHS, Map.of()).header("Last-Event-ID", "x")))) {
      assertThat(events.next("next")).contains("Last-Event-ID is the cursor of an event");
    }
  }

  private static HttpRequest.Builder streamOf(String query, Map<String, Object> variables)
      throws Exception {
    return HttpRequest.newBuilder(stream())
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .POST(HttpRequest.BodyPublishers.ofString(body(query, variables)));
  }

  private static InputStream open(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofInputStream()).body();
  }

  @Test
  void a_subscription_by_post_is_rejected_with_the_stream_endpoint() throws Exception {
    var answer = server.query("subscription { epochAdded { __typename } }");

    assertThat(answer.get("errors").get(0).get("message").getStringValue())
        .contains("/graphql/stream");
  }

  /** Returns the number of a run that has just ended. */
  private static String run() throws SQLException {
    server.tables().update();
    return server.tables().rows("select max(run_id) from pipeline_runs").getFirst().getFirst();
  }

  private static URI stream() {
    return server.uri().resolve("/graphql/stream");
  }

  private static String next(String cursor, long by) {
    return Long.toString(Long.parseLong(cursor) + by);
  }

  private static String position() throws SQLException {
    try (var connection = connection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select feed_position from data_version")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void happen(Change... changes) {
    happen(List.of(List.of(changes)));
  }

  /** Writes each change in its own transaction. */
  private static void happenApart(List<Change> changes) {
    happen(changes.stream().map(List::of).toList());
  }

  private static void happen(List<List<Change>> transactions) {
    try (var connection = connection()) {
      connection.setAutoCommit(false);
      for (var changes : transactions) {
        DataVersion.raise(connection, changes);
        connection.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection connection() throws SQLException {
    return server.tables().tables().stateUrl().connect();
  }

  private static String body(String query, Map<String, Object> variables) throws Exception {
    return server.write(Map.of("query", query, "variables", variables));
  }

  /** A response of server-sent events; reads them one by one. */
  private record Events(BufferedReader lines) implements AutoCloseable {
    Events(InputStream body) {
      this(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
    }

    /** Returns the id of the next event that has one. */
    String id() throws Exception {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("id: ")) {
          return line.substring("id: ".length());
        }
      }
      throw new AssertionError("the stream ended");
    }

    /** Returns the data of the next event with a name; skips others. */
    String next(String name) throws Exception {
      var event = "";
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ") && event.equals(name)) {
          return line.substring("data: ".length());
        }
      }
      throw new AssertionError("the stream ended");
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /** A client of {@code graphql-transport-ws}. */
  private static final class Socket extends TestSocket {
    Socket(URI server) throws Exception {
      super(http, server, "{}");
    }

    void subscribe(String id, String query, Map<String, Object> variables) throws Exception {
      send(
          "{\"id\":\"%s\",\"type\":\"subscribe\",\"payload\":%s}"
              .formatted(id, body(query, variables)));
    }

    /** Returns the event, for any field name. */
    JsonNode next(String id) throws Exception {
      return message("next", id).get("payload").get("data").values().iterator().next();
    }

    /** Returns after the server has started all sent operations. */
    void settle() throws Exception {
      subscribe("settle", "{ __typename }", Map.of());
      message("complete", "settle");
      Thread.sleep(200);
    }
  }
}
