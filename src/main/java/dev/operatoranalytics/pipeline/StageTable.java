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
 * @param rows which rows the select returns
 */
public record StageTable(
    String table, SqlFile select, RowSource source, @Nullable SqlFile valuation, RowKind rows) {

  /** The rows that a select returns. */
  public enum RowKind {
    /** Rows of the table. */
    ALL,
    /** Rows of stakers without an operator, in a table by operator. */
    OF_STAKERS,
    /** Rows of one day, in a table of periods of days. */
    OF_PERIODS
  }

  /** The database that a select reads. */
  public enum RowSource {
    EVENTS,
    STATE
  }

  List<SqlFile> selects() {
    return valuation == null ? List.of(select) : List.of(select, valuation);
  }

  StageTable valuedBy(@Nullable SqlFile select) {
    return new StageTable(table, this.select, source, select, rows);
  }

  StageTable withSelect(SqlFile select) {
    return new StageTable(table, select, source, valuation, rows);
  }

  StageTable ofStakers() {
    return new StageTable(table, select, source, valuation, RowKind.OF_STAKERS);
  }
}
