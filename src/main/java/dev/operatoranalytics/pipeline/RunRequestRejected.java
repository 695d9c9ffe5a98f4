package dev.operatoranalytics.pipeline;

/** A request of an administrator cannot be carried out; the message is meant for the client. */
public final class RunRequestRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  /** Why a request is rejected. */
  public enum RejectionReason {
    /** It can never be carried out. */
    INVALID,
    /** What it names does not exist. */
    NOT_FOUND,
    /** It cannot be carried out in the current state. */
    CONFLICT
  }

  public RunRequestRejected(RejectionReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public RejectionReason reason() {
    return reason;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
