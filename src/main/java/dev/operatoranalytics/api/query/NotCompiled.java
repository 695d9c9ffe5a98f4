package dev.operatoranalytics.api.query;

/** Part of a document is for the fallback engine. */
final class NotCompiled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotCompiled(String reason) {
    super(reason, null, false, false);
  }
}
