package dev.operatoranalytics.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A table and the selects that fill it.
 *
 * @param table its name
 * @param select which rows it should hold
 * @param source where that select runs
 * @param valuation what those rows are worth, asked once they are staged; null where nothing has a
 *     price
 */
public record StageTable(
    String table, SqlFile select, RowSource source, @Nullable SqlFile valuation) {

  /** The database that a select reads. */
  public enum RowSource {
    EVENTS,
    STATE
  }

  StageTable valuedBy(@Nullable SqlFile select) {
    return new StageTable(table, this.select, source, select);
  }
}
