package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.ChangeEvent.Happened;
import dev.operatoranalytics.database.Change.ChangeKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to be told of.
 *
 * @param keys of the things that count; null for all of the kind
 * @param after position that was told last; null to begin with what happens next
 * @param isWhole whether to begin, without {@code after}, with the oldest row that there is
 * @param isOver whether nothing will happen any more that is not in the feed already
 */
public record SubscriptionFilter(
    ChangeKind kind,
    @Nullable Set<String> keys,
    @Nullable Long after,
    boolean isWhole,
    boolean isOver) {

  /** All things of a kind, or those with the given keys. */
  public static SubscriptionFilter all(
      ChangeKind kind, @Nullable Set<String> keys, @Nullable Long after) {
    return new SubscriptionFilter(kind, keys, after, false, false);
  }

  /** One run, from its beginning to its end. */
  public static SubscriptionFilter run(String runId, @Nullable Long after, String status) {
    return new SubscriptionFilter(ChangeKind.RUN, Set.of(runId), after, true, isEnd(status));
  }

  private static boolean isEnd(@Nullable String status) {
    return !"RUNNING".equals(status) && !"QUEUED".equals(status);
  }

  /** Whether the latest row of a thing stands for those before it. */
  public boolean isLatestEnough() {
    return kind == ChangeKind.OPERATOR || kind == ChangeKind.RUN;
  }

  public boolean matches(Happened happened) {
    return happened.kind() == kind && (keys == null || keys.contains(happened.key()));
  }

  /** Whether nothing can come any more after this. */
  public boolean endsWith(ChangeEvent told) {
    return isWhole && told instanceof Happened run && isEnd(run.status());
  }
}
