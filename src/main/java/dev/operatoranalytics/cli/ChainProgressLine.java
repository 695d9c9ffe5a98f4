package dev.operatoranalytics.cli;

import dev.operatoranalytics.node.ChainFollower;
import java.util.Locale;

/** How far the reading of the chain has come, on standard error. */
final class ChainProgressLine implements ChainFollower.ChainFollowerListener, AutoCloseable {
  private final boolean isTerminal = System.console() != null && System.console().isTerminal();
  private long start = System.nanoTime();
  private boolean isShown;

  @Override
  public void read(long blocks, long of, long logs) {
    var seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    var line =
        String.format(
            Locale.ROOT,
            "chain: %,d of %,d blocks, %.1f %%, %,d logs, %,.0f logs/s, %,.0f s left",
            blocks,
            of,
            100.0 * blocks / Math.max(1, of),
            logs,
            logs / seconds,
            seconds * (of - blocks) / Math.max(1, blocks));
    if (isTerminal) {
      System.err.print("\r\033[K" + line);
      isShown = true;
    } else {
      System.err.println(line);
    }
  }

  @Override
  public void followsFrom(long block) {
    close();
    start = System.nanoTime();
    System.err.printf(
        Locale.ROOT, "The history is read; the chain is followed from block %,d.%n", block);
  }

  @Override
  public void close() {
    if (isShown) {
      System.err.println();
      isShown = false;
    }
  }
}
