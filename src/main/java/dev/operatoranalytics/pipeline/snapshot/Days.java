package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.Run;
import java.sql.SQLException;
import java.time.LocalDate;

/** A job that takes days, each in its own transaction. Ranges include both ends. */
public interface Days {

  /** Name of the job in {@code pipeline_runs}. */
  String job();

  /** Takes all days that are due. */
  DayResult run(Run.Cause cause, DayProgress progress) throws SQLException;

  /** Takes days of a range. */
  DayResult run(
      LocalDate from, LocalDate to, Plan.Reprocess reprocess, Run.Cause cause, DayProgress progress)
      throws SQLException;

  /** The days that a run over a range would take; updates nothing. */
  Plan plan(LocalDate from, LocalDate to, Plan.Reprocess reprocess) throws SQLException;

  /** Numbers of days of a range by status. */
  Plan.Coverage coverage(LocalDate from, LocalDate to) throws SQLException;
}
