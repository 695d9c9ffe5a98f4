package dev.operatoranalytics.source;

import dev.operatoranalytics.database.StorableText;

/**
 * Rejected input.
 *
 * @param line counted from 1
 * @param field field of the line; empty for the line as a whole
 * @param raw the rejected text, unchanged, cut at {@link #RAW_LIMIT} characters
 */
public record Rejection(String file, long line, String field, String raw, String reason) {
  private static final int RAW_LIMIT = 4_000;

  public Rejection {
    raw = raw.length() > RAW_LIMIT ? raw.substring(0, RAW_LIMIT) : raw;
    raw = new StorableText(raw).value();
    field = new StorableText(field).value();
    reason = new StorableText(reason).value();
  }

  @Override
  public String toString() {
    var location = field.isEmpty() ? "" : " field " + field;
    var shown = raw.length() > 120 ? raw.substring(0, 120) + "…" : raw;
    return "%s line %s%s: %s: %s".formatted(file, line, location, reason, shown);
  }
}
