package dev.operatoranalytics.node;

import static java.util.Comparator.comparingLong;

import dev.operatoranalytics.source.RawLog;
import java.util.ArrayList;
import java.util.List;

/**
 * The logs of some blocks, each once and in their order on the chain.
 *
 * @param last its last block
 * @param logs all with the time of their block
 */
record BlockRange(long from, BlockHeader last, List<RawLog> logs) {
  long to() {
    return last.number();
  }

  BlockRange with(List<RawLog> more) {
    var all = new ArrayList<>(logs);
    all.addAll(more);
    all.sort(comparingLong(RawLog::blockNumber).thenComparingLong(RawLog::logIndex));
    return new BlockRange(from, last, all);
  }
}
