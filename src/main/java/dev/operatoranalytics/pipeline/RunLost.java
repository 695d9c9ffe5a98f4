package dev.operatoranalytics.pipeline;

/** Another run has started since; this run must not write any more. */
public final class RunLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunLost(String pipeline) {
    super("Another run of " + pipeline + " has started; this one stops and writes nothing more");
  }
}
