package dev.operatoranalytics.pipeline;

/** Numbers of rows that an update of a table changed or left unchanged. */
public record RowCounts(long inserted, long updated, long deleted, long unchanged) {
  public static final RowCounts NONE = new RowCounts(0, 0, 0, 0);

  public long changed() {
    return inserted + updated + deleted;
  }

  public RowCounts plus(RowCounts other) {
    return new RowCounts(
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        unchanged + other.unchanged);
  }
}
