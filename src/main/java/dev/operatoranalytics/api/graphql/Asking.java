package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.feed.Follow;
import org.jspecify.annotations.Nullable;

/** Stands in the place of an event, to hear what a subscription wants to follow. */
final class Asking {
  private final @Nullable String lastEventId;
  private @Nullable Follow follow;

  /**
   * @param lastEventId in place of the argument {@code after}; null to go by that
   */
  Asking(@Nullable String lastEventId) {
    this.lastEventId = lastEventId;
  }

  @Nullable String lastEventId() {
    return lastEventId;
  }

  @Nullable Object of(Follow asked) {
    follow = asked;
    return null;
  }

  @Nullable Follow follow() {
    return follow;
  }
}
