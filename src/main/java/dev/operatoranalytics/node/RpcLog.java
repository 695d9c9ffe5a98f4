package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.source.RawLog;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log as a node returns it. Hashes and addresses are in lower case.
 *
 * @param topics the first names the event
 * @param data {@code 0x} and hex digits
 * @param blockTime Unix seconds; null when the node omits it
 */
public record RpcLog(
    String address,
    List<String> topics,
    String data,
    long blockNumber,
    String blockHash,
    @Nullable Long blockTime,
    String transactionHash,
    long transactionIndex,
    long logIndex)
    implements Comparable<RpcLog> {

  /** Characters; most logs have fewer than 300, lists of rewards have tens of thousands. */
  private static final int MAX_MEAN_DATA = 600;

  static List<RpcLog> readAll(JsonParser json) throws IOException {
    return readAll(json, Integer.MAX_VALUE);
  }

  /**
   * @throws TooManyLogs at the first log beyond the maximum, or when there is too much data for a
   *     range of so many logs
   */
  static List<RpcLog> readAll(JsonParser json, int maxLogs) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IOException("logs are no JSON array");
    }
    var logs = new ArrayList<RpcLog>();
    var remaining = (long) maxLogs * MAX_MEAN_DATA;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      if (logs.size() == maxLogs || remaining < 0) {
        throw new TooManyLogs(maxLogs);
      }
      var log = read(json);
      remaining -= log.data.length();
      logs.add(log);
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw new EOFException("the answer is truncated");
    }
    return logs;
  }

  private static RpcLog read(JsonParser json) throws IOException {
    String address = null;
    List<String> topics = List.of();
    String data = "0x";
    String number = null;
    String hash = null;
    String time = null;
    String transaction = null;
    String transactionIndex = "0x0";
    String index = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var field = json.currentName();
      json.nextToken();
      switch (field) {
        case "address" -> address = json.getText();
        case "topics" -> topics = topics(json);
        case "data" -> data = json.getText();
        case "blockNumber" -> number = json.getText();
        case "blockHash" -> hash = json.getText();
        case "blockTimestamp" -> time = json.getValueAsString();
        case "transactionHash" -> transaction = json.getText();
        case "transactionIndex" -> transactionIndex = json.getText();
        case "logIndex" -> index = json.getText();
        default -> json.skipChildren();
      }
    }
    return new RpcLog(
        Quantity.hex("address", address, 40),
        topics,
        data,
        Quantity.of("blockNumber", number),
        Quantity.hash("blockHash", hash),
        time == null ? null : Quantity.of("blockTimestamp", time),
        Quantity.hash("transactionHash", transaction),
        Quantity.of("transactionIndex", transactionIndex),
        Quantity.of("logIndex", index));
  }

  private static List<String> topics(JsonParser json) throws IOException {
    var topics = new ArrayList<String>(4);
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      topics.add(Quantity.hash("topics", json.getText()));
    }
    return topics;
  }

  /** Returns the first topic; empty for anonymous events. */
  String topic0() {
    return topics.isEmpty() ? "" : topics.getFirst();
  }

  RawLog at(long time) {
    return at(time, blockHash);
  }

  /**
   * @param hash text that equals {@link #blockHash}
   */
  RawLog at(long time, String hash) {
    return new RawLog(
        address,
        topics,
        data,
        blockNumber,
        hash,
        time,
        transactionHash,
        transactionIndex,
        logIndex);
  }

  /** Compares by order on the chain. */
  @Override
  public int compareTo(RpcLog other) {
    var byBlock = Long.compare(blockNumber, other.blockNumber);
    return byBlock != 0 ? byBlock : Long.compare(logIndex, other.logIndex);
  }
}
