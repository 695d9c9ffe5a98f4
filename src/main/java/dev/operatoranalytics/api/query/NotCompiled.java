package dev.operatoranalytics.api.query;

import dev.operatoranalytics.api.query.CompiledQuery.FallbackReason;

/** The fallback engine must resolve a part of the document. */
final class NotCompiled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FallbackReason reason;

  NotCompiled(String message) {
    this(FallbackReason.UNSUPPORTED, message);
  }

  NotCompiled(FallbackReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  FallbackReason reason() {
    return reason;
  }
}
