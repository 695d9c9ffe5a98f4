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
 * @param isOfStakers whether the select returns rows of stakers without an operator in a table by
 *     operator
 */
public record StageTable(
    String table,
    SqlFile select,
    RowSource source,
    @Nullable SqlFile valuation,
    boolean isOfStakers) {

  /** The database that a select reads. */
  public enum RowSource {
    EVENTS,
    STATE
  }

  List<SqlFile> selects() {
    return valuation == null ? List.of(select) : List.of(select, valuation);
  }

  StageTable valuedBy(@Nullable SqlFile select) {
    return new StageTable(table, this.select, source, select, isOfStakers);
  }

  StageTable withSelect(SqlFile select) {
    return new StageTable(table, select, source, valuation, isOfStakers);
  }

  StageTable ofStakers() {
    return new StageTable(table, select, source, valuation, true);
  }
}
