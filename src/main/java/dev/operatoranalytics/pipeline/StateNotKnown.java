package dev.operatoranalytics.pipeline;

/** The requested time or block is later than the state; the message names both. */
public final class StateNotKnown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StateNotKnown(String message) {
    super(message);
  }
}
