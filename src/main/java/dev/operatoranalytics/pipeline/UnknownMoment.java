package dev.operatoranalytics.pipeline;

/** A moment of which nothing is known yet; the message says what is. */
public final class UnknownMoment extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownMoment(String message) {
    super(message);
  }
}
