package dev.operatoranalytics.api.document;

import dev.operatoranalytics.database.Change.ChangeKind;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** An event of a subscription, in the order of the feed. */
public sealed interface ChangeEvent {

  /** Events up to this position have been sent. */
  long position();

  /** The position as a cursor. */
  default String cursor() {
    return Long.toString(position());
  }

  /**
   * A row of the feed.
   *
   * @param key of the changed object
   * @param runId run that made the change; null for imports
   * @param day UTC day of the change
   * @param status new status of the object
   * @param done operators rebuilt by a run
   * @param total operators to rebuild by a run; null until known
   * @param skipped earlier rows of the same key that it replaces
   */
  record FeedRow(
      long position,
      ChangeKind kind,
      String key,
      @Nullable Long runId,
      @Nullable LocalDate day,
      @Nullable String status,
      @Nullable Integer done,
      @Nullable Integer total,
      Instant at,
      int skipped)
      implements ChangeEvent {}

  /**
   * Rows that are not sent.
   *
   * @param after position before the rows; {@code position} is the last of them
   * @param dropped number of rows; null when they were pruned
   */
  record Gap(long after, long position, @Nullable Integer dropped, GapReason reason)
      implements ChangeEvent {

    public String from() {
      return Long.toString(after);
    }

    public String to() {
      return cursor();
    }
  }

  /** Why rows are not sent. */
  enum GapReason {
    /** The rows were pruned. */
    RETENTION,
    /** The subscriber was too slow. */
    TOO_SLOW
  }
}
