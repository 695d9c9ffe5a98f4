package dev.operatoranalytics.node;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.node.ProviderStub.Trouble;
import dev.operatoranalytics.source.RawLog;
import io.micronaut.json.tree.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Checks and retries of a provider's responses, from other nodes or in pieces. */
class LogReaderTest {
  private static final String MANAGER = "0x" + "11".repeat(20);
  private static final String STRATEGY = "0x" + "22".repeat(20);
  private static final String STRANGER = "0x" + "33".repeat(20);
  private static final String TOPIC = StubChain.hash("Moved");
  private static final String RATE = StubChain.hash("Rate");
  private static final LogFilter FILTER =
      new LogFilter(Set.of(MANAGER), Set.of(TOPIC), Set.of(RATE));

  @AutoClose private final ProviderStub stub = new ProviderStub(chain("a", 40));
  @AutoClose private final ProviderStub other = new ProviderStub(chain("a", 40));

  private static StubChain chain(String fork, int blocks) {
    var chain = new StubChain();
    for (var number = 0; number < blocks; number++) {
      chain.mine(
          fork,
          number % 3 == 0
              ? List.of()
              : List.of(
                  log(MANAGER, TOPIC, fork + number + "a"),
                  log(STRANGER, TOPIC, fork + number + "b"),
                  log(STRATEGY, RATE, fork + number + "c")));
    }
    return chain.tags(blocks - 1, blocks - 1);
  }

  private static StubChain.Log log(String address, String topic, String transaction) {
    return new StubChain.Log(address, List.of(topic), "0x", StubChain.hash(transaction));
  }

  private LogReader reader(ProviderStub... stubs) {
    return reader(new RangeSize(10_000, 10_000), stubs);
  }

  private LogReader reader(RangeSize size, ProviderStub... stubs) {
    return new LogReader(
        ProviderStub.nodes(stub.limits(), stubs), FILTER, size, 0, (node, logs) -> {});
  }

  /** Expects a log of the manager and one of the strategy in blocks 1, 2, 4, 5, … 38 each. */
  private static void assertWhole(BlockRange range) {
    assertThat(range.logs())
        .hasSize(52)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(comparingLong(RawLog::blockNumber).thenComparingLong(RawLog::logIndex))
        .allMatch(log -> log.blockTimestamp() == 1_750_000_000L + 12 * log.blockNumber());
    assertThat(range.logs()).extracting(RawLog::address).containsOnly(MANAGER, STRATEGY);
  }

  @Test
  void missing_log_times_are_read_from_block_headers_in_batches() {
    stub.chain().withoutTimes();

    assertWhole(reader(stub).read(0, 39));
    assertThat(stub.asked()).hasSizeLessThan(40);
  }

  @Test
  void a_range_is_halved_until_the_provider_accepts_it() {
    for (var message :
        List.of(
            "{\"code\":-32005,\"message\":\"query returned more than 10000 results\"}",
            "{\"code\":-32602,\"message\":\"block range too large\"}",
            "{\"code\":-32000,\"message\":\"response size exceeded\"}",
            "{\"code\":-32005,\"message\":\"\"}")) {
      stub.failCalls(
          (method, params) ->
              method.equals("eth_getLogs") && blocks(params) > 7 ? "\"error\":" + message : null);
      var size = new RangeSize(10_000, 10_000);

      assertWhole(reader(size, stub).read(0, 39));
      assertThat(size.blocks()).isBetween(3L, 20L);
    }
  }

  private static long blocks(JsonNode params) {
    return number(params, "toBlock") - number(params, "fromBlock") + 1;
  }

  private static long number(JsonNode params, String field) {
    return Long.parseLong(params.get(0).get(field).getStringValue().substring(2), 16);
  }

  @Test
  void a_range_with_too_many_logs_or_too_much_data_is_left_to_be_divided() {
    assertThatThrownBy(() -> reader(new RangeSize(10_000, 10), stub).read(0, 39))
        .isInstanceOf(TooManyLogs.class);
    assertThat(reader(new RangeSize(10_000, 10), stub).read(0, 19).logs()).hasSize(26);

    var large = "0x" + "0".repeat(3_000);
    stub.follow(new StubChain());
    for (var number = 0; number < 20; number++) {
      stub.chain()
          .mine(
              "a", List.of(new StubChain.Log(MANAGER, List.of(TOPIC), large, StubChain.hash("a"))));
    }
    assertThatThrownBy(() -> reader(new RangeSize(10_000, 10), stub).read(0, 19))
        .isInstanceOf(TooManyLogs.class);
    assertThat(reader(new RangeSize(10_000, 10), stub).read(7, 7).logs()).hasSize(1);
  }

  @Test
  void the_error_names_a_single_block_that_no_provider_returns() {
    stub.failCalls(
        (method, params) ->
            method.equals("eth_getLogs")
                    && number(params, "fromBlock") <= 5
                    && number(params, "toBlock") >= 5
                ? "\"error\":{\"code\":-32005,\"message\":\"query returned more than 10000"
                    + " results\"}"
                : null);

    assertThatThrownBy(() -> reader(stub).read(0, 39))
        .isInstanceOf(RpcError.class)
        .hasMessageContaining("error -32005")
        .hasMessageNotContaining("secret");
  }

  @Test
  void temporary_errors_are_retried_after_the_time_that_the_provider_states() {
    stub.failHttp(
        once(
            Trouble.status(429, "1"),
            null,
            Trouble.status(503, null),
            Trouble.cut(20),
            null,
            Trouble.status(502, "Wed, 21 Oct 2015 07:28:00 GMT")));
    var start = System.nanoTime();

    assertWhole(reader(stub).read(0, 39));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void a_rate_limit_in_a_json_error_does_not_halve_the_range() {
    var errors =
        new ArrayDeque<>(
            List.of("daily request count exceeded, request rate limited", "rate limit"));
    stub.failCalls(
        (method, params) -> {
          var error = method.equals("eth_getLogs") ? errors.poll() : null;
          return error == null
              ? null
              : "\"error\":{\"code\":-32005,\"message\":\"%s\"}".formatted(error);
        });

    assertWhole(reader(stub).read(0, 39));
    assertThat(stub.asked()).filteredOn("eth_getLogs"::equals).hasSize(4);
  }

  private static ProviderStub.HttpFault once(@Nullable Trouble... troubles) {
    var left =
        new ArrayDeque<>(Arrays.asList(troubles).stream().map(Optional::ofNullable).toList());
    return () -> left.isEmpty() ? null : left.poll().orElse(null);
  }

  @Test
  void another_node_is_used_when_one_fails_or_is_late() {
    for (var trouble : List.of(Trouble.status(500, null), Trouble.late(Duration.ofMillis(900)))) {
      stub.failHttp(() -> trouble);

      assertWhole(reader(stub, other).read(0, 39));
    }
    assertThat(other.asked()).isNotEmpty();
  }

  @Test
  void inconsistent_or_unrequested_responses_are_rejected() {
    var right = stub.chain().answer("eth_getLogs", filter());
    var first = right.substring(right.indexOf("{"), right.indexOf("},{") + 1);
    var faults =
        List.of(
            // the order
            swapped(right),
            // the hash of another block
            right.replace(stub.chain().hashOf(4), StubChain.hash("other")),
            // twice
            right.replace("[{", "[" + first + ",{"),
            // of an address that was not requested
            right.replace(MANAGER, STRANGER),
            // a block beyond the range
            right.replace("\"blockNumber\":\"0x1\"", "\"blockNumber\":\"0x100\""),
            "\"result\":{}",
            "\"result\":[{\"address\":\"0x\"}]");
    stub.chain().withoutTimes();
    for (var fault : faults) {
      stub.failCalls((method, params) -> isOfManager(method, params) ? fault : null);

      assertThatThrownBy(() -> reader(stub).read(0, 39)).as(fault).isInstanceOf(NodeFailure.class);
      assertWhole(reader(stub, other).read(0, 39));
    }
  }

  private static boolean isOfManager(String method, JsonNode params) {
    return method.equals("eth_getLogs") && params.get(0).get("address") != null;
  }

  private static JsonNode filter() {
    var filter =
        Map.of(
            "address", array(JsonNode.createStringNode(MANAGER)),
            "topics", array(array(JsonNode.createStringNode(TOPIC))),
            "fromBlock", JsonNode.createStringNode("0x0"),
            "toBlock", JsonNode.createStringNode("0x27"));
    return array(JsonNode.createObjectNode(filter));
  }

  private static JsonNode array(JsonNode value) {
    return JsonNode.createArrayNode(List.of(value));
  }

  private static String swapped(String answer) {
    var from = answer.indexOf("{");
    var middle = answer.indexOf("},{") + 1;
    var end = answer.indexOf("},{", middle) + 1;
    return answer.substring(0, from)
        + answer.substring(middle + 1, end)
        + ","
        + answer.substring(from, middle)
        + answer.substring(end);
  }

  @Test
  void a_last_block_that_changes_during_reading_is_read_again_from_another_node() {
    var headers = new ArrayDeque<>(List.of(1, 2));
    stub.failCalls(
        (method, params) -> {
          if (method.equals("eth_getLogs") && headers.poll() != null) {
            stub.follow(chain("b", 40));
          }
          return null;
        });

    assertWhole(reader(stub, other).read(0, 39));
    assertThat(other.asked()).isNotEmpty();
  }

  @Test
  void logs_that_a_provider_lost_are_found_in_receipts_and_reported() {
    stub.failCalls((method, params) -> isOfManager(method, params) ? "\"result\":[]" : null);
    var lost = new ArrayList<RawLog>();
    var reader =
        new LogReader(
            ProviderStub.nodes(stub.limits(), stub),
            FILTER,
            new RangeSize(10_000, 10_000),
            1,
            (node, logs) -> lost.addAll(logs));

    var range = reader.read(4, 5);

    assertThat(lost).hasSize(1).allMatch(log -> log.address().equals(MANAGER));
    assertThat(range.logs()).hasSize(3).containsAll(lost);
  }

  @Test
  void a_node_of_another_chain_is_rejected() {
    stub.failCalls((method, params) -> method.equals("eth_chainId") ? "\"result\":\"0x1\"" : null);

    assertThatThrownBy(() -> reader(stub, other).read(0, 39))
        .isInstanceOf(WrongChain.class)
        .hasMessageContaining("id 1;")
        .hasMessageContaining("31337");
  }

  @Test
  void keys_in_urls_are_never_shown() {
    var url =
        NodeUrl.parse(
                "CHAIN_RPC_URL",
                "https://bob:pass-word-1@node.example/v3/abcdef0123456789?key=zyxwvuts98")
            .getFirst();
    assertThat(url).hasToString("https://node.example");
    assertThat(url.withoutSecrets("bad key abcdef0123456789 (zyxwvuts98, pass-word-1)"))
        .isEqualTo("bad key … (…, …)");
    assertThat(url.authorization()).contains("Basic Ym9iOnBhc3Mtd29yZC0x");
    assertThatThrownBy(() -> NodeUrl.parse("CHAIN_RPC_URL", "https://exa mple/abcdef0123456789"))
        .hasMessageContaining("CHAIN_RPC_URL")
        .hasMessageNotContaining("abcdef");

    stub.failCalls(
        (method, params) ->
            "\"error\":{\"code\":-32000,\"message\":\"key secret-key-0123456789 is invalid\"}");
    assertThatThrownBy(() -> reader(stub).read(0, 39)).hasMessageNotContaining("secret-key");
    stub.close();
    assertThatThrownBy(() -> reader(stub).read(0, 39)).hasMessageNotContaining("secret-key");
  }
}
