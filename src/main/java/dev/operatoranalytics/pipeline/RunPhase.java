package dev.operatoranalytics.pipeline;

/** What a run of state-update has just done, or is about to do: where its process may end. */
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
