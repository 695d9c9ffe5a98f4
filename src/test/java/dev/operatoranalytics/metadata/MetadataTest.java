package dev.operatoranalytics.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.jdbc.DataSourceResolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Fetches documents from a local server. */
@Tag("slow")
class MetadataTest {
  private static final Instant NOW = Instant.parse("2026-01-22T12:00:00Z");
  private static final int MAX_DOCUMENT_BYTES = 2_000;
  private static final ConnectionUrl STATE = TestPostgres.fresh("analytics");

  private HttpServer server;
  private String here;

  @BeforeEach
  void serve() throws Exception {
    execute("truncate operators, avs, operator_metadata, avs_metadata, metadata_fetches");
    execute("truncate pipeline_requests");
    server = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/good", exchange -> answer(exchange, 200, "{\"name\":\"Alice\"}"));
    server.createContext("/gone", exchange -> answer(exchange, 404, "{}"));
    server.createContext("/text", exchange -> answer(exchange, 200, "<html>"));
    server.createContext(
        "/large", exchange -> answer(exchange, 200, " ".repeat(MAX_DOCUMENT_BYTES + 1)));
    server.createContext("/bomb", MetadataTest::answerCompressed);
    server.createContext("/slow", MetadataTest::dripForever);
    server.createContext("/to", MetadataTest::redirect);
    server.createContext(
        "/ipfs/Qm1/doc.json", exchange -> answer(exchange, 200, "{\"name\":\"By content\"}"));
    server.createContext(
        "/odd",
        exchange ->
            answer(
                exchange,
                200,
                """
                {"name":" Bob ","description":7,"website":"javascript:alert(1)",
                 "logo":"https://bob.example/l.png","twitter":"@b\\u0000ob\\ud800","extra":{"name":"no"}}
                """));
    server.start();
    here = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_document_is_stored_once_and_requests_a_rebuild_of_its_operator() throws Exception {
    publish("operators", "operator_id", "alice", here + "/good");
    publish("avs", "avs_id", "oracle", "ipfs://Qm1/doc.json");

    assertThat(update(NOW)).isEqualTo(new MetadataUpdateResult(2, 2, 0));
    assertThat(update(NOW)).isEqualTo(new MetadataUpdateResult(0, 0, 0));
    assertThat(update(NOW.plus(Duration.ofDays(8)))).isEqualTo(new MetadataUpdateResult(2, 0, 0));

    assertThat(rows("select operator_id, name, website from operator_metadata"))
        .containsExactly(List.of("alice", "Alice", "-"));
    assertThat(rows("select avs_id, name from avs_metadata"))
        .containsExactly(List.of("oracle", "By content"));
    assertThat(rows("select operator_id, reason from pipeline_requests"))
        .containsExactly(List.of("alice", "METADATA"));
  }

  @Test
  void a_new_uri_is_fetched_at_once() throws Exception {
    publish("operators", "operator_id", "alice", here + "/gone");
    update(NOW);
    execute("update operators set metadata_uri = '%s/good'".formatted(here));

    assertThat(update(NOW)).isEqualTo(new MetadataUpdateResult(1, 1, 0));
  }

  @Test
  void a_failure_is_stored_with_its_reason_and_retried_with_growing_delays() throws Exception {
    publish("operators", "operator_id", "alice", here + "/gone");

    assertThat(update(NOW)).isEqualTo(new MetadataUpdateResult(0, 0, 1));
    assertThat(update(NOW.plus(Duration.ofMinutes(4))))
        .isEqualTo(new MetadataUpdateResult(0, 0, 0));
    assertThat(update(NOW.plus(Duration.ofMinutes(5))))
        .isEqualTo(new MetadataUpdateResult(0, 0, 1));
    assertThat(update(NOW.plus(Duration.ofMinutes(14))))
        .isEqualTo(new MetadataUpdateResult(0, 0, 0));
    assertThat(
            rows(
                "select status, reason, detail, failures, extract(minute from next_attempt_at -"
                    + " attempted_at)::int, fetched_at from metadata_fetches"))
        .containsExactly(List.of("FAILED", "STATUS", "HTTP status 404", "2", "10", "-"));
  }

  @Test
  void invalid_fields_are_skipped_and_named() throws Exception {
    publish("operators", "operator_id", "bob", here + "/odd");

    update(NOW);

    assertThat(rows("select name, description, website, logo, twitter from operator_metadata"))
        .containsExactly(List.of("Bob", "-", "-", "https://bob.example/l.png", "@b\u2400ob\uFFFD"));
    assertThat(rows("select status, detail from metadata_fetches"))
        .containsExactly(
            List.of("FETCHED", "description: not a string; website: not a web address"));
  }

  @Test
  void size_time_and_redirects_are_limited() throws Exception {
    try (var fetcher = new Fetcher(settings(true))) {
      assertThat(reason(fetcher, here + "/large"))
          .isEqualTo(FetchFailed.FetchFailureReason.TOO_LARGE);
      assertThat(reason(fetcher, here + "/bomb"))
          .isEqualTo(FetchFailed.FetchFailureReason.TOO_LARGE);
      assertThat(fetcher.fetch(here + "/to?2")).asString(StandardCharsets.UTF_8).contains("Alice");
      assertThat(reason(fetcher, here + "/to?4"))
          .isEqualTo(FetchFailed.FetchFailureReason.TOO_MANY_REDIRECTS);
      assertThat(reason(fetcher, "http://127.0.0.1:1/"))
          .isEqualTo(FetchFailed.FetchFailureReason.UNREACHABLE);
    }
    try (var fetcher = new Fetcher(settings(true, Duration.ofMillis(500)))) {
      assertThat(reason(fetcher, here + "/slow"))
          .isEqualTo(FetchFailed.FetchFailureReason.TOO_SLOW);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/",
        "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/",
        "http://100.64.0.1/", "http://[::ffff:10.0.0.1]/", "http://[fd00::1]/", "http://[fe80::1]/",
        "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::1]/", "http://255.255.255.255/"
      })
  void non_public_addresses_are_rejected(String uri) throws Exception {
    try (var fetcher = new Fetcher(settings(false))) {
      assertThat(reason(fetcher, uri)).isEqualTo(FetchFailed.FetchFailureReason.PRIVATE_ADDRESS);
    }
  }

  @Test
  void public_addresses_are_allowed() throws Exception {
    for (var address : List.of("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "172.15.0.1")) {
      assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).as(address).isTrue();
    }
  }

  @Test
  void a_redirect_to_a_disallowed_address_is_not_followed() throws Exception {
    var allowed = InetAddress.getLoopbackAddress();
    var elsewhere = here.replace("127.0.0.1", "127.0.0.2") + "/good";
    try (var fetcher = new Fetcher(settings(false), allowed::equals)) {
      assertThat(fetcher.fetch(here + "/good")).isNotEmpty();
      assertThat(reason(fetcher, here + "/to?" + elsewhere))
          .isEqualTo(FetchFailed.FetchFailureReason.PRIVATE_ADDRESS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "file:///etc/passwd",
        "data:application/json,{}",
        "http://",
        "http://a b/",
        "http://user:secret@example.com/",
        "ftp://example.com/"
      })
  void an_invalid_uri_is_rejected(String uri) throws Exception {
    try (var fetcher = new Fetcher(settings(true))) {
      assertThat(reason(fetcher, uri)).isEqualTo(FetchFailed.FetchFailureReason.BAD_URI);
    }
  }

  @Test
  void anything_but_one_json_object_is_rejected() {
    for (var text : List.of("", "<html>", "[]", "{\"name\":", "{} {}", "7")) {
      assertThatThrownBy(() -> MetadataDocument.parse(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(FetchFailed.class);
    }
  }

  private MetadataUpdateResult update(Instant now) throws Exception {
    var source = new PGSimpleDataSource();
    source.setUrl(STATE.jdbc());
    source.setUser(STATE.user());
    source.setPassword(STATE.password());
    return new MetadataUpdate(
            source, DataSourceResolver.DEFAULT, settings(true), Clock.fixed(now, ZoneOffset.UTC))
        .run(line -> {})
        .orElseThrow();
  }

  private MetadataSettings settings(boolean isPrivateAllowed) {
    return settings(isPrivateAllowed, Duration.ofSeconds(30));
  }

  private MetadataSettings settings(boolean isPrivateAllowed, Duration timeout) {
    return new MetadataSettings(
        timeout,
        MAX_DOCUMENT_BYTES,
        3,
        URI.create(here + "/ipfs/"),
        Duration.ofDays(7),
        100,
        4,
        isPrivateAllowed);
  }

  private static FetchFailed.FetchFailureReason reason(Fetcher fetcher, String uri) {
    try {
      fetcher.fetch(uri);
    } catch (FetchFailed e) {
      return e.reason();
    }
    throw new AssertionError("fetched " + uri);
  }

  private void publish(String table, String key, String subject, String uri) throws SQLException {
    var others =
        table.equals("avs")
            ? "updated_at, updated_at_block) values ('%s', '%s', now(), 1)"
            : """
            registered_at, is_registration_inferred, first_activity_at, last_activity_at,
            updated_at, updated_at_block) values ('%s', '%s', now(), true, now(), now(), now(), 1)
            """;
    execute(
        "insert into %s (%s, metadata_uri, ".formatted(table, key)
            + others.formatted(subject, uri));
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = STATE.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<List<String>> rows(String sql) throws SQLException {
    try (var connection = STATE.connect();
        var statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      var rows = new ArrayList<List<String>>();
      while (answer.next()) {
        var row = new ArrayList<String>();
        for (var i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          row.add(answer.getString(i) == null ? "-" : answer.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static void answerCompressed(HttpExchange exchange) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(new byte[1_000 * MAX_DOCUMENT_BYTES]);
    }
    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, compressed.size());
    try (var out = exchange.getResponseBody()) {
      compressed.writeTo(out);
    }
  }

  /** Sends bytes forever, each before the read timeout. */
  private static void dripForever(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (var out = exchange.getResponseBody()) {
      while (true) {
        out.write(' ');
        out.flush();
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Redirects as often as the query says, or to the address in the query. */
  private static void redirect(HttpExchange exchange) throws IOException {
    var query = exchange.getRequestURI().getQuery();
    var times = query.matches("[0-9]") ? Integer.parseInt(query) : 0;
    exchange
        .getResponseHeaders()
        .add("Location", times > 1 ? "/to?" + (times - 1) : times == 1 ? "/good" : query);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }
}
