package dev.operatoranalytics.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.chain.Address;
import io.micronaut.json.tree.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A real Ethereum node on loopback; the test produces its blocks. Contracts of the test turn the
 * data of a call into a log: a word with the number of topics, four words of topics, and the data.
 */
final class Anvil implements AutoCloseable {
  private static final Path HOME = Path.of("src/test/node/node_modules/@foundry-rs");
  private static final Pattern LISTENS = Pattern.compile("Listening on 127\\.0\\.0\\.1:([0-9]+)");
  private static final String SENDER = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
  private static final String EMITTER = emitter();

  private final Process process;
  private final String url;
  private final Node node;

  private Anvil(Process process, String url) {
    this.process = process;
    this.url = url;
    this.node =
        new Node(
            NodeUrl.parse("anvil", url).getFirst(),
            new RequestLimits(8, 100_000, 500, Duration.ofSeconds(20), 1, Duration.ofMillis(10)),
            Clock.systemUTC());
  }

  /**
   * Starts a node. Skips the test when Anvil is not installed; fails when REQUIRE_ANVIL is set.
   *
   * @param slotsInEpoch distance of the safe block from the head; the finalised one is twice as far
   */
  static Anvil start(int slotsInEpoch) {
    var program = program();
    if (program.isEmpty()) {
      var message =
          "SKIPPED: no anvil in %s; npm ci --ignore-scripts --prefix src/test/node installs it"
              .formatted(HOME);
      if (System.getenv("REQUIRE_ANVIL") != null) {
        throw new IllegalStateException(message);
      }
      System.out.println(message);
      assumeTrue(false, message);
    }
    try {
      var process =
          new ProcessBuilder(
                  program.orElseThrow().toString(),
                  "--host",
                  "127.0.0.1",
                  "--port",
                  "0",
                  "--no-mining",
                  "--slots-in-an-epoch",
                  Integer.toString(slotsInEpoch))
              .redirectErrorStream(true)
              .start();
      var said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line; (line = said.readLine()) != null; ) {
        var listens = LISTENS.matcher(line);
        if (listens.find()) {
          Thread.ofVirtual().start(() -> said.lines().forEach(any -> {}));
          return new Anvil(process, "http://127.0.0.1:" + listens.group(1));
        }
      }
      throw new IllegalStateException("anvil ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> program() {
    try (var packages = Files.newDirectoryStream(HOME, "anvil-*")) {
      for (var each : packages) {
        var program = each.resolve("bin/anvil");
        if (Files.isExecutable(program)) {
          return Optional.of(program);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  String url() {
    return url;
  }

  void place(Address contract) {
    call("anvil_setCode", "[\"%s\",\"%s\"]".formatted(contract, EMITTER));
  }

  /** Sends a transaction that emits a log in the next block. */
  void emit(Address contract, List<String> topics, String data) {
    call("eth_sendTransaction", "[%s]".formatted(transaction(contract, topics, data)));
  }

  static String transaction(Address contract, List<String> topics, String data) {
    var input = new StringBuilder("0x").append("%064x".formatted(topics.size()));
    for (var i = 0; i < 4; i++) {
      input.append(i < topics.size() ? topics.get(i).substring(2) : "0".repeat(64));
    }
    input.append(data.substring(2));
    return "{\"from\":\"%s\",\"to\":\"%s\",\"gas\":\"0x186a0\",\"data\":\"%s\"}"
        .formatted(SENDER, contract, input);
  }

  void mine(int blocks) {
    call("anvil_mine", "[\"0x%x\"]".formatted(blocks));
  }

  /** Replaces the newest blocks by the same number of others, without their transactions. */
  void reorganise(int depth) {
    call("anvil_reorg", "[%d,[]]".formatted(depth));
  }

  void call(String method, String params) {
    try {
      node.call(Call.of(method, params));
    } catch (NotFound e) {
      // most of its methods return null
    }
  }

  long head() {
    return node.call(BlockHeader.call(BlockHeader.Tag.LATEST)).number();
  }

  JsonNode ask(String method, String params) {
    return node.call(Call.of(method, params));
  }

  @Override
  public void close() {
    node.close();
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String emitter() {
    // size = call data - 160 bytes, copied to memory; then branches by the number of topics
    var head = "60a03603" + "8060a0600037" + "600035";
    var branches = new StringBuilder();
    var bodies = new StringBuilder();
    var branchBytes = 3 * 7;
    var at = head.length() / 2 + branchBytes + 1 + body(1).length() / 2;
    for (var topics = 2; topics <= 4; topics++) {
      branches.append("8060%02x1460%02x57".formatted(topics, at));
      var body = "5b50" + body(topics);
      bodies.append(body);
      at += body.length() / 2;
    }
    return "0x" + head + branches + "50" + body(1) + bodies;
  }

  private static String body(int topics) {
    var body = new StringBuilder();
    for (var topic = topics; topic >= 1; topic--) {
      body.append("60%02x3590".formatted(32 * topic));
    }
    return body + "6000a%d00".formatted(topics);
  }
}
