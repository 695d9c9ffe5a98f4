package dev.operatoranalytics.node;

import java.util.List;

/**
 * The logs of some blocks, each once and in their order on the chain.
 *
 * @param last its last block
 * @param logs all with the time of their block
 */
record BlockRange(long from, BlockHeader last, List<RpcLog> logs) {
  long to() {
    return last.number();
  }
}
