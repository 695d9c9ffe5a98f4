package dev.operatoranalytics.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table and the selects that fill it.
 *
 * @param table its name
 * @param select the rows that the table should hold
 * @param source the database on which that select runs
 * @param valuation select of the rows' values, run after they are staged; null when no column
 *     depends on a price
 */
public record StageTable(
    String table, SqlFile select, RowSource source, @Nullable SqlFile valuation) {

  /** The database that a select reads. */
  public enum RowSource {
    EVENTS,
    STATE
  }

  List<SqlFile> selects() {
    return valuation == null ? List.of(select) : List.of(select, valuation);
  }

  StageTable valuedBy(@Nullable SqlFile select) {
    return new StageTable(table, this.select, source, select);
  }
}
