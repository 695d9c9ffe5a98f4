package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import java.util.Locale;

/** Tells how a run over days ended, and what exit code that is. */
final class DayOutcome {

  static int tell(DayResult result) {
    return switch (result) {
      case DayResult.Taken taken -> tell(taken);
      case DayResult.NothingToDo() -> {
        System.out.println("nothing to do: no day is missing");
        yield OperatorAnalytics.DONE;
      }
      case DayResult.AlreadyRunning() ->
          refuse("Days are being taken at this moment; try again when that has ended");
      case DayResult.Blocked(var checks) ->
          refuse("Days wait until these checks pass (checks run tells why): " + checks);
      case DayResult.TooEarly(var day, var knownUntil) ->
          refuse(
              knownUntil == null
                  ? "%s cannot be taken: nothing is known of the source yet".formatted(day)
                  : "%s cannot be taken yet: the source is known until %s"
                      .formatted(day, knownUntil));
      case DayResult.NoSnapshot(var days) ->
          refuse("Analytics wait for the snapshots of these days: " + days);
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

  private static int refuse(String message) {
    System.err.println(message);
    return OperatorAnalytics.FAILED;
  }

  private DayOutcome() {}
}
