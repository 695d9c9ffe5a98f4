package dev.operatoranalytics.source;

/** A value of an input line that is invalid for its field. */
final class UnreadableValue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String raw;

  UnreadableValue(String field, String raw, String reason) {
    super(reason, null, false, false);
    this.field = field;
    this.raw = raw;
  }

  String field() {
    return field;
  }

  String raw() {
    return raw;
  }

  Rejection at(String file, long line) {
    return new Rejection(file, line, field, raw, String.valueOf(getMessage()));
  }
}
