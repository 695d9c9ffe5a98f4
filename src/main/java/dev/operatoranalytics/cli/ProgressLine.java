package dev.operatoranalytics.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * Prints progress to standard error: on a terminal one line that is overwritten, elsewhere a line
 * every two seconds.
 */
final class ProgressLine implements AutoCloseable {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();

  private final String title;
  private final String unit;
  private final boolean isTerminal = isTerminal();
  private final long start = System.nanoTime();
  private long lastShown = start;
  private boolean isShown;

  ProgressLine(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  /**
   * @param count number of units done
   * @param fraction part of all work that is done, 0..1
   */
  void update(long count, double fraction) {
    var now = System.nanoTime();
    if (now - lastShown < (isTerminal ? INTERVAL_NANOS / 10 : INTERVAL_NANOS) && fraction < 1) {
      return;
    }
    lastShown = now;
    var seconds = (now - start) / 1e9;
    var secondsLeft = fraction > 0 ? seconds / fraction - seconds : 0;
    var line =
        String.format(
            Locale.ROOT,
            "%s: %,d %s, %.0f %%, %,.0f/s, %.0f s left",
            title,
            count,
            unit,
            100 * fraction,
            count / Math.max(seconds, 0.001),
            secondsLeft);
    if (isTerminal) {
      System.err.print("\r\033[K" + line);
      isShown = true;
    } else {
      System.err.println(line);
    }
  }

  @Override
  public void close() {
    if (isShown) {
      System.err.println();
    }
  }

  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }
}
