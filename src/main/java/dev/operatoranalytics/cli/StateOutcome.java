package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.StateUpdate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcome of a run of state-update: exit code, JSON and text. */
record StateOutcome(StateUpdate.Result result) {

  int exitCode() {
    return result instanceof StateUpdate.Result.Updated updated && updated.failed().isEmpty()
        ? OperatorAnalytics.DONE
        : OperatorAnalytics.FAILED;
  }

  /** The fields of the JSON output. */
  Map<String, @Nullable Object> facts() {
    var facts = new LinkedHashMap<String, @Nullable Object>();
    switch (result) {
      case StateUpdate.Result.Updated updated -> {
        facts.put("outcome", updated.failed().isEmpty() ? "DONE" : "FAILED");
        facts.put("run", updated.runId());
        facts.put("operators", updated.operators());
        facts.put("inserted", updated.rows().inserted());
        facts.put("updated", updated.rows().updated());
        facts.put("deleted", updated.rows().deleted());
        facts.put("unchanged", updated.rows().unchanged());
        facts.put("failed", updated.failed());
        facts.put("drifted", updated.drifted());
        facts.put("seconds", updated.took().toMillis() / 1e3);
      }
      case StateUpdate.Result.Cancelled cancelled -> {
        facts.put("outcome", "CANCELLED");
        facts.put("run", cancelled.runId());
        facts.put("operators", cancelled.operators());
      }
      case StateUpdate.Result.AlreadyRunning() -> facts.put("outcome", "ALREADY_RUNNING");
    }
    return facts;
  }

  /** Prints the outcome as text. */
  void print() {
    switch (result) {
      case StateUpdate.Result.Updated updated -> print(updated);
      case StateUpdate.Result.Cancelled cancelled ->
          System.err.println("cancelled after %d operators".formatted(cancelled.operators()));
      case StateUpdate.Result.AlreadyRunning() ->
          System.err.println("Another state-update is running; try again when it has ended");
    }
  }

  private static void print(StateUpdate.Result.Updated updated) {
    System.out.printf(
        Locale.ROOT,
        "run=%d operators=%d inserted=%d updated=%d deleted=%d unchanged=%d failed=%d"
            + " took=%.1fs%n",
        updated.runId(),
        updated.operators(),
        updated.rows().inserted(),
        updated.rows().updated(),
        updated.rows().deleted(),
        updated.rows().unchanged(),
        updated.failed().size(),
        updated.took().toMillis() / 1e3);
    updated.drifted().forEach(o -> System.err.println("changed without an event:  " + o));
    updated.failed().forEach(o -> System.err.println("not rebuilt, will be retried:  " + o));
  }
}
