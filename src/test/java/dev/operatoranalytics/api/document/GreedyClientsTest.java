package dev.operatoranalytics.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.api.DemoServer;
import dev.operatoranalytics.api.RawSocket;
import dev.operatoranalytics.api.TestSocket;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.query.Caller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slow clients, and clients that do not read their responses, do not affect others. */
@Timeout(60)
@Tag("slow")
class GreedyClientsTest {
  private static final String LONG_POST =
      """
      POST /graphql HTTP/1.1
      Host: localhost
      Content-Type: application/json
      Content-Length: 900000

      """;

  private static final int COST = 600_000;

  private static final String LONG_NAME = "x".repeat(600);

  /** A response of some megabytes, more than socket buffers hold. */
  private static final String DEAR =
      "{"
          + IntStream.range(0, 12)
              .mapToObj(
                  alias ->
                      """
                      a%d: delegators(first: 1000) {
                        nodes { %s: id operator { id } shares { shares tvsUsd strategy { id } } }
                      }
                      """
                          .formatted(alias, LONG_NAME))
              .collect(Collectors.joining())
          + "}";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "operator-analytics.limits.requests-per-minute",
              1_000_000,
              "operator-analytics.limits.request-timeout",
              "1s",
              "operator-analytics.limits.in-flight-megabytes",
              1,
              "operator-analytics.limits.cost",
              COST));

  @Test
  void reading_stops_while_a_client_does_not_read_responses() throws Exception {
    try (var socket = new RawSocket(server.uri())) {
      assertThat(socket.upgrade()).contains("101");
      socket.write(RawSocket.frame("{\"type\":\"connection_init\"}"));
      var pings =
          new String(RawSocket.frame("{\"type\":\"ping\"}"), StandardCharsets.ISO_8859_1)
              .repeat(1_000)
              .getBytes(StandardCharsets.ISO_8859_1);
      var written = new AtomicLong();
      var writer =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (true) {
                    socket.write(pings);
                    written.addAndGet(pings.length);
                  }
                } catch (IOException e) {
                  // closed below
                }
              });

      var before = -1L;
      while (before != written.get()) {
        before = written.get();
        assertThat(before).isLessThan(256 << 20);
        Thread.sleep(1_000);
      }

      assertThat(writer.isAlive()).isTrue();
    }
  }

  @Test
  void an_incomplete_request_times_out() throws Exception {
    try (var body = new RawSocket(server.uri());
        var head = new RawSocket(server.uri())) {
      body.write(LONG_POST + "{");
      head.write("POST /graphql HTTP/1.1\nHost:");

      assertThat(body.rest()).startsWith("HTTP/1.1 408").contains("REQUEST_TOO_SLOW");
      assertThat(head.rest()).isEmpty();
    }
  }

  @Test
  void memory_of_incomplete_requests_is_limited() throws Exception {
    var most = "x".repeat(800_000).getBytes(StandardCharsets.US_ASCII);
    var more = "x".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    try (var one = new RawSocket(server.uri());
        var other = new RawSocket(server.uri());
        var small = new RawSocket(server.uri())) {
      small.write(LONG_POST + "{");
      one.write(LONG_POST);
      one.write(most);
      other.write(LONG_POST);
      other.write(most);
      // a client that is rejected at this time can still read the reason
      for (var i = 0; i < 9; i++) {
        Thread.sleep(20);
        one.write(more);
        other.write(more);
      }

      var answers = List.of(one.rest(), other.rest());
      assertThat(answers).anyMatch(answer -> answer.startsWith("HTTP/1.1 503"));
      assertThat(small.rest()).startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void a_body_in_small_chunks_counts_with_its_memory_overhead() throws Exception {
    try (var socket = new RawSocket(server.uri())) {
      socket.write(
          """
          POST /graphql HTTP/1.1
          Host: localhost
          Content-Type: application/json
          Transfer-Encoding: chunked

          """);
      socket.write("1\nx\n".repeat(20_000));

      assertThat(socket.rest()).startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void endless_headers_are_rejected() throws Exception {
    try (var socket = new RawSocket(server.uri())) {
      var headers =
          IntStream.range(0, 10_000).mapToObj("X-%d: y\n"::formatted).collect(Collectors.joining());
      socket.write("GET /graphql HTTP/1.1\nHost: localhost\n" + headers + "\n");

      assertThat(socket.head()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void connections_per_address_are_limited() throws Exception {
    try (var narrow = server.replica(Map.of("operator-analytics.limits.connections", 2))) {
      try (var one = new RawSocket(narrow.uri());
          var other = new RawSocket(narrow.uri())) {
        assertThat(one.upgrade()).contains("101");
        assertThat(other.upgrade()).contains("101");
        try (var third = new RawSocket(narrow.uri())) {
          assertThat(third.rest()).isEmpty();
        }
      }
      untilAnswered(narrow.uri());
    }
  }

  /** Retries, because the server notices a closed connection with a delay. */
  private static void untilAnswered(URI uri) throws Exception {
    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              try (var socket = asking(uri, "{ __typename }")) {
                return socket.head().contains("200");
              }
            });
  }

  @Test
  void a_client_with_unread_expensive_responses_gets_no_more_of_them() throws Exception {
    try (var one = asking(DEAR);
        var other = asking(DEAR)) {
      assertThat(one.head()).contains("200");
      assertThat(other.head()).contains("200");

      assertThat(ask(DEAR)).contains("429");
      assertThat(ask("{ __typename }")).contains("200");

      assertThat(one.rest()).isNotEmpty();
    }
    untilDearIsAnswered();
  }

  @Test
  void a_disconnect_before_the_response_releases_the_permit() throws Exception {
    for (var i = 0; i < 12; i++) {
      asking(DEAR).close();
      asking("{ sharePrices { __typename } }").close();
    }
    untilDearIsAnswered();
  }

  @Test
  void a_rejected_request_takes_no_permit() {
    var clients = server.bean(ClientQuotas.class);
    var caller = Caller.anybody("192.0.2.1");
    try (var one = clients.acquireRequest(caller, COST);
        var other = clients.acquireRequest(caller, COST)) {
      assertThat(one).isNotSameAs(other);
      for (var i = 0; i < 1_000; i++) {
        assertThatThrownBy(() -> clients.acquireRequest(caller, COST))
            .hasMessageContaining("concurrent requests");
      }
    }
    clients.acquireRequest(caller, COST).close();
  }

  @Test
  void sequential_operations_on_a_socket_never_overlap() throws Exception {
    try (var narrow = server.replica(Map.of("operator-analytics.limits.concurrent-requests", 1));
        var http = HttpClient.newHttpClient();
        var socket = new TestSocket(http, narrow.uri(), "{}")) {
      for (var i = 0; i < 300; i++) {
        socket.send(
            "{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ __typename }\"}}");
        socket.message("next", "a");
        socket.message("complete", "a");
      }
    }
  }

  @Test
  void a_request_that_times_out_waiting_for_memory_is_unavailable() throws Exception {
    try (var hurried = server.replica(Map.of("operator-analytics.api.deadline", "300ms"))) {
      var memory = hurried.server().getApplicationContext().getBean(ResponseMemoryLimit.class);
      try (var all = memory.acquire(memory.maxResponseBytes());
          var dear = asking(hurried.uri(), DEAR);
          var cheap = asking(hurried.uri(), "{ __typename }")) {
        assertThat(all).isNotNull();
        assertThat(dear.rest())
            .contains("UNAVAILABLE")
            .contains("too many requests wait for memory");
        assertThat(cheap.head()).contains("200");
      }
    }
  }

  @Test
  void streamed_lists_allow_few_other_objects() throws Exception {
    try (var socket =
        asking(
            """
            {
              sharePrices { __typename }
              operators(first: 1000) { nodes { delegators(first: 100) { nodes { isActive } } } }
            }
            """)) {
      assertThat(socket.rest()).contains("COST_EXCEEDED").contains("beside sharePrices");
    }
  }

  private static void untilDearIsAnswered() throws Exception {
    await().until(() -> ask(DEAR).contains("200"));
  }

  @Test
  void decompression_stops_at_the_size_limit() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[64 << 20]);
    }
    assertThat(packed.size()).isLessThan(1 << 20);
    try (var socket = new RawSocket(server.uri())) {
      socket.write(
          """
          POST /graphql HTTP/1.1
          Host: localhost
          Content-Type: application/json
          Content-Encoding: gzip
          Content-Length: %d

          """
              .formatted(packed.size()));
      socket.write(packed.toByteArray());

      assertThat(socket.head()).startsWith("HTTP/1.1 413");
    }
  }

  private static String ask(String document) throws Exception {
    try (var socket = asking(document)) {
      return socket.head();
    }
  }

  private static RawSocket asking(String document) throws Exception {
    return asking(server.uri(), document);
  }

  private static RawSocket asking(URI uri, String document) throws Exception {
    var body = server.write(Map.of("query", document));
    var socket = new RawSocket(uri);
    socket.write(
        """
        POST /graphql HTTP/1.1
        Host: localhost
        Connection: close
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(body.length()));
    socket.write(body.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
