package dev.operatoranalytics.pipeline.snapshot;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.pipeline.RowCounts;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** How a run over days ended. */
public sealed interface DayResult {
  int LISTED = 10;

  /** The result as a message for people. */
  default String message() {
    return switch (this) {
      case DaysTaken taken when taken.isWhole() -> "done";
      case DaysTaken taken -> taken.unmet();
      case DaysCancelled(var runId, var days, var of) ->
          "cancelled after %d of %d days; the same command goes on".formatted(days, of);
      case NothingToDo() -> "nothing to do: no day is missing";
      case DaysRunning() -> "days are being taken at this moment; try again when that has ended";
      case StateBehind() ->
          "the state is still being brought up to date; try again when it has been";
      case StateCancelled(var runId) ->
          "cancelled: run %d was to bring the state up to date first".formatted(runId);
      case Blocked(var checks) ->
          "days wait until these checks can be read (checks run tells why): " + checks;
      case NoSnapshot(var days) -> "analytics wait for the snapshots of these days: " + text(days);
      case NothingKnown() -> "no day can be taken: nothing is known of the source yet";
      case TooEarly(var days, var why) -> "%s cannot be taken yet: %s".formatted(text(days), why);
    };
  }

  private static String text(List<LocalDate> days) {
    return days.size() <= LISTED
        ? days.stream().map(LocalDate::toString).collect(joining(", "))
        : "%d days, %s to %s".formatted(days.size(), days.getFirst(), days.getLast());
  }

  /**
   * @param failed days that could not be taken, with the error
   * @param waiting why other planned days have to wait; null when none has to
   */
  record DaysTaken(
      long runId,
      int days,
      RowCounts rows,
      SortedMap<LocalDate, String> failed,
      @Nullable DayResult waiting,
      Duration took)
      implements DayResult {

    /** Whether every planned day was taken. */
    public boolean isWhole() {
      return failed.isEmpty() && waiting == null;
    }

    private String unmet() {
      return unmet(failed, waiting);
    }

    static String unmet(SortedMap<LocalDate, String> failed, @Nullable DayResult waiting) {
      var parts = new ArrayList<String>();
      if (!failed.isEmpty()) {
        parts.add("days that could not be taken: " + failed.keySet());
      }
      if (waiting != null) {
        parts.add(waiting.message());
      }
      return String.join("; ", parts);
    }
  }

  /** Stopped on request, between two days. */
  record DaysCancelled(long runId, int days, int of) implements DayResult {}

  /** No day was missing. */
  record NothingToDo() implements DayResult {}

  /** Another run takes days at this moment. */
  record DaysRunning() implements DayResult {}

  /** Another process was still updating the state, from which days are made, after the timeout. */
  record StateBehind() implements DayResult {}

  /**
   * Stopped on request, before the run of days began.
   *
   * @param runId the run that updated the state first
   */
  record StateCancelled(long runId) implements DayResult {}

  /** Blocking checks cannot be read. */
  record Blocked(List<String> checks) implements DayResult {}

  /** Days that cannot be analysed because they have no snapshot yet. */
  record NoSnapshot(List<LocalDate> days) implements DayResult {}

  /** No event of the source has been read yet. */
  record NothingKnown() implements DayResult {}

  /** Days that are not known to have ended, with the reason. */
  record TooEarly(List<LocalDate> days, String why) implements DayResult {}
}
