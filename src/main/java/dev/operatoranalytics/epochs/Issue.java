package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.StorableText;

/**
 * Something wrong in a document.
 *
 * @param path where, such as {@code $.operators.entries[3].value.currentTotalStake}
 * @param raw what stands there, cut at {@link #RAW_LIMIT} characters
 */
record Issue(String path, Kind kind, String raw, String reason) {
  private static final int RAW_LIMIT = 4_000;

  /** What is wrong. */
  enum Kind {
    /** Refused. */
    UNREADABLE,
    /** Null or absent. */
    MISSING,
    /** Told twice; the first counts. */
    DUPLICATE,
    /** Two parts of the document contradict each other. */
    MISMATCH,
    /** Another document says otherwise. */
    CONFLICT
  }

  Issue {
    raw = raw.length() > RAW_LIMIT ? raw.substring(0, RAW_LIMIT) : raw;
    raw = new StorableText(raw).value();
    path = new StorableText(path).value();
    reason = new StorableText(reason).value();
  }

  String told(String source, int epoch) {
    var shown = raw.length() > 120 ? raw.substring(0, 120) + "…" : raw;
    return "%s epoch %d %s: %s: %s".formatted(source, epoch, path, reason, shown);
  }
}
