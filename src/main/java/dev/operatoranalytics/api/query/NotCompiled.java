package dev.operatoranalytics.api.query;

/** The fallback engine must resolve a part of the document. */
final class NotCompiled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotCompiled(String reason) {
    super(reason, null, false, false);
  }
}
