package dev.operatoranalytics.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each line that is printed to it, so that the output of a server has one format. */
final class LoggedLines extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorAnalytics.class);

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  static PrintStream stream() {
    return new PrintStream(new LoggedLines(), true, UTF_8);
  }

  /** Logs exceptions that end a thread; otherwise the JVM prints each as several lines. */
  static void logUncaught() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, exception) -> LOG.error("thread {} ended", thread.getName(), exception));
  }

  @Override
  public void write(int value) {
    if (value == '\n') {
      log();
    } else {
      line.write(value);
    }
  }

  /** Logs a last line that has no line break. */
  @Override
  public void close() {
    log();
  }

  private void log() {
    var text = line.toString(UTF_8).strip();
    line.reset();
    if (!text.isEmpty()) {
      LOG.info(text);
    }
  }
}
