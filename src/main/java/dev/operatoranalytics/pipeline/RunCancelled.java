package dev.operatoranalytics.pipeline;

/** Somebody took back what they asked for before it began. */
public final class RunCancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunCancelled(long runId) {
    super("Run " + runId + " was cancelled before it began");
  }
}
