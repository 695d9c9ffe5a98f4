package dev.operatoranalytics.node;

/** Adapts the number of blocks in a request to the limits of nodes and to the number of logs. */
final class RangeSize {
  private static final long FIRST = 50;

  private final long maxBlocks;
  private final int maxLogs;
  private long size;
  private boolean isNearTheLimit;

  /**
   * @param maxBlocks maximum number of blocks
   * @param maxLogs number of logs above which ranges become smaller
   */
  RangeSize(long maxBlocks, int maxLogs) {
    this.maxBlocks = maxBlocks;
    this.maxLogs = maxLogs;
    this.size = Math.min(FIRST, maxBlocks);
  }

  synchronized long blocks() {
    return size;
  }

  /** Returns the number of logs above which a range is read in pieces. */
  int maxLogs() {
    return 2 * maxLogs;
  }

  /** Reports that a range of this many blocks was too large. */
  synchronized void refused(long blocks) {
    isNearTheLimit = true;
    size = Math.clamp(blocks / 2, 1, size);
  }

  /** Reports the number of logs in a range of this many blocks. */
  synchronized void answered(long blocks, int logs) {
    if (logs > maxLogs) {
      isNearTheLimit = true;
      size = Math.max(1, Math.min(size, blocks / 2));
    } else if (blocks >= size && logs < maxLogs / 2) {
      size = Math.min(maxBlocks, size + (isNearTheLimit ? size / 8 + 1 : size));
    }
  }
}
