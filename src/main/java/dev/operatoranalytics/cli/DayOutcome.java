package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The outcome of a run over days: exit code, JSON and text. */
record DayOutcome(DayResult result) {

  int exitCode() {
    return switch (result) {
      case DayResult.DaysTaken taken ->
          taken.isWhole() ? OperatorAnalytics.DONE : OperatorAnalytics.FAILED;
      case DayResult.NothingToDo() -> OperatorAnalytics.DONE;
      case DayResult other -> OperatorAnalytics.FAILED;
    };
  }

  /** The fields of the JSON output. */
  Map<String, @Nullable Object> facts() {
    var facts = new LinkedHashMap<String, @Nullable Object>();
    facts.put(
        "outcome",
        switch (result) {
          case DayResult.DaysTaken taken when taken.isWhole() -> "DONE";
          case DayResult.DaysTaken taken -> taken.failed().isEmpty() ? "PARTLY_DONE" : "FAILED";
          case DayResult.NothingToDo() -> "NOTHING_TO_DO";
          case DayResult.DaysCancelled cancelled -> "CANCELLED";
          case DayResult.StateCancelled cancelled -> "CANCELLED";
          case DayResult.DaysRunning() -> "ALREADY_RUNNING";
          case DayResult.StateBehind() -> "STATE_BEHIND";
          case DayResult.Blocked blocked -> "BLOCKED";
          case DayResult.NoSnapshot missing -> "NO_SNAPSHOT";
          case DayResult.NothingKnown(), DayResult.TooEarly _ -> "TOO_EARLY";
        });
    facts.put("message", result.message());
    if (result instanceof DayResult.DaysTaken taken) {
      var failed = new TreeMap<String, String>();
      taken.failed().forEach((day, reason) -> failed.put(day.toString(), reason));
      facts.put("run", taken.runId());
      facts.put("days", taken.days());
      facts.put("failed", failed);
      facts.put("waiting", taken.waiting() == null ? null : taken.waiting().message());
      facts.put("inserted", taken.rows().inserted());
      facts.put("updated", taken.rows().updated());
      facts.put("deleted", taken.rows().deleted());
      facts.put("unchanged", taken.rows().unchanged());
      facts.put("seconds", taken.took().toMillis() / 1e3);
    }
    if (result instanceof DayResult.DaysCancelled cancelled) {
      facts.put("run", cancelled.runId());
      facts.put("days", cancelled.days());
    }
    return facts;
  }

  /** Prints the outcome as text. */
  void print() {
    switch (result) {
      case DayResult.DaysTaken taken -> print(taken);
      case DayResult.NothingToDo nothing -> System.out.println(nothing.message());
      case DayResult other -> System.err.println(other.message());
    }
  }

  private static void print(DayResult.DaysTaken taken) {
    var seconds = taken.took().toMillis() / 1e3;
    System.out.printf(
        Locale.ROOT,
        "run=%d days=%d failed=%d inserted=%d updated=%d deleted=%d unchanged=%d took=%.1fs"
            + " (%.2f days/s)%n",
        taken.runId(),
        taken.days(),
        taken.failed().size(),
        taken.rows().inserted(),
        taken.rows().updated(),
        taken.rows().deleted(),
        taken.rows().unchanged(),
        seconds,
        taken.days() / Math.max(seconds, 0.001));
    taken.failed().forEach((day, reason) -> System.err.println("failed: " + day + ": " + reason));
    if (taken.waiting() != null) {
      System.err.println(taken.waiting().message());
    }
  }
}
