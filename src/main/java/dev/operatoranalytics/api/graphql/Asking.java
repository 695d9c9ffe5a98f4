package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.feed.Follow;
import org.jspecify.annotations.Nullable;

/** Stands in the place of an event, to hear what a subscription wants to follow. */
final class Asking {
  private @Nullable Follow follow;

  @Nullable Object of(Follow asked) {
    follow = asked;
    return null;
  }

  @Nullable Follow follow() {
    return follow;
  }
}
