package dev.operatoranalytics.pipeline;

/**
 * A table and the select that fills it.
 *
 * @param select what the table should hold
 * @param table its name
 * @param source where the select runs
 * @param ownership what of the table the select answers for
 */
public record StageTable(Select select, String table, Source source, Ownership ownership) {

  /** The database that a select reads. */
  public enum Source {
    EVENTS,
    STATE
  }

  /** Whether a select decides which rows exist, or fills columns of rows that others made. */
  public enum Ownership {
    ROWS,
    COLUMNS
  }
}
