package dev.operatoranalytics.pipeline.snapshot;

/** What there is to know while days are taken. */
public interface DayProgress {
  void taken(int days, int of);
}
