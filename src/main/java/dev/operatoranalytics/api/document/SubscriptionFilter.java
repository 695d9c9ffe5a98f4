package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import dev.operatoranalytics.database.Change.ChangeKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events that a subscription receives.
 *
 * @param keys of the objects; null for all of the kind
 * @param statuses of the events; null for all
 * @param after last received position; null to start with the next event
 * @param fromOldest whether to start, without {@code after}, with the oldest row
 * @param isComplete whether no further events can come beyond those in the feed
 */
public record SubscriptionFilter(
    ChangeKind kind,
    @Nullable Set<String> keys,
    @Nullable Set<String> statuses,
    @Nullable Long after,
    boolean fromOldest,
    boolean isComplete) {

  /** All objects of a kind, or those with the given keys. */
  public static SubscriptionFilter all(
      ChangeKind kind, @Nullable Set<String> keys, @Nullable Long after) {
    return new SubscriptionFilter(kind, keys, null, after, false, false);
  }

  /** One run, from its start to its end. */
  public static SubscriptionFilter run(String runId, @Nullable Long after, String status) {
    return new SubscriptionFilter(ChangeKind.RUN, Set.of(runId), null, after, true, isEnd(status));
  }

  /** Alerts of all rules, or of those with the given numbers. */
  public static SubscriptionFilter alerts(@Nullable Set<String> rules, @Nullable Long after) {
    return new SubscriptionFilter(ChangeKind.ALERT, null, rules, after, false, false);
  }

  private static boolean isEnd(@Nullable String status) {
    return !"RUNNING".equals(status) && !"QUEUED".equals(status);
  }

  /** Whether the latest row of an object replaces earlier ones. */
  public boolean isLatestSufficient() {
    return kind == ChangeKind.OPERATOR || kind == ChangeKind.RUN;
  }

  public boolean matches(FeedRow row) {
    return row.kind() == kind
        && (keys == null || keys.contains(row.key()))
        && (statuses == null || (row.status() != null && statuses.contains(row.status())));
  }

  /** Whether this is the last event. */
  public boolean endsWith(ChangeEvent event) {
    return fromOldest && event instanceof FeedRow run && isEnd(run.status());
  }
}
