package dev.operatoranalytics.pipeline;

/** Receives the progress of a state update. */
public interface StateUpdateProgress {
  void rebuilt(int operators, int of);

  default void at(RunPhase phase) {}
}
