package dev.operatoranalytics.api.document;

import org.jspecify.annotations.Nullable;

/** Stands in the place of an event, to hear what a subscription wants to follow. */
final class SubscriptionSource {
  private final @Nullable String lastEventId;
  private @Nullable SubscriptionFilter follow;

  /**
   * @param lastEventId in place of the argument {@code after}; null to go by that
   */
  SubscriptionSource(@Nullable String lastEventId) {
    this.lastEventId = lastEventId;
  }

  @Nullable String lastEventId() {
    return lastEventId;
  }

  @Nullable Object of(SubscriptionFilter asked) {
    follow = asked;
    return null;
  }

  @Nullable SubscriptionFilter follow() {
    return follow;
  }
}
