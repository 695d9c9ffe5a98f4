package dev.operatoranalytics.pipeline;

/**
 * A run of a job, as stored by {@link RunRepository}.
 *
 * @param isCatchingUp whether the previous run did not end normally, so that rows derived from what
 *     it wrote may be missing
 * @param trigger what started it
 */
public record Run(long id, boolean isCatchingUp, Trigger trigger) {
  /** Why a run starts. */
  public sealed interface Cause {
    Trigger trigger();
  }

  /** What started a run. */
  public enum Trigger implements Cause {
    SCHEDULE,
    COMMAND,
    ADMIN,
    START,
    /** Blocks that were read from a node. */
    CHAIN;

    @Override
    public Trigger trigger() {
      return this;
    }
  }

  /** An administrator requested the run; its row is already in {@code pipeline_runs}. */
  public record Queued(long runId) implements Cause {
    @Override
    public Trigger trigger() {
      return Trigger.ADMIN;
    }
  }

  /** How a run ends. */
  public enum End {
    SUCCEEDED,
    /** Some operators failed. */
    PARTIAL,
    FAILED,
    CANCELLED
  }
}
