package dev.operatoranalytics.node;

import java.io.Serial;

/** A range holds more logs than fit into memory; the caller reads it in pieces. */
final class TooManyLogs extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  TooManyLogs(int maxLogs) {
    super("more than %d logs in one range".formatted(maxLogs));
  }
}
