package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.chain.Sha256;
import dev.operatoranalytics.database.Sql;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP: statuses, caches, hashes, deadlines, disconnects. */
class HttpTest {
  private static final String RESPONSE_JSON = "application/graphql-response+json";
  private static final String TOTALS = "{ operators(first: 3) { nodes { address } } }";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "operator-analytics.api.answer-cache-mb",
              8,
              "operator-analytics.api.version-poll",
              "50ms",
              "operator-analytics.api.deadline",
              "3s",
              "datasources.api.maximum-pool-size",
              4,
              "operator-analytics.access.hosts",
              "Analytics.example.org:443, *.pods.example",
              "operator-analytics.sockets.per-client",
              1_000));

  @AutoClose private static final HttpClient http = HttpClient.newHttpClient();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                  | { __typename }   | 200
          application/json                  | { nothing }      | 200
          application/json                  | {                | 200
          application/graphql-response+json | { __typename }   | 200
          application/graphql-response+json | { nothing }      | 400
          application/graphql-response+json | {                | 400
          application/graphql-response+json | { node(id: "") { id } } | 200
          application/graphql-response+json | query($id: ID!) { node(id: $id) { id } } | 400
          """)
  void each_media_type_has_its_statuses(String accept, String document, int status)
      throws Exception {
    var response = post(document, accept);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith(accept);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Host: localhost                       | 200
          Host: LocalHost.:8080                 | 200
          Host: app.localhost:1                 | 200
          Host: 127.0.0.1:8080                  | 200
          Host: 127.8.9.10                      | 200
          Host: [::ffff:127.0.0.1]              | 200
          Host: 128.0.0.1                       | 421
          Host: [::1]:8080                      | 200
          Host: [0:0:0:0:0:0:0:1]               | 200
          Host: ANALYTICS.example.org           | 200
          Host: a.b.pods.example.:99            | 200
          Host: evil.example                    | 421
          Host: evil.example:8080               | 421
          Host: localhost.evil.example          | 421
          Host: 127.0.0.1.evil.example          | 421
          Host: notlocalhost                    | 421
          Host: pods.example                    | 421
          Host: 192.0.2.1                       | 421
          Host: [2001:db8::1]                   | 421
          Host: localhost@evil.example          | 400
          Host: evil.example/localhost          | 400
          Host: [::1                            | 400
          Host:                                 | 400
          Host: localhost,Host: localhost       | 400
          Host: localhost,Host: evil.example    | 400
          X-No-Host: at all                     | 400
          """)
  void only_requests_to_allowed_hosts_are_accepted(String headers, int status) throws Exception {
    var lines = headers.replace(",", "\n");
    assertThat(status("GET /graphql/schema HTTP/1.1", lines)).isEqualTo(status);
    assertThat(status("GET /graphql HTTP/1.1", lines + "\n" + UPGRADE))
        .isEqualTo(status == 200 ? 101 : status);
    assertThat(status("GET /graphql/stream?query=%7B__typename%7D HTTP/1.1", lines))
        .isEqualTo(status);
    assertThat(status("GET /nothing HTTP/1.1", lines)).isEqualTo(status == 200 ? 404 : status);
    // probes may send any host
    assertThat(status("GET /health HTTP/1.1", lines)).isEqualTo(200);
    assertThat(status("GET /prometheus HTTP/1.1", lines)).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /health/readiness HTTP/1.0                  | X-No-Host: at all  | 200
          GET /graphql/schema HTTP/1.0                    | X-No-Host: at all  | 421
          GET /graphql/schema HTTP/1.0                    | Host: localhost    | 200
          GET http://localhost/graphql/schema HTTP/1.1    | Host: localhost    | 200
          GET http://evil.example/graphql/schema HTTP/1.1 | Host: localhost    | 421
          GET http://localhost/graphql/schema HTTP/1.1    | Host: evil.example | 421
          """)
  void the_host_of_an_absolute_request_target_is_checked_too(
      String request, String headers, int status) throws Exception {
    assertThat(status(request, headers)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/*                                         | 200 | application/json
          */*                                                   | 200 | application/json
          text/html, */*;q=0.1                                  | 200 | application/json
          application/json;q=0.5, application/graphql-response+json | 200 | application/graphql-response+json
          application/graphql-response+json;q=0, application/*   | 200 | application/json
          text/html                                             | 406 | application/json
          """)
  void the_media_type_follows_the_accept_header(String accept, int status, String type)
      throws Exception {
    for (var response :
        List.of(
            post("{ __typename }", accept),
            get("query=" + encoded("{ __typename }"), "accept", accept))) {
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith(type);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, http://localhost:3000, 101",
    "localhost, https://evil.example, 403",
    "analytics.example.org, https://analytics.example.org, 101",
    "analytics.example.org, https://evil.example, 403",
    "analytics.example.org, null, 403"
  })
  void a_page_of_another_origin_opens_no_socket(String host, String origin, int status)
      throws Exception {
    assertThat(
            status(
                "GET /graphql HTTP/1.1", "Host: " + host + "\nOrigin: " + origin + "\n" + UPGRADE))
        .isEqualTo(status);
  }

  private static final String UPGRADE =
      """
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
      Sec-WebSocket-Protocol: graphql-transport-ws\
      """;

  private static int status(String request, String headers) throws Exception {
    try (var socket = new RawSocket(server.uri())) {
      socket.write(request + "\n" + headers + "\n\n");
      return Integer.parseInt(socket.head().split(" ", 3)[1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/graphql/schema, text/*, text/plain",
    "/graphiql, text/*, text/html",
    "/graphiql/start.js, text/*, text/javascript",
    "/graphiql/examples, application/*, application/json",
    "/api/summary, application/*, application/json",
    "/api/exports/share-prices.csv, text/*, text/csv",
    "/api/exports/share-prices.jsonl, application/x-ndjson, application/x-ndjson",
    "/prometheus, text/*, text/plain"
  })
  void other_responses_match_media_type_ranges_too(String path, String accept, String type)
      throws Exception {
    var response = get(URI.create(server.uri() + path), "accept", accept);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith(type);
  }

  @Test
  void a_compressed_body_has_the_same_size_limit_as_others() throws Exception {
    var asked = server.write(Map.of("query", "{ __typename }")).getBytes(StandardCharsets.UTF_8);

    assertThat(compressed("gzip", gzip(asked)).body()).contains("\"Query\"");
    assertThat(compressed("identity", asked).statusCode()).isEqualTo(200);
    assertThat(compressed("gzip", asked).statusCode()).isEqualTo(400);
    assertThat(compressed("br", asked).statusCode()).isEqualTo(415);
    assertThat(compressed("gzip", gzip(new byte[2 << 20])).statusCode()).isEqualTo(413);
  }

  private static HttpResponse<String> compressed(String encoding, byte[] body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.uri() + "/graphql"))
            .headers("content-type", "application/json", "content-encoding", encoding)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static byte[] gzip(byte[] bytes) throws Exception {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { operatrs { totalCount } }                             | Query has no field 'operatrs'. Did you mean 'operators' or 'operator'?
          { nothingLikeThis }                                     | Query has no field 'nothingLikeThis'
          { operators(frist: 5) { totalCount } }                  | The field 'operators' has no argument 'frist'. Did you mean 'first' or 'last'?
          { operators(first: "five") { totalCount } }             | first is Int, a whole number from -2147483648 to 2147483647, not "five"
          { operators(where: { tvsUsd: { gt: { a: [1, null] } } }) { totalCount } } | where.tvsUsd.gt: BigDecimal is a decimal number as a string, not '{a:[1,null]}'
          { operators(where: { nme: { eq: "x" } }) { totalCount } } | where: OperatorFilter has no field 'nme'. Did you mean 'name' or 'not'?
          { operators(where: [1]) { totalCount } }                | where is an object of type OperatorFilter, not [1]
          { operators(where: { isActive: { eq: "yes" } }) { totalCount } } | where.isActive.eq is Boolean, not "yes"
          { operators(orderBy: [{ field: ACTIVE_DELEGATOR }]) { totalCount } } | orderBy[0].field is a value of OperatorOrderField, not ACTIVE_DELEGATOR. Did you mean 'ACTIVE_DELEGATORS'?
          { operators(orderBy: [{ direction: ASC }]) { totalCount } } | orderBy[0].field is missing: it is OperatorOrderField!
          { operator { address } }                                | The field 'operator' needs the argument 'address', which is Address!
          { node(id: null) { id } }                               | id is ID!, it cannot be null
          { operators { ... on Oprator { address } } }            | There is no type 'Oprator'. Did you mean 'Operator'?
          { __typename @skp(if: true) }                           | There is no directive '@skp'. Did you mean '@skip'?
          { ...Operatr } fragment Operator on Query { __typename } | There is no fragment 'Operatr'. Did you mean 'Operator'?
          query($n: Int = "x") { operators(first: $n) { totalCount } } | $n is Int, a whole number from -2147483648 to 2147483647, not "x"
          """)
  void an_invalid_document_is_reported_in_terms_of_graphql(String document, String message)
      throws Exception {
    var response = post(document, RESPONSE_JSON);

    assertThat(code(response)).isEqualTo("VALIDATION_FAILED");
    assertThat(response.body()).contains("\"locations\"");
    assertThat(server.json(response).get("errors").values())
        .extracting(error -> error.get("message").getStringValue())
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Int                | "x"                      | $v is Int, a whole number from -2147483648 to 2147483647, not "x"
          Int                | {"a": [1, {}]}           | $v is Int, a whole number from -2147483648 to 2147483647, not {a:[1,{}]}
          Int!               | null                     | $v is Int!, it cannot be null
          OperatorFilter     | "x"                      | $v is an object of type OperatorFilter, not "x"
          OperatorFilter     | {"nme": {}}              | $v: OperatorFilter has no field 'nme'. Did you mean 'name' or 'not'?
          OperatorFilter     | {"name": {"in": ["a", 1]}} | $v.name.in[1] is String, not 1
          [OperatorOrder!]   | [{"field": "NMAE"}]      | $v[0].field is a value of OperatorOrderField, not "NMAE". Did you mean 'NAME'?
          """)
  void a_variable_of_the_wrong_type_is_reported_in_terms_of_graphql(
      String type, String value, String message) throws Exception {
    var argument = type.startsWith("Int") ? "first" : type.startsWith("[") ? "orderBy" : "where";
    var response =
        server.post(
            "/graphql",
            "application/json",
            "{\"query\":\"query($v: %s) { operators(%s: $v) { totalCount } }\",\"variables\":{\"v\":%s}}"
                .formatted(type, argument, value));

    assertThat(code(response)).isEqualTo("BAD_USER_INPUT");
    assertThat(message(response)).isEqualTo(message);
    assertThat(response.body()).contains("\"locations\"");
  }

  @Test
  void a_null_variable_selects_the_default_of_its_argument() throws Exception {
    var answer =
        server.json(
            server.post(
                "/graphql",
                "application/json",
                """
                {"query": "query($first: Int = 2) { operators(first: $first) { nodes { address } } }",
                 "variables": {"first": null}}
                """));

    assertThat(answer.get("errors")).isNull();
    assertThat(answer.get("data").get("operators").get("nodes").size()).isGreaterThan(2);
  }

  @Test
  void a_null_variable_for_a_non_null_argument_is_an_error_that_names_it() throws Exception {
    var response =
        server.post(
            "/graphql",
            "application/json",
            """
            {"query": "query($n: Int = 3) { search(text: \\"a\\", first: $n) { __typename } }",
             "variables": {"n": null}}
            """);

    assertThat(code(response)).isEqualTo("BAD_USER_INPUT");
    assertThat(message(response)).contains("'first'", "'Int!'");
  }

  @Test
  void responses_are_cached_per_variables_as_sent() throws Exception {
    var document =
        "query($a: Int, $b: Int) { operators(first: $a) { nodes { address } } x: operators(first:"
            + " $b) { nodes { address } } }";
    var expected = answer(document, "{\"a\":1,\"b\":2}");

    // a name that reads like two variables
    var other = answer(document, "{\"a=1, b\":2}");

    assertThat(other).isNotEqualTo(expected);
    assertThat(answer(document, "{\"a\":1,\"b\":2}")).isEqualTo(expected);
    assertThat(answer(document, "{\"a\":\"1\",\"b\":\"2\"}")).contains("BAD_USER_INPUT");
  }

  private static String answer(String document, String variables) throws Exception {
    return server
        .post(
            "/graphql",
            "application/json",
            server
                .write(Map.of("query", document))
                .replaceFirst("\\}$", ",\"variables\":" + variables + "}"))
        .body();
  }

  @Test
  void a_mutation_by_get_is_rejected_with_the_allowed_method() throws Exception {
    var response = get("query=" + encoded("mutation { __typename }"));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("POST");
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-www-form-urlencoded, query={__typename}",
    "multipart/form-data, x",
    "application/graphql, {__typename}"
  })
  void only_json_is_accepted(String type, String body) throws Exception {
    assertThat(server.post("/graphql", type, body).statusCode()).isEqualTo(415);
  }

  @Test
  void other_origins_are_denied_unless_configured() throws Exception {
    var response =
        http.send(
            HttpRequest.newBuilder(graphql("query=" + encoded("{__typename}")))
                .header("Origin", "https://evil.example")
                .build(),
            BodyHandlers.ofString());

    assertThat(response.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  @Test
  void an_etag_is_confirmed_without_executing_the_query_until_data_change() throws Exception {
    var first = get("query=" + encoded(TOTALS));
    var etag = first.headers().firstValue("etag").orElseThrow();
    assertThat(first.headers().firstValue("cache-control")).hasValue("private, no-cache");
    server.statements();

    var again = get("query=" + encoded(TOTALS), "If-None-Match", etag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(server.statements()).noneMatch(sql -> sql.contains("operator_state"));
    assertThat(get("query=" + encoded(TOTALS + " "), "If-None-Match", etag).statusCode())
        .isEqualTo(200);

    raiseDataVersion();
    var changed =
        await()
            .until(
                () -> get("query=" + encoded(TOTALS), "If-None-Match", etag),
                answer -> answer.statusCode() == 200);
    assertThat(changed.headers().firstValue("etag"))
        .isNotEqualTo(first.headers().firstValue("etag"));
  }

  @Test
  void a_cached_response_is_returned_byte_for_byte_only_while_it_is_valid() throws Exception {
    var first = post(TOTALS, "application/json").body();
    server.statements();

    assertThat(post(TOTALS, "application/json").body()).isEqualTo(first);
    assertThat(server.statements()).noneMatch(sql -> sql.contains("operator_state"));

    raiseDataVersion();
    var later =
        await()
            .until(() -> post(TOTALS, "application/json").body(), answer -> !answer.equals(first));
    assertThat(later.replaceAll("\"dataVersion\".*", ""))
        .isEqualTo(first.replaceAll("\"dataVersion\".*", ""));
  }

  @Test
  void time_dependent_responses_are_not_cached() throws Exception {
    var document =
        "{ operators(first: 1) { nodes { ...State } } } fragment State on Operator { state {"
            + " operationalDays } }";

    assertThat(get("query=" + encoded(document)).headers().firstValue("cache-control"))
        .hasValue("no-store");
    assertThat(
            get("query=" + encoded("{ pipeline { dataVersion } }"))
                .headers()
                .firstValue("cache-control"))
        .hasValue("no-store");
  }

  @Test
  void a_persisted_document_is_sent_once_and_then_found_by_its_hash() throws Exception {
    var document = "{ operators(first: 2) { nodes { id } } }";
    var extensions = persisted(document);

    var unknown = get("extensions=" + extensions);
    assertThat(message(unknown)).isEqualTo("PersistedQueryNotFound");
    assertThat(code(unknown)).isEqualTo("PERSISTED_QUERY_NOT_FOUND");
    var told = get("query=" + encoded(document) + "&extensions=" + extensions);
    var known = get("extensions=" + extensions);
    assertThat(known.body()).isEqualTo(told.body()).contains("\"nodes\"");

    var wrong = get("query=" + encoded("{ __typename }") + "&extensions=" + extensions);
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(message(wrong)).isEqualTo("the hash is not the SHA-256 of the query");
  }

  private static String persisted(String document) {
    return encoded(
        "{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"%s\"}}"
            .formatted(Sha256.of(document)));
  }

  @Test
  void only_trusted_documents_are_executed_when_configured(@TempDir Path directory)
      throws Exception {
    var trusted = Files.createDirectory(directory.resolve("trusted"));
    Files.writeString(trusted.resolve("type.graphql"), "{ __typename }\n");
    try (var strict =
        server.replica(Map.of("operator-analytics.api.trusted-documents", trusted.toString()))) {
      for (var query :
          List.of(
              "query=" + encoded("{ __typename }"), "extensions=" + persisted("{ __typename }"))) {
        assertThat(get(graphql(strict.uri(), query)).body()).contains("\"Query\"");
      }
      var other = get(graphql(strict.uri(), "query=" + encoded(TOTALS)));
      assertThat(other.statusCode()).isEqualTo(403);
      assertThat(other.body()).contains("DOCUMENT_NOT_TRUSTED");
    }
  }

  @Test
  void a_document_that_is_too_long_is_rejected() throws Exception {
    var response = post("{ __typename " + "#".repeat(100_000) + "\n}", "application/json");

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(message(response)).contains("a document has at most 100,000 bytes");
    assertThat(post("x".repeat(2_000_000), "application/json").statusCode()).isEqualTo(413);
    var values =
        server.post(
            "/graphql",
            "application/json",
            "{\"query\":\"{ __typename }\",\"variables\":{\"a\":[" + "0,".repeat(10_000) + "0]}}");
    assertThat(values.statusCode()).isEqualTo(413);
    assertThat(values.body()).contains("REQUEST_TOO_LARGE");
  }

  @Test
  void the_schema_is_printed_for_tools() throws Exception {
    var schema = server.get("/graphql/schema");

    assertThat(schema.body())
        .contains("type Operator implements Node", "scalar BigInt @specifiedBy");
    assertThat(schema.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
  }

  @Test
  void a_slow_request_ends_at_its_deadline_with_a_reason() throws Exception {
    try (var blocker = lockOperators()) {
      var asked = Instant.now();
      var response = post(unkept(), RESPONSE_JSON);

      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(code(response)).isEqualTo("TIMEOUT");
      assertThat(Duration.between(asked, Instant.now()))
          .isBetween(Duration.ofMillis(2_900), Duration.ofSeconds(5));
      assertThat(running()).isZero();
      blocker.rollback();
    }
    assertThat(post(unkept(), RESPONSE_JSON).statusCode()).isEqualTo(200);
  }

  @Test
  void requests_without_data_work_while_the_pool_is_exhausted_and_disconnects_free_it()
      throws Exception {
    var clients = new ArrayList<HttpClient>();
    try (var blocker = lockOperators()) {
      var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (var i = 0; i < 8; i++) {
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        clients.add(client);
        waiting.add(client.sendAsync(request(unkept(), RESPONSE_JSON), BodyHandlers.ofString()));
      }
      until(() -> running() == 4);

      post("{ __typename }", RESPONSE_JSON);
      var asked = System.nanoTime();
      assertThat(post("{ __typename }", RESPONSE_JSON).statusCode()).isEqualTo(200);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isLessThan(100);

      var left = System.nanoTime();
      clients.forEach(HttpClient::shutdownNow);
      until(() -> running() == 0);
      var ended = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
      System.out.println("statements of clients that left ended after " + ended + " ms");
      assertThat(ended).isLessThan(1_000);
      assertThat(waiting).allMatch(each -> !each.isDone() || each.isCompletedExceptionally());
      blocker.rollback();
    }
    assertThat(post(unkept(), RESPONSE_JSON).statusCode()).isEqualTo(200);
  }

  @Test
  void an_internal_error_returns_only_its_log_reference() throws Exception {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement()) {
      statement.execute("alter table operator_delegator_shares rename to away");
      var response =
          post("{ delegators(first: 1) { nodes { shares { shares } } } }", "application/json");
      statement.execute("alter table away rename to operator_delegator_shares");

      assertThat(code(response)).isEqualTo("INTERNAL");
      assertThat(message(response)).isEqualTo("This is a fault of ours; tell us the errorId");
      assertThat(response.body())
          .doesNotContain("operator_delegator_shares")
          .contains("\"errorId\":");
    }
  }

  /** Returns a document that no cache holds. */
  private static String unkept() {
    return "{ operators(first: 3) { nodes { state { operationalDays } } } }";
  }

  private static Connection lockOperators() throws Exception {
    var connection = server.tables().tables().stateUrl().connect();
    connection.setAutoCommit(false);
    Sql.update(connection, "lock table operator_current_state in access exclusive mode");
    return connection;
  }

  /**
   * Counts statements that wait for the lock; connects anew, as a transaction sees one snapshot.
   */
  private static int running() throws Exception {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and state = 'active'
                """)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void raiseDataVersion() throws Exception {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement = connection.createStatement()) {
      statement.execute("update data_version set version = version + 1");
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    await().until(condition::holds);
  }

  private static HttpResponse<String> post(String document, String accept) throws Exception {
    return http.send(request(document, accept), BodyHandlers.ofString());
  }

  private static HttpRequest request(String document, String accept) throws Exception {
    return HttpRequest.newBuilder(URI.create(server.uri() + "/graphql"))
        .header("content-type", "application/json")
        .header("accept", accept)
        .POST(
            HttpRequest.BodyPublishers.ofString(
                server
                    .bean(io.micronaut.json.JsonMapper.class)
                    .writeValueAsString(Map.of("query", document))))
        .build();
  }

  private static HttpResponse<String> get(String query, String... headers) throws Exception {
    return get(graphql(query), headers);
  }

  private static HttpResponse<String> get(URI uri, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static URI graphql(String query) {
    return graphql(server.uri(), query);
  }

  private static URI graphql(URI at, String query) {
    return URI.create(at + "/graphql?" + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String message(HttpResponse<String> response) throws Exception {
    return error(response).get("message").getStringValue();
  }

  private static String code(HttpResponse<String> response) throws Exception {
    return error(response).get("extensions").get("code").getStringValue();
  }

  private static JsonNode error(HttpResponse<String> response) throws Exception {
    return server.json(response).get("errors").get(0);
  }
}
