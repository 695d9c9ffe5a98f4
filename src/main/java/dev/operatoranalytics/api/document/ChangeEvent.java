package dev.operatoranalytics.api.document;

import dev.operatoranalytics.database.Change.ChangeKind;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What a follower is told, in the order of the feed. */
public sealed interface ChangeEvent {

  /** Everything up to here has been told. */
  long position();

  /** The position, as clients send it back. */
  default String cursor() {
    return Long.toString(position());
  }

  /**
   * A row of the feed.
   *
   * @param key of the thing that it happened to
   * @param runId run that did it; null for imports
   * @param day UTC day that it is about
   * @param status what became of the thing
   * @param done operators that a run has rebuilt
   * @param total operators that a run is to rebuild; null until known
   * @param skipped earlier rows of the same key that were left out for it
   */
  record Happened(
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
   * Rows that are not told.
   *
   * @param after they come after this position, up to {@code position}
   * @param dropped how many; null when nobody knows any more
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

  /** Why rows are not told. */
  enum GapReason {
    /** The feed does not go back that far. */
    RETENTION,
    /** The reader did not keep up. */
    TOO_SLOW
  }
}
