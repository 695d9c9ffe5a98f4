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

  /** For whoever asked. */
  default String message() {
    return switch (this) {
      case Taken taken when taken.failed().isEmpty() -> "done";
      case Taken taken -> "days that could not be taken: " + taken.failed().keySet();
      case Cancelled(var runId, var days, var of) ->
          "cancelled after %d of %d days; the same command goes on".formatted(days, of);
      case NothingToDo() -> "nothing to do: no day is missing";
      case AlreadyRunning() -> "days are being taken at this moment; try again when that has ended";
      case StateBehind() ->
          "the state is still being brought up to date; try again when it has been";
      case StateCancelled(var runId) ->
          "cancelled: run %d was to bring the state up to date first".formatted(runId);
      case Blocked(var checks) ->
          "days wait until these checks pass (checks run tells why): " + checks;
      case NoSnapshot(var days) -> "analytics wait for the snapshots of these days: " + days;
      case TooEarly(var day, var knownUntil) ->
          knownUntil == null
              ? "%s cannot be taken: nothing is known of the source yet".formatted(day)
              : "%s cannot be taken yet: the source is known until %s".formatted(day, knownUntil);
    };
  }

  /**
   * @param failed days that could not be taken, and why
   */
  record Taken(
      long runId, int days, RowCounts rows, SortedMap<LocalDate, String> failed, Duration took)
      implements DayResult {}

  /** Stopped because somebody asked for it, between two days. */
  record Cancelled(long runId, int days, int of) implements DayResult {}

  /** Nothing was missing. */
  record NothingToDo() implements DayResult {}

  /** Somebody else takes days at this moment. */
  record AlreadyRunning() implements DayResult {}

  /** Somebody else has been bringing the state that days are made from up to date for long. */
  record StateBehind() implements DayResult {}

  /**
   * Stopped because somebody asked for it, before there was a run of days.
   *
   * @param runId the run that was to bring the state up to date
   */
  record StateCancelled(long runId) implements DayResult {}

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
