package dev.operatoranalytics.metadata;

import java.io.IOException;

/** A document that could not be had. */
final class NotFetched extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why; what may pass is tried again soon, the others seldom. */
  enum Reason {
    BAD_URI(false),
    PRIVATE_ADDRESS(false),
    UNREACHABLE(true),
    TOO_SLOW(true),
    STATUS(true),
    TOO_MANY_REDIRECTS(false),
    TOO_LARGE(false),
    UNREADABLE(false);

    private final boolean isPassing;

    Reason(boolean isPassing) {
      this.isPassing = isPassing;
    }

    boolean isPassing() {
      return isPassing;
    }
  }

  private final Reason reason;

  NotFetched(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
