package dev.operatoranalytics.api.document;

import org.jspecify.annotations.Nullable;

/** Root value of a subscription before its first event; receives its filter. */
final class SubscriptionSource {
  private final @Nullable String lastEventId;
  private @Nullable SubscriptionFilter filter;

  /**
   * @param lastEventId replaces the argument {@code after}; null to use the argument
   */
  SubscriptionSource(@Nullable String lastEventId) {
    this.lastEventId = lastEventId;
  }

  @Nullable String lastEventId() {
    return lastEventId;
  }

  @Nullable Object of(SubscriptionFilter accepted) {
    filter = accepted;
    return null;
  }

  @Nullable SubscriptionFilter filter() {
    return filter;
  }
}
