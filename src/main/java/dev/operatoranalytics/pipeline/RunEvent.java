package dev.operatoranalytics.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run.
 *
 * @param message for people
 * @param error original error message; null when there was no error
 * @param operator the operator that the event is about; null when it is not about one
 * @param day the UTC day that the event is about; null when it is not about one
 */
public record RunEvent(
    RunEventKind kind,
    String message,
    @Nullable String error,
    @Nullable String operator,
    @Nullable LocalDate day) {

  /** What happened. */
  public enum RunEventKind {
    STARTED,
    FOUND,
    WRITTEN,
    DAY_TAKEN,
    DAY_FAILED,
    OPERATOR_FAILED,
    OPERATOR_DRIFTED,
    CHECKED,
    CANCEL_REQUESTED,
    CHECKPOINT_MOVED,
    CHECKPOINT_LEFT,
    ENDED
  }

  static RunEvent of(RunEventKind kind, String message) {
    return new RunEvent(kind, message, null, null, null);
  }

  static RunEvent ended(Run.End end, @Nullable String error) {
    return new RunEvent(RunEventKind.ENDED, end.name(), error, null, null);
  }

  static RunEvent checked(List<Check.CheckResult> results) {
    var failed =
        results.stream()
            .filter(result -> result.status() != Check.CheckStatus.PASSED)
            .map(result -> result.check().name())
            .toList();
    return of(
        RunEventKind.CHECKED,
        failed.isEmpty()
            ? "%d checks pass".formatted(results.size())
            : "of %d checks these do not pass: %s"
                .formatted(results.size(), String.join(", ", failed)));
  }

  static RunEvent checkpoint(boolean isMoved, Instant cursor) {
    return isMoved
        ? of(RunEventKind.CHECKPOINT_MOVED, "to " + cursor)
        : of(RunEventKind.CHECKPOINT_LEFT, "somebody set it meanwhile");
  }

  static RunEvent operatorFailed(String operator, @Nullable String error) {
    return new RunEvent(
        RunEventKind.OPERATOR_FAILED, "not rebuilt, will be tried again", error, operator, null);
  }

  static RunEvent operatorDrifted(String operator) {
    return new RunEvent(
        RunEventKind.OPERATOR_DRIFTED,
        "differed from its history though nothing was heard of it",
        null,
        operator,
        null);
  }

  public static RunEvent dayTaken(LocalDate day, RowCounts rows) {
    return new RunEvent(
        RunEventKind.DAY_TAKEN, "%d rows changed".formatted(rows.changed()), null, null, day);
  }

  public static RunEvent dayFailed(LocalDate day, String error) {
    return new RunEvent(RunEventKind.DAY_FAILED, "could not be taken", error, null, day);
  }
}
