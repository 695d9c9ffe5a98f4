package dev.operatoranalytics.epochs;

import dev.operatoranalytics.source.Rejection;

/** A document that is not JSON or names no epoch. */
final class UnreadableDocument extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String raw;

  UnreadableDocument(String path, String raw, String reason) {
    super(reason, null, false, false);
    this.path = path;
    this.raw = raw;
  }

  Rejection at(EpochDocument.Origin origin) {
    return new Rejection(
        origin.source(), origin.position(), path, raw, String.valueOf(getMessage()));
  }
}
