package dev.operatoranalytics.pipeline.snapshot;

/** Receives the progress of a run over days. */
public interface DayProgress {
  void taken(int days, int of);
}
