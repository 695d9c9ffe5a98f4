package dev.operatoranalytics.pipeline;

/** The run is no longer queued: it was cancelled, or another server started it. */
public final class RunCancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunCancelled(long runId) {
    super("Run " + runId + " is not queued any more");
  }
}
