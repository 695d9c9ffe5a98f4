package dev.operatoranalytics.node;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of ranges of blocks, and believes an answer only when it agrees with itself and
 * with the blocks: what was asked, in order, each log with the hash of its block, and the last
 * block the same before and after.
 */
final class LogReader {
  private final Nodes nodes;
  private final LogFilter filter;
  private final RangeSize size;

  LogReader(Nodes nodes, LogFilter filter, RangeSize size) {
    this.nodes = nodes;
    this.filter = filter;
    this.size = size;
  }

  /** All of a range, in as many pieces as nodes want. */
  List<BlockRange> read(long from, long to) {
    var isDivisible = from < to;
    try {
      var range = nodes.ask(node -> readUnlessTooLarge(node, from, to));
      if (range.isPresent()) {
        size.answered(to - from + 1, range.get().logs().size());
        return List.of(range.get());
      }
    } catch (NodeFailure e) {
      if (!isDivisible || !e.isSlowOrCut()) {
        throw e;
      }
    }
    size.refused(to - from + 1);
    var middle = from + (to - from) / 2;
    var pieces = new ArrayList<>(read(from, middle));
    pieces.addAll(read(middle + 1, to));
    return pieces;
  }

  /** Empty when a smaller range may be answered: then no other node needs to be asked. */
  private Optional<BlockRange> readUnlessTooLarge(Node node, long from, long to) {
    try {
      return Optional.of(read(node, from, to));
    } catch (RpcError e) {
      if (from < to && e.isTooLarge()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private BlockRange read(Node node, long from, long to) {
    var before = header(node, to);
    var range = read(node, from, before, Map.of());
    var after = header(node, to);
    if (!after.isSame(before)) {
      throw new WrongAnswer(
          node,
          "block %d had hash %s before its logs were read, and %s after"
              .formatted(to, before.hash(), after.hash()));
    }
    return range;
  }

  /**
   * Reads from one node.
   *
   * @param headers of the blocks that are known already
   */
  BlockRange read(Node node, long from, BlockHeader last, Map<Long, BlockHeader> headers) {
    var known = new HashMap<>(headers);
    known.put(last.number(), last);
    var logs = new ArrayList<RpcLog>();
    for (var call : filter.calls(from, last.number())) {
      logs.addAll(checked(node, from, last.number(), node.call(call)));
    }
    logs.sort(null);
    return new BlockRange(from, last, withTimes(node, once(node, logs), known));
  }

  private static BlockHeader header(Node node, long number) {
    var header = node.call(BlockHeader.call(number));
    if (header.number() != number) {
      throw new WrongAnswer(
          node, "asked for block %d, answers block %d".formatted(number, header.number()));
    }
    return header;
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

  /** A log that both calls answered is one. */
  private static List<RpcLog> once(Node node, List<RpcLog> sorted) {
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

  private static List<RpcLog> withTimes(
      Node node, List<RpcLog> logs, Map<Long, BlockHeader> headers) {
    var missing =
        logs.stream()
            .filter(log -> log.blockTime() == null)
            .map(RpcLog::blockNumber)
            .filter(number -> !headers.containsKey(number))
            .collect(toCollection(TreeSet::new));
    node.callAll(missing.stream().map(BlockHeader::call).toList())
        .forEach(header -> headers.put(header.number(), header));
    var hashes = new HashMap<Long, String>();
    var timed = new ArrayList<RpcLog>(logs.size());
    for (var log : logs) {
      var header = headers.get(log.blockNumber());
      requireHash(node, log, header == null ? null : header.hash());
      requireHash(node, log, hashes.putIfAbsent(log.blockNumber(), log.blockHash()));
      if (header != null) {
        timed.add(log.at(header.time()));
      } else if (log.blockTime() != null) {
        timed.add(log);
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
