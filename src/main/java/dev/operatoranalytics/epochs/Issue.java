package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.StorableText;

/**
 * A problem in a document.
 *
 * @param path JSON path such as {@code $.operators.entries[3].value.currentTotalStake}; cut at
 *     {@link #PATH_LIMIT} characters
 * @param raw the raw value, cut at {@link #RAW_LIMIT} characters
 */
record Issue(String path, IssueKind kind, String raw, String reason) {
  private static final int RAW_LIMIT = 4_000;
  // the path is part of a key, whose size the database limits
  private static final int PATH_LIMIT = 500;

  /** The kind of problem. */
  enum IssueKind {
    /** The value cannot be read. */
    UNREADABLE,
    /** The value is null or absent. */
    MISSING,
    /** The value occurs twice; the first counts. */
    DUPLICATE,
    /** Two parts of the document contradict each other. */
    MISMATCH,
    /** Another document contradicts this one. */
    CONFLICT
  }

  Issue {
    path = storable(path, PATH_LIMIT);
    raw = storable(raw, RAW_LIMIT);
    reason = storable(reason, RAW_LIMIT);
  }

  private static String storable(String text, int limit) {
    return new StorableText(text.length() > limit ? text.substring(0, limit) : text).value();
  }

  String message(String source, int epoch) {
    var excerpt = raw.length() > 120 ? raw.substring(0, 120) + "…" : raw;
    return "%s epoch %d %s: %s: %s".formatted(source, epoch, path, reason, excerpt);
  }
}
