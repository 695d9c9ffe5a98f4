package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import java.util.Locale;

/** Tells how a run over days ended, and what exit code that is. */
final class DayOutcome {

  static int tell(DayResult result) {
    return switch (result) {
      case DayResult.Taken taken -> tell(taken);
      case DayResult.NothingToDo nothing -> {
        System.out.println(nothing.message());
        yield OperatorAnalytics.DONE;
      }
      case DayResult other -> {
        System.err.println(other.message());
        yield OperatorAnalytics.FAILED;
      }
    };
  }

  private static int tell(DayResult.Taken taken) {
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
    taken.failed().forEach((day, why) -> System.err.println("not taken: " + day + ": " + why));
    return taken.failed().isEmpty() ? OperatorAnalytics.DONE : OperatorAnalytics.FAILED;
  }

  private DayOutcome() {}
}
