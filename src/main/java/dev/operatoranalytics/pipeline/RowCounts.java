package dev.operatoranalytics.pipeline;

/** What bringing a table up to date did to its rows. */
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
