package dev.operatoranalytics.node;

import static java.util.Comparator.comparingLong;

import dev.operatoranalytics.source.RawLog;
import java.util.ArrayList;
import java.util.List;

/**
 * The logs of a range of blocks, each once, in chain order.
 *
 * @param first first block of the range
 * @param last last block of the range
 * @param logs logs, each with the time of its block
 */
record BlockRange(BlockHeader first, BlockHeader last, List<RawLog> logs) {
  long from() {
    return first.number();
  }

  long to() {
    return last.number();
  }

  BlockRange with(List<RawLog> more) {
    var all = new ArrayList<>(logs);
    all.addAll(more);
    all.sort(comparingLong(RawLog::blockNumber).thenComparingLong(RawLog::logIndex));
    return new BlockRange(first, last, all);
  }
}
