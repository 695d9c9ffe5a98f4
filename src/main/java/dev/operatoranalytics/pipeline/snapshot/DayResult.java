package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.RowCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** How a run over days ended. */
public sealed interface DayResult {

  /**
   * @param failed days that could not be taken, and why
   */
  record Taken(
      long runId, int days, RowCounts rows, SortedMap<LocalDate, String> failed, Duration took)
      implements DayResult {}

  /** Nothing was missing. */
  record NothingToDo() implements DayResult {}

  /** Somebody else takes days at this moment. */
  record AlreadyRunning() implements DayResult {}

  /** Checks that days wait for do not pass. */
  record Blocked(List<String> checks) implements DayResult {}

  /** Days that are analysed only once they were taken. */
  record NoSnapshot(List<LocalDate> days) implements DayResult {}

  /**
   * A day has not ended yet, as far as anybody knows.
   *
   * @param knownUntil instant until which it is; null when nothing is
   */
  record TooEarly(LocalDate day, @Nullable Instant knownUntil) implements DayResult {}
}
