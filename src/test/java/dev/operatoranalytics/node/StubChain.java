package dev.operatoranalytics.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.micronaut.json.tree.JsonNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Blocks and logs that a {@link ProviderStub} serves. */
public final class StubChain {
  static final long CHAIN_ID = 31337;
  private static final long FIRST_TIME = 1_750_000_000L;

  private final TreeMap<Long, Block> blocks = new TreeMap<>();
  private long safe;
  private long finalized;
  private boolean tellsTimes = true;

  /** A block; its parent and the name of its fork determine its hash. */
  private record Block(long number, String hash, String parent, long time, List<Log> logs) {
    private String json() {
      return "{\"number\":\"0x%x\",\"hash\":\"%s\",\"parentHash\":\"%s\",\"timestamp\":\"0x%x\",\"transactions\":[]}"
          .formatted(number, hash, parent, time);
    }
  }

  /**
   * An emitted log.
   *
   * @param transaction transaction hash
   */
  public record Log(String address, List<String> topics, String data, String transaction) {
    private String json(Block block, int index, boolean tellsTime) {
      return """
      {"address":"%s","topics":["%s"],"data":"%s","blockNumber":"0x%x","blockHash":"%s",%s\
      "transactionHash":"%s","transactionIndex":"0x0","logIndex":"0x%x","removed":false}\
      """
          .formatted(
              address,
              String.join("\",\"", topics),
              data,
              block.number(),
              block.hash(),
              tellsTime ? "\"blockTimestamp\":\"0x%x\",".formatted(block.time()) : "",
              transaction,
              index);
    }
  }

  static String hash(String text) {
    try {
      return "0x"
          + HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds the next block, on the fork of this name. */
  public synchronized StubChain mine(String fork, List<Log> logs) {
    var number = blocks.isEmpty() ? 0 : blocks.lastKey() + 1;
    var parent = number == 0 ? hash("none") : at(number - 1).hash();
    return put(number, FIRST_TIME + 12 * number, hash(parent + fork), logs);
  }

  /** Adds the next block without logs, at a time in Unix seconds. */
  public synchronized StubChain mineAt(long time) {
    var number = head() + 1;
    return put(number, time, hash(at(number - 1).hash() + time), List.of());
  }

  /** Adds a block of another chain, with its own hash. */
  synchronized StubChain put(long number, long time, String hash, List<Log> logs) {
    var before = blocks.get(number - 1);
    blocks.put(
        number, new Block(number, hash, before == null ? hash("none") : before.hash(), time, logs));
    return this;
  }

  /** Removes the newest blocks. */
  synchronized void drop(int count) {
    for (var i = 0; i < count; i++) {
      blocks.pollLastEntry();
    }
  }

  public synchronized StubChain tags(long safeBlock, long finalizedBlock) {
    safe = safeBlock;
    finalized = finalizedBlock;
    return this;
  }

  synchronized StubChain withoutTimes() {
    tellsTimes = false;
    return this;
  }

  synchronized StubChain copy() {
    var copy = new StubChain();
    copy.blocks.putAll(blocks);
    copy.tellsTimes = tellsTimes;
    return copy.tags(safe, finalized);
  }

  public synchronized long head() {
    return blocks.lastKey();
  }

  synchronized String hashOf(long number) {
    return at(number).hash();
  }

  /** Returns a member of a JSON-RPC response. */
  synchronized String answer(String method, JsonNode params) {
    return switch (method) {
      case "eth_chainId" -> "\"result\":\"0x%x\"".formatted(CHAIN_ID);
      case "eth_getBlockByNumber" -> block(params.get(0).getStringValue());
      case "eth_getLogs" -> "\"result\":" + logs(params.get(0));
      case "eth_getBlockReceipts" -> receipts(number(params.get(0).getStringValue()));
      default -> "\"error\":{\"code\":-32601,\"message\":\"the method does not exist\"}";
    };
  }

  private Block at(long number) {
    return requireNonNull(blocks.get(number));
  }

  private String block(String name) {
    var block = blocks.get(number(name));
    return "\"result\":" + (block == null ? "null" : block.json());
  }

  private long number(String name) {
    return switch (name) {
      case "latest" -> blocks.lastKey();
      case "safe" -> Math.min(safe, blocks.lastKey());
      case "finalized" -> Math.min(finalized, blocks.lastKey());
      default -> Long.parseLong(name.substring(2), 16);
    };
  }

  private String logs(JsonNode filter) {
    var addresses = texts(filter.get("address"));
    var topics = texts(filter.get("topics").get(0));
    var found = new ArrayList<String>();
    for (var block :
        blocks
            .subMap(
                number(filter.get("fromBlock").getStringValue()),
                true,
                number(filter.get("toBlock").getStringValue()),
                true)
            .values()) {
      for (var i = 0; i < block.logs().size(); i++) {
        var log = block.logs().get(i);
        if ((addresses.isEmpty() || addresses.contains(log.address()))
            && topics.contains(log.topics().getFirst())) {
          found.add(log.json(block, i, tellsTimes));
        }
      }
    }
    return "[" + String.join(",", found) + "]";
  }

  private String receipts(long number) {
    var block = at(number);
    var logs = new ArrayList<String>();
    for (var i = 0; i < block.logs().size(); i++) {
      logs.add(block.logs().get(i).json(block, i, tellsTimes));
    }
    return "\"result\":[{\"logs\":[" + String.join(",", logs) + "]}]";
  }

  private static Set<String> texts(@Nullable JsonNode array) {
    var texts = new HashSet<String>();
    if (array != null) {
      array.values().forEach(value -> texts.add(value.getStringValue()));
    }
    return texts;
  }
}
