package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import dev.operatoranalytics.database.Change.ChangeKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events that a subscription receives.
 *
 * @param keys of the objects; null for all of the kind
 * @param after last received position; null to start with the next event
 * @param fromOldest whether to start, without {@code after}, with the oldest row
 * @param isComplete whether no further events can come beyond those in the feed
 */
public record SubscriptionFilter(
    ChangeKind kind,
    @Nullable Set<String> keys,
    @Nullable Long after,
    boolean fromOldest,
    boolean isComplete) {

  /** All objects of a kind, or those with the given keys. */
  public static SubscriptionFilter all(
      ChangeKind kind, @Nullable Set<String> keys, @Nullable Long after) {
    return new SubscriptionFilter(kind, keys, after, false, false);
  }

  /** One run, from its start to its end. */
  public static SubscriptionFilter run(String runId, @Nullable Long after, String status) {
    return new SubscriptionFilter(ChangeKind.RUN, Set.of(runId), after, true, isEnd(status));
  }

  private static boolean isEnd(@Nullable String status) {
    return !"RUNNING".equals(status) && !"QUEUED".equals(status);
  }

  /** Whether the latest row of an object replaces earlier ones. */
  public boolean isLatestSufficient() {
    return kind == ChangeKind.OPERATOR || kind == ChangeKind.RUN;
  }

  public boolean matches(FeedRow row) {
    return row.kind() == kind && (keys == null || keys.contains(row.key()));
  }

  /** Whether this is the last event. */
  public boolean endsWith(ChangeEvent event) {
    return fromOldest && event instanceof FeedRow run && isEnd(run.status());
  }
}
