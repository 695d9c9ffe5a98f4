package dev.operatoranalytics.node;

/** How many blocks are asked for at once: as many as nodes answer, and no more logs than fit. */
final class RangeSize {
  private static final long FIRST = 50;

  private final long greatest;
  private final int mostLogs;
  private long size;
  private boolean isNearTheLimit;

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

  /** Of one range, above which it is read in pieces. */
  int mostLogs() {
    return 2 * mostLogs;
  }

  /** So many blocks were too many. */
  synchronized void refused(long blocks) {
    isNearTheLimit = true;
    size = Math.clamp(blocks / 2, 1, size);
  }

  /** So many blocks held so many logs. */
  synchronized void answered(long blocks, int logs) {
    if (logs > mostLogs) {
      isNearTheLimit = true;
      size = Math.max(1, Math.min(size, blocks / 2));
    } else if (blocks >= size && logs < mostLogs / 2) {
      size = Math.min(greatest, size + (isNearTheLimit ? size / 8 + 1 : size));
    }
  }
}
