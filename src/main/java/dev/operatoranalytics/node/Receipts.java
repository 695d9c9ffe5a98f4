package dev.operatoranalytics.node;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.source.RawLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the result of {@code eth_getLogs} for a block with the receipts of its transactions,
 * because indexes of providers lose logs.
 */
final class Receipts {
  private static final Logger log = LoggerFactory.getLogger(Receipts.class);

  private final LogFilter filter;
  private final ReceiptsListener listener;
  private final Set<Node> withoutReceipts = ConcurrentHashMap.newKeySet();

  Receipts(LogFilter filter, ReceiptsListener listener) {
    this.filter = filter;
    this.listener = listener;
  }

  /** Receives logs that {@code eth_getLogs} omitted. */
  interface ReceiptsListener {
    void lost(Node node, List<RawLog> logs);
  }

  /** Returns the range, with the logs that the node omitted from one of its blocks. */
  BlockRange compared(Node node, BlockRange range) {
    if (withoutReceipts.contains(node)) {
      return range;
    }
    var number = choose(range);
    List<RpcLog> all;
    try {
      all = node.call(call(number));
    } catch (RpcError e) {
      if (!e.isUnknownMethod()) {
        throw e;
      }
      withoutReceipts.add(node);
      log.warn("{} has no eth_getBlockReceipts: logs that it leaves out are not found", node);
      return range;
    }
    var held =
        range.logs().stream()
            .filter(each -> each.blockNumber() == number)
            .map(RawLog::logIndex)
            .collect(toSet());
    var wanted = all.stream().filter(filter::wants).sorted().toList();
    if (wanted.stream().allMatch(each -> held.contains(each.logIndex()))) {
      return range;
    }
    var header = LogReader.header(node, number);
    var lost =
        wanted.stream()
            .filter(each -> !held.contains(each.logIndex()))
            .map(
                each -> {
                  if (!each.blockHash().equals(header.hash())) {
                    throw new WrongAnswer(node, "block %d changed meanwhile".formatted(number));
                  }
                  return each.at(header.time());
                })
            .toList();
    log.error(
        "{} leaves {} logs of block {} out of eth_getLogs: its receipts hold them",
        node,
        lost.size(),
        number);
    listener.lost(node, lost);
    return range.with(lost);
  }

  /** Chooses any block half of the time, and a block that has logs the other half. */
  private static long choose(BlockRange range) {
    var random = ThreadLocalRandom.current();
    return range.logs().isEmpty() || random.nextBoolean()
        ? random.nextLong(range.from(), range.to() + 1)
        : range.logs().get(random.nextInt(range.logs().size())).blockNumber();
  }

  private static Call<List<RpcLog>> call(long number) {
    return new Call<>(
        "eth_getBlockReceipts", "[\"" + Quantity.text(number) + "\"]", Receipts::readLogs);
  }

  private static List<RpcLog> readLogs(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IOException("receipts are no JSON array");
    }
    var logs = new ArrayList<RpcLog>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var field = json.currentName();
        json.nextToken();
        if (field.equals("logs")) {
          logs.addAll(RpcLog.readAll(json));
        } else {
          json.skipChildren();
        }
      }
    }
    return logs;
  }
}
