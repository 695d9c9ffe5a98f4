package dev.operatoranalytics.epochs;

/** Told after every batch. */
public interface EpochImportProgress {
  /**
   * @param fraction of the source that has been written, 0..1
   */
  void written(long documents, double fraction);
}
