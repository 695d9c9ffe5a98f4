package dev.operatoranalytics.node;

/** How many blocks are asked for at once: as many as nodes answer, and no more logs than fit. */
final class RangeSize {
  private static final long FIRST = 2_000;

  private final long greatest;
  private final int mostLogs;
  private long size;

  /**
   * @param greatest blocks
   * @param mostLogs above which ranges get smaller
   */
  RangeSize(long greatest, int mostLogs) {
    this.greatest = greatest;
    this.mostLogs = mostLogs;
    this.size = Math.min(FIRST, greatest);
  }

  synchronized long blocks() {
    return size;
  }

  /** A node refused so many blocks. */
  synchronized void refused(long blocks) {
    size = Math.clamp(blocks / 2, 1, size);
  }

  /** So many blocks held so many logs. */
  synchronized void answered(long blocks, int logs) {
    if (logs > mostLogs) {
      size = Math.max(1, Math.min(size, blocks / 2));
    } else if (blocks >= size && logs < mostLogs / 2) {
      size = Math.min(greatest, size + size / 4 + 1);
    }
  }
}
