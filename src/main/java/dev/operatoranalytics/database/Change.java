package dev.operatoranalytics.database;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A change of data, as a row of {@code change_feed}.
 *
 * @param key key of the changed object
 * @param runId run that made the change; null for imports
 * @param day UTC day of the analytics, or end of a claim tree; null for other kinds
 * @param status new status, or the rule of an alert; null when the kind has none
 * @param done number of operators that a run has rebuilt
 * @param total number of operators that a run will rebuild; null until known
 */
public record Change(
    ChangeKind kind,
    String key,
    @Nullable Long runId,
    @Nullable LocalDate day,
    @Nullable String status,
    @Nullable Integer done,
    @Nullable Integer total) {

  /** The kind of the changed object. */
  public enum ChangeKind {
    OPERATOR,
    ANALYTICS,
    EPOCH,
    RUN,
    ALERT,
    ROOT
  }

  /** Rows of an operator changed. */
  public static Change operator(String address, long runId) {
    return new Change(ChangeKind.OPERATOR, address, runId, null, null, null, null);
  }

  /** The analytics of a day were published, or computed again. */
  public static Change analytics(LocalDate day, long runId) {
    return new Change(ChangeKind.ANALYTICS, day.toString(), runId, day, null, null, null);
  }

  public static Change epochAdded(int epoch) {
    return epoch(epoch, "ADDED");
  }

  /** The document of the epoch was replaced. */
  public static Change epochReplaced(int epoch) {
    return epoch(epoch, "REPLACED");
  }

  public static Change run(long runId, String status, int done, @Nullable Integer total) {
    return new Change(ChangeKind.RUN, Long.toString(runId), runId, null, status, done, total);
  }

  /** A rule reported a fact. */
  public static Change alert(long alertId, long ruleId) {
    return new Change(
        ChangeKind.ALERT, Long.toString(alertId), null, null, Long.toString(ruleId), null, null);
  }

  /**
   * A root of a claim tree came, or was disabled.
   *
   * @param until first day whose rewards are not in the tree
   */
  public static Change root(long index, LocalDate until, boolean isDisabled, long runId) {
    return new Change(
        ChangeKind.ROOT,
        Long.toString(index),
        runId,
        until,
        isDisabled ? "DISABLED" : "PUBLISHED",
        null,
        null);
  }

  private static Change epoch(int epoch, String status) {
    return new Change(ChangeKind.EPOCH, Integer.toString(epoch), null, null, status, null, null);
  }
}
