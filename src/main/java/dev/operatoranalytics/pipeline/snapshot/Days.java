package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.Run;
import java.sql.SQLException;
import java.time.LocalDate;

/** A job that takes days, each in a transaction of its own. Ranges count both ends. */
public interface Days {

  /** As {@code pipeline_runs} names the job. */
  String job();

  /** Whatever is due. */
  DayResult run(Run.Cause cause, DayProgress progress) throws SQLException;

  /** Days of a range. */
  DayResult run(
      LocalDate from, LocalDate to, Plan.Reprocess reprocess, Run.Cause cause, DayProgress progress)
      throws SQLException;

  /** What a run over a range would take, without bringing anything up to date. */
  Plan plan(LocalDate from, LocalDate to, Plan.Reprocess reprocess) throws SQLException;

  /** How the days of a range stand. */
  Plan.Coverage coverage(LocalDate from, LocalDate to) throws SQLException;
}
