package dev.operatoranalytics.pipeline;

/** What was queued is not any more: somebody took it back, or another server did it. */
public final class RunCancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunCancelled(long runId) {
    super("Run " + runId + " is not queued any more");
  }
}
