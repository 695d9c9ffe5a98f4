package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.RowCounts;
import java.sql.SQLException;
import java.time.LocalDate;

/** Takes days of one stage, one after another, each in a transaction of its own. */
interface DayWriter extends AutoCloseable {

  /**
   * @param isCarried whether the day before is right as it is now
   */
  RowCounts write(LocalDate day, boolean isCarried) throws SQLException;

  /** Whether somebody asked the run to stop. */
  boolean isCancelled() throws SQLException;

  /** Remembers that a day could not be taken. */
  void fail(LocalDate day, String error) throws SQLException;

  @Override
  void close() throws SQLException;
}
