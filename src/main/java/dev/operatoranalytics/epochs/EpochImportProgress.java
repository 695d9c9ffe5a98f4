package dev.operatoranalytics.epochs;

/** Receives the progress after every batch. */
public interface EpochImportProgress {
  /**
   * @param fraction part of the source that has been written, 0..1
   */
  void written(long documents, double fraction);
}
