package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.operatoranalytics.api.http.Authenticator;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Caller.Role;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.simple.SimpleHttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication, roles, and rate limits. */
@Tag("slow")
class AccessTest {
  private static final String READER = "reader-key-of-sixteen";
  private static final String ADMIN = "admin-key-of-sixteen";
  private static final String SECRET = "a secret that is long enough to sign with, or so";

  private static final String REMOVED = "a-key-that-is-removed";
  private static final String DEMOTED = "a-key-that-only-reads-on";
  private static final String SUBSCRIPTION = "subscription { epochAdded { __typename } }";
  private static final String MUTATION = "mutation { cancelRun(input: { id: 1 }) { run { id } } }";

  private static Path keys;
  private static EmbeddedServer server;
  private static HttpClient http;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    keys = directory.resolve("keys");
    Files.writeString(
        keys, "# who may\nread dashboard " + READER + "\nadmin alice " + ADMIN + "\n");
    var properties = new HashMap<String, Object>();
    dataSource(properties, "events", TestPostgres.fresh("events"));
    var state = TestPostgres.fresh("analytics");
    dataSource(properties, "pipeline", state);
    dataSource(properties, "api", state);
    properties.put("micronaut.server.port", -1);
    properties.put("operator-analytics.access.reading-needs-key", true);
    properties.put("operator-analytics.access.key-file", keys.toString());
    properties.put("operator-analytics.limits.requests-per-minute", 60);
    properties.put("operator-analytics.sockets.per-client", 2);
    properties.put("micronaut.security.token.jwt.signatures.secret.validation.secret", SECRET);
    server =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .properties(properties)
            .start()
            .getBean(EmbeddedServer.class)
            .start();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.shutdownNow();
    server.getApplicationContext().close();
  }

  @Test
  void requests_without_a_key_get_no_data_when_reading_requires_one() throws Exception {
    var refused = ask();
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(refused.body()).contains("UNAUTHENTICATED");

    assertThat(ask("Authorization", "Bearer " + READER).statusCode()).isEqualTo(200);
    assertThat(ask("X-Api-Key", READER).statusCode()).isEqualTo(200);
    assertThat(ask("Authorization", "Bearer " + READER + "x").statusCode()).isEqualTo(401);
    assertThat(ask("Authorization", "Basic " + READER).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/summary", "/api/epochs", "/api/v1/operators/0x1/stats", "/prometheus"})
  void other_endpoints_require_the_same_keys_as_graphql(String path) throws Exception {
    var refused = get(path);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(refused.body()).contains("\"code\":\"UNAUTHENTICATED\"");

    assertThat(get(path, "Authorization", "Bearer " + READER).statusCode()).isNotEqualTo(401);
    assertThat(get(path, "X-Api-Key", READER + "x").statusCode()).isEqualTo(401);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void a_socket_sends_its_key_in_connection_init() throws Exception {
    try (var socket =
        new TestSocket(http, server.getURI(), "{\"Authorization\":\"Bearer " + READER + "\"}")) {
      socket.message("connection_ack", "");
      socket.send("{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{__typename}\"}}");
      socket.message("next", "a");
    }
    try (var socket = new TestSocket(http, server.getURI(), "{}")) {
      socket.send("{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{__typename}\"}}");
      assertThat(code(socket.message("error", "a"))).isEqualTo("UNAUTHENTICATED");
    }
    try (var socket =
        new TestSocket(http, server.getURI(), "{\"authorization\":\"Bearer nonsense\"}")) {
      assertThat(socket.closeCode()).isEqualTo(4403);
    }
  }

  @Test
  void a_key_identifies_the_caller_and_its_role() throws Exception {
    assertThat(caller("Bearer " + ADMIN)).isEqualTo(new Caller("alice", Role.ADMIN));
    assertThat(caller("bearer " + READER)).isEqualTo(new Caller("dashboard", Role.READER));
    assertThat(caller(null).role()).isEqualTo(Role.ANYBODY);
    // an unsupported scheme
    assertThat(caller("Basic " + READER).role()).isEqualTo(Role.ANYBODY);
  }

  @Test
  void a_query_reports_the_name_and_role_of_its_key() throws Exception {
    var asked = "/graphql?query=%7Bcaller%7Bname%20role%7D%7D";
    var alice = get(asked, "X-Api-Key", ADMIN);
    assertThat(alice.body()).contains("{\"caller\":{\"name\":\"alice\",\"role\":\"ADMIN\"}}");
    assertThat(alice.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(get(asked, "X-Api-Key", READER).body())
        .contains("{\"caller\":{\"name\":\"dashboard\",\"role\":\"READER\"}}");
  }

  @Test
  void keys_reload_without_a_restart_and_an_invalid_file_changes_nothing() throws Exception {
    var before = Files.readString(keys);
    write(before + "admin carol a-new-key-of-sixteen\n", 1);
    untilKnown("a-new-key-of-sixteen");
    assertThat(caller("Bearer a-new-key-of-sixteen")).isEqualTo(new Caller("carol", Role.ADMIN));

    write("admin carol short\n", 2);
    await().during(Duration.ofMillis(600)).until(() -> isKnown("Bearer a-new-key-of-sixteen"));
    assertThat(caller("Bearer a-new-key-of-sixteen")).isEqualTo(new Caller("carol", Role.ADMIN));

    write(before, 3);
    await().until(() -> !isKnown("Bearer a-new-key-of-sixteen"));
    assertThat(caller("Bearer " + ADMIN).name()).isEqualTo("alice");
  }

  @Test
  void a_token_is_accepted_when_its_signature_and_dates_are_valid() throws Exception {
    var soon = Instant.now().plusSeconds(600);
    assertThat(caller("Bearer " + token(SECRET, soon, "ADMIN")))
        .isEqualTo(new Caller("dave", Role.ADMIN));
    assertThat(caller("Bearer " + token(SECRET, soon, "OTHER")))
        .isEqualTo(new Caller("dave", Role.READER));
    assertThat(isKnown("Bearer " + token(SECRET.toUpperCase(java.util.Locale.ROOT), soon, "ADMIN")))
        .isFalse();
    assertThat(isKnown("Bearer " + token(SECRET, Instant.now().minusSeconds(600), "ADMIN")))
        .isFalse();
    assertThat(isKnown("Bearer " + new PlainJWT(claims(soon, "ADMIN")).serialize())).isFalse();
  }

  @Test
  void a_fragmented_message_has_the_same_size_limit_as_a_whole_one() throws Exception {
    try (var socket = new TestSocket(http, server.getURI(), "{}")) {
      socket.message("connection_ack", "");
      socket.trySend("{\"type\":", false);
      socket.send("\"ping\"}");
      socket.message("pong", "");
      var parts = 0;
      while (parts < 64 && socket.trySend("x".repeat(1 << 15), false)) {
        parts++;
      }
      assertThat(socket.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void the_number_of_sockets_of_a_client_is_limited() throws Exception {
    untilNoSocketIsOpen();
    try (var one = new TestSocket(http, server.getURI(), "{}");
        var other = new TestSocket(http, server.getURI(), "{}")) {
      one.message("connection_ack", "");
      other.message("connection_ack", "");
      try (var third = new TestSocket(http, server.getURI(), "{}")) {
        assertThat(third.closeCode()).isEqualTo(4429);
      }
    }
  }

  @Test
  void a_client_over_its_rate_limit_gets_retry_after_and_others_are_not_limited() throws Exception {
    write(Files.readString(keys) + "read busy a-key-that-is-busy-now\n", 4);
    untilKnown("a-key-that-is-busy-now");
    var statuses = new ArrayList<HttpResponse<String>>();
    for (var i = 0; i < 70; i++) {
      statuses.add(ask("X-Api-Key", "a-key-that-is-busy-now"));
    }

    assertThat(statuses.stream().filter(answer -> answer.statusCode() == 200)).hasSize(60);
    var refused = statuses.stream().filter(answer -> answer.statusCode() == 429).toList();
    assertThat(refused).hasSize(10);
    assertThat(
            Integer.parseInt(refused.getFirst().headers().firstValue("retry-after").orElseThrow()))
        .isBetween(1, 61);
    assertThat(refused.getFirst().body()).contains("TOO_MANY_REQUESTS");
    assertThat(refused.getFirst().headers().firstValue("x-request-id")).isPresent();
    assertThat(ask("X-Api-Key", READER).statusCode()).isEqualTo(200);
  }

  @Test
  void operations_on_a_socket_count_towards_the_rate_limit() throws Exception {
    write(Files.readString(keys) + "read follower a-key-that-follows-on\n", 5);
    untilKnown("a-key-that-follows-on");
    try (var socket =
        new TestSocket(
            http, server.getURI(), "{\"Authorization\":\"Bearer a-key-that-follows-on\"}")) {
      socket.message("connection_ack", "");
      var ask = "{\"id\":\"%d\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{__typename}\"}}";
      for (var i = 0; i < 60; i++) {
        socket.send(ask.formatted(i));
        socket.message("complete", Integer.toString(i));
      }
      socket.send(ask.formatted(60));
      assertThat(code(socket.message("error", "60"))).isEqualTo("TOO_MANY_REQUESTS");
    }
  }

  @Test
  void a_socket_is_closed_when_its_token_expires() throws Exception {
    var expiresAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(2);
    try (var socket = socket("Bearer " + token(SECRET, expiresAt, "ADMIN"))) {
      socket.message("connection_ack", "");
      socket.send(operation("a", SUBSCRIPTION));

      assertThat(socket.closeCode()).isEqualTo(4403);
      assertThat(Instant.now()).isBetween(expiresAt, expiresAt.plusSeconds(1));
      assertThat(socket.others()).isEmpty();
    }
  }

  @Test
  void a_socket_is_closed_when_its_key_is_removed_or_loses_its_role() throws Exception {
    var before = Files.readString(keys);
    write(before + "admin erin " + REMOVED + "\nadmin frank " + DEMOTED + "\n", 7);
    untilKnown(REMOVED);
    untilNoSocketIsOpen();
    try (var removed = socket("Bearer " + REMOVED);
        var demoted = socket("Bearer " + DEMOTED)) {
      for (var socket : List.of(removed, demoted)) {
        socket.message("connection_ack", "");
        socket.send(operation("a", MUTATION));
        socket.message("next", "a");
      }
      write(before + "read frank " + DEMOTED + "\n", 8);
      var changedAt = Instant.now();

      for (var socket : List.of(removed, demoted)) {
        assertThat(socket.closeCode()).isEqualTo(4403);
        assertThat(Instant.now()).isBefore(changedAt.plusSeconds(1));
      }
    } finally {
      write(before, 9);
    }
  }

  @Test
  void an_event_stream_ends_with_an_error_when_its_token_expires() throws Exception {
    var expiresAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(2);
    var bearer = "Bearer " + token(SECRET, expiresAt, "ADMIN");
    var stream = server.getURI().resolve("/graphql/stream");
    var answer =
        http.send(
            HttpRequest.newBuilder(stream)
                .headers("content-type", "application/json", "authorization", bearer)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"query\":\"%s\"}".formatted(SUBSCRIPTION)))
                .build(),
            BodyHandlers.ofString());

    assertThat(Instant.now()).isBetween(expiresAt, expiresAt.plusSeconds(1));
    assertThat(answer.body()).contains("event: next", "UNAUTHENTICATED", "event: complete");
  }

  private static TestSocket socket(String bearer) throws Exception {
    return new TestSocket(http, server.getURI(), "{\"authorization\":\"%s\"}".formatted(bearer));
  }

  private static String operation(String id, String document) {
    return "{\"id\":\"%s\",\"type\":\"subscribe\",\"payload\":{\"query\":\"%s\"}}"
        .formatted(id, document);
  }

  @Test
  void every_response_has_a_request_id_and_security_headers() throws Exception {
    var answer = ask("X-Api-Key", READER, "X-Request-Id", "mine-1");

    assertThat(answer.headers().firstValue("x-request-id")).hasValue("mine-1");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(ask("X-Request-Id", "<script>").headers().firstValue("x-request-id").orElseThrow())
        .matches("[0-9a-f-]{36}");
  }

  private static String code(JsonNode error) {
    return error.get("payload").get(0).get("extensions").get("code").getStringValue();
  }

  private static void write(String text, int second) throws Exception {
    Files.writeString(keys, text);
    // a file system may store times in whole seconds
    Files.setLastModifiedTime(keys, FileTime.from(Instant.now().plusSeconds(second)));
  }

  private static Caller caller(@Nullable String authorization) throws Exception {
    return server
        .getApplicationContext()
        .getBean(Authenticator.class)
        .of(new SimpleHttpRequest<>(io.micronaut.http.HttpMethod.GET, "/", null), authorization)
        .caller();
  }

  private static boolean isKnown(String authorization) throws Exception {
    try {
      return caller(authorization).isKnown();
    } catch (Authenticator.UnknownCredentials e) {
      return false;
    }
  }

  /** Waits, because the server notices the closed sockets of another test with a delay. */
  private static void untilNoSocketIsOpen() {
    var open =
        server
            .getApplicationContext()
            .getBean(MeterRegistry.class)
            .get("operator_analytics.sockets")
            .gauge();
    await().until(() -> open.value() == 0);
  }

  private static void untilKnown(String key) {
    await().until(() -> isKnown("Bearer " + key));
  }

  private static JWTClaimsSet claims(Instant until, String role) {
    return new JWTClaimsSet.Builder()
        .subject("dave")
        .claim("roles", List.of(role))
        .expirationTime(Date.from(until))
        .build();
  }

  private static String token(String secret, Instant until, String role) throws Exception {
    var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(until, role));
    token.sign(new MACSigner(secret));
    return token.serialize();
  }

  private static HttpRequest question(String... headers) {
    return asking("{__typename}", headers);
  }

  private static HttpRequest asking(String document, String... headers) {
    var request =
        HttpRequest.newBuilder(server.getURI().resolve("/graphql"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + document + "\"}"));
    return headers.length == 0 ? request.build() : request.headers(headers).build();
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(server.getURI().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> ask(String... headers) throws Exception {
    return http.send(question(headers), BodyHandlers.ofString());
  }

  private static void dataSource(
      Map<String, Object> properties, String name, ConnectionUrl connection) {
    properties.put("datasources." + name + ".url", connection.jdbc());
    properties.put("datasources." + name + ".username", connection.user());
    properties.put("datasources." + name + ".password", connection.password());
  }
}
