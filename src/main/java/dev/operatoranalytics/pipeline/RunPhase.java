package dev.operatoranalytics.pipeline;

/** Points of a state update at which tests stop or kill the process. */
public enum RunPhase {
  LOCKED,
  EXTRACTED,
  STAGED,
  UPDATED,
  INSERTED,
  DELETED,
  BEFORE_NOTIFY,
  BEFORE_COMMIT,
  COMMITTED,
  CHECKED,
  BEFORE_CHECKPOINT,
  CHECKPOINT_MOVED,
  ENDED
}
