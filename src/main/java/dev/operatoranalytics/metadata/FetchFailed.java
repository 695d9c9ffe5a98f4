package dev.operatoranalytics.metadata;

import java.io.IOException;

/** A document could not be fetched. */
final class FetchFailed extends IOException {
  private static final long serialVersionUID = 1L;

  /** The reason. Transient failures are retried soon, others at the refresh interval. */
  enum FetchFailureReason {
    BAD_URI(false),
    PRIVATE_ADDRESS(false),
    UNREACHABLE(true),
    TOO_SLOW(true),
    STATUS(true),
    TOO_MANY_REDIRECTS(false),
    TOO_LARGE(false),
    UNREADABLE(false);

    private final boolean isTransient;

    FetchFailureReason(boolean isTransient) {
      this.isTransient = isTransient;
    }

    boolean isTransient() {
      return isTransient;
    }
  }

  private final FetchFailureReason reason;

  FetchFailed(FetchFailureReason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  FetchFailureReason reason() {
    return reason;
  }
}
