package dev.operatoranalytics.pipeline;

import java.time.Duration;
import java.util.List;

/** How a state update ended. */
public sealed interface StateUpdateResult {

  /**
   * @param failed operators that could not be rebuilt and are queued for a retry
   * @param drifted operators whose rows differed from their history though no change was detected
   */
  record Updated(
      long runId,
      int operators,
      RowCounts rows,
      List<String> failed,
      List<String> drifted,
      Duration took)
      implements StateUpdateResult {}

  /** Stopped on request: the operators rebuilt by then are complete, the others are unchanged. */
  record Cancelled(long runId, int operators) implements StateUpdateResult {}

  /** Another state update is running. */
  record AlreadyRunning() implements StateUpdateResult {}
}
