package dev.operatoranalytics.node;

import static java.util.stream.Collectors.toCollection;

import dev.operatoranalytics.source.RawLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of ranges of blocks. Accepts a response only when it is consistent with itself and
 * with the blocks: only requested logs, in order, each with the hash of its block, and the last
 * block unchanged before and after.
 */
final class LogReader {
  private static final int MAX_SLOW_RETRIES = 2;

  private final Nodes nodes;
  private final LogFilter filter;
  private final RangeSize size;
  private final Receipts receipts;
  private final int receiptsEvery;
  private final AtomicLong ranges = new AtomicLong();

  /**
   * @param receiptsEvery one in this many ranges compares one of its blocks with its receipts; 0
   *     for none
   */
  LogReader(
      Nodes nodes,
      LogFilter filter,
      RangeSize size,
      int receiptsEvery,
      Receipts.ReceiptsListener lost) {
    this.nodes = nodes;
    this.filter = filter;
    this.size = size;
    this.receipts = new Receipts(filter, lost);
    this.receiptsEvery = receiptsEvery;
  }

  /**
   * Reads all logs of a range from one node.
   *
   * @throws TooManyLogs when they do not fit into memory and the range can be divided
   */
  BlockRange read(long from, long to) {
    var range =
        nodes.ask(
            node -> {
              var ends = node.callAll(List.of(BlockHeader.call(from), BlockHeader.call(to)));
              requireNumber(node, ends.getFirst(), from);
              requireNumber(node, ends.getLast(), to);
              var before = ends.getLast();
              var read =
                  read(
                      node,
                      ends.getFirst(),
                      before,
                      Map.of(),
                      from == to ? Integer.MAX_VALUE : size.maxLogs());
              requireSame(node, before);
              return read;
            });
    size.answered(to - from + 1, range.logs().size());
    return range;
  }

  /** Throws when the block has changed since it was read. */
  static void requireSame(Node node, BlockHeader before) {
    var after = header(node, before.number());
    if (!after.isSame(before)) {
      throw new WrongAnswer(
          node,
          "block %d had hash %s before its logs were read, and %s after"
              .formatted(before.number(), before.hash(), after.hash()));
    }
  }

  /**
   * Reads from one node.
   *
   * @param headers headers of the known blocks
   */
  BlockRange read(Node node, BlockHeader first, BlockHeader last, Map<Long, BlockHeader> headers) {
    return read(node, first, last, headers, Integer.MAX_VALUE);
  }

  private BlockRange read(
      Node node, BlockHeader first, BlockHeader last, Map<Long, BlockHeader> headers, int maxLogs) {
    var known = new HashMap<>(headers);
    known.put(first.number(), first);
    known.put(last.number(), last);
    var logs = logs(node, first.number(), last.number(), maxLogs, MAX_SLOW_RETRIES);
    logs.sort(null);
    var range = new BlockRange(first, last, withTimes(node, withoutDuplicates(node, logs), known));
    return isSampled() ? receipts.compared(node, range) : range;
  }

  private boolean isSampled() {
    return receiptsEvery > 0 && ranges.getAndIncrement() % receiptsEvery == 0;
  }

  /**
   * Reads logs in as many pieces as the node requires.
   *
   * @param slowRetries how often a late or truncated response may halve the range, because a
   *     response that is too large can also be late or truncated
   */
  private List<RpcLog> logs(Node node, long from, long to, int maxLogs, int slowRetries) {
    int remaining = slowRetries;
    try {
      var logs = new ArrayList<RpcLog>();
      for (var call : filter.calls(from, to, maxLogs)) {
        logs.addAll(checked(node, from, to, node.call(call)));
      }
      return logs;
    } catch (NodeFailure e) {
      var isTooLarge = e instanceof RpcError error && error.isTooLarge();
      if (from == to || !(isTooLarge || (e.isSlowOrCut() && remaining-- > 0))) {
        throw e;
      }
    }
    size.refused(to - from + 1);
    var middle = from + (to - from) / 2;
    var logs = logs(node, from, middle, maxLogs, remaining);
    logs.addAll(logs(node, middle + 1, to, maxLogs, remaining));
    return logs;
  }

  static BlockHeader header(Node node, long number) {
    var header = node.call(BlockHeader.call(number));
    requireNumber(node, header, number);
    return header;
  }

  private static void requireNumber(Node node, BlockHeader header, long number) {
    if (header.number() != number) {
      throw new WrongAnswer(
          node, "asked for block %d, answers block %d".formatted(number, header.number()));
    }
  }

  private List<RpcLog> checked(Node node, long from, long to, List<RpcLog> logs) {
    RpcLog before = null;
    for (var log : logs) {
      if (log.blockNumber() < from || log.blockNumber() > to || !filter.wants(log)) {
        throw new WrongAnswer(
            node,
            "answers log %d of block %d, which was not asked for"
                .formatted(log.logIndex(), log.blockNumber()));
      }
      if (before != null && before.compareTo(log) >= 0) {
        throw new WrongAnswer(
            node,
            "answers log %d of block %d after log %d of block %d"
                .formatted(
                    log.logIndex(), log.blockNumber(), before.logIndex(), before.blockNumber()));
      }
      before = log;
    }
    return logs;
  }

  /** Removes duplicates: both calls may return the same log. */
  private static List<RpcLog> withoutDuplicates(Node node, List<RpcLog> sorted) {
    var logs = new ArrayList<RpcLog>(sorted.size());
    RpcLog before = null;
    for (var log : sorted) {
      if (before != null && before.compareTo(log) == 0) {
        if (!before.equals(log)) {
          throw new WrongAnswer(
              node, "answers two logs %d of block %d".formatted(log.logIndex(), log.blockNumber()));
        }
      } else {
        logs.add(log);
      }
      before = log;
    }
    return logs;
  }

  private static List<RawLog> withTimes(
      Node node, List<RpcLog> logs, Map<Long, BlockHeader> headers) {
    var missing =
        logs.stream()
            .filter(log -> log.blockTime() == null)
            .map(RpcLog::blockNumber)
            .filter(number -> !headers.containsKey(number))
            .collect(toCollection(TreeSet::new));
    node.callAll(missing.stream().map(BlockHeader::call).toList())
        .forEach(header -> headers.put(header.number(), header));
    var timed = new ArrayList<RawLog>(logs.size());
    RpcLog first = null;
    for (var log : logs) {
      var header = headers.get(log.blockNumber());
      requireHash(node, log, header == null ? null : header.hash());
      if (first == null || first.blockNumber() != log.blockNumber()) {
        first = log;
      }
      requireHash(node, log, first.blockHash());
      // logs of a block share the text of its hash
      if (header != null) {
        timed.add(log.at(header.time(), first.blockHash()));
      } else if (log.blockTime() != null) {
        timed.add(log.at(log.blockTime(), first.blockHash()));
      } else {
        throw new WrongAnswer(
            node, "leaves out block %d, which has logs".formatted(log.blockNumber()));
      }
    }
    return timed;
  }

  private static void requireHash(Node node, RpcLog log, @Nullable String hash) {
    if (hash != null && !hash.equals(log.blockHash())) {
      throw new WrongAnswer(
          node,
          "answers log %d of block %d with block hash %s; the block has %s"
              .formatted(log.logIndex(), log.blockNumber(), log.blockHash(), hash));
    }
  }
}
