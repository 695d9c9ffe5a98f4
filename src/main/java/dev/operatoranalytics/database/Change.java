package dev.operatoranalytics.database;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as a row of {@code change_feed}.
 *
 * @param key of the thing that it happened to
 * @param runId run that did it; null for imports
 * @param day UTC day that it is about
 * @param status what became of the thing
 * @param done operators that a run has rebuilt
 * @param total operators that a run is to rebuild; null until known
 */
public record Change(
    ChangeKind kind,
    String key,
    @Nullable Long runId,
    @Nullable LocalDate day,
    @Nullable String status,
    @Nullable Integer done,
    @Nullable Integer total) {

  /** What a thing is. */
  public enum ChangeKind {
    OPERATOR,
    ANALYTICS,
    EPOCH,
    RUN
  }

  /** Rows of an operator changed. */
  public static Change operator(String address, long runId) {
    return new Change(ChangeKind.OPERATOR, address, runId, null, null, null, null);
  }

  /** The analytics of a day can be read from now on, or were made again. */
  public static Change analytics(LocalDate day, long runId) {
    return new Change(ChangeKind.ANALYTICS, day.toString(), runId, day, null, null, null);
  }

  public static Change epochAdded(int epoch) {
    return epoch(epoch, "ADDED");
  }

  /** The epoch has another document than before. */
  public static Change epochReplaced(int epoch) {
    return epoch(epoch, "REPLACED");
  }

  public static Change run(long runId, String status, int done, @Nullable Integer total) {
    return new Change(ChangeKind.RUN, Long.toString(runId), runId, null, status, done, total);
  }

  private static Change epoch(int epoch, String status) {
    return new Change(ChangeKind.EPOCH, Integer.toString(epoch), null, null, status, null, null);
  }
}
