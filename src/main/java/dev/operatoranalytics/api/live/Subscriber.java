package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent;
import dev.operatoranalytics.api.document.ChangeEvent.Gap;
import dev.operatoranalytics.api.document.ChangeEvent.GapReason;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import java.sql.SQLException;
import java.util.List;

/**
 * The position of one subscription in the feed. A subscriber that does not read takes no memory and
 * continues where it was. Not thread-safe.
 */
public final class Subscriber implements AutoCloseable {
  private final ChangeFeed feed;
  private final SubscriptionFilter filter;
  private final long end;
  private final Runnable wake;
  private long position;
  private boolean isLive;

  /**
   * @param end position that the table has reached, even if the feed has not read it yet
   */
  Subscriber(ChangeFeed feed, SubscriptionFilter filter, long position, long end, Runnable wake) {
    this.feed = feed;
    this.filter = filter;
    this.position = position;
    this.end = end;
    this.wake = wake;
  }

  SubscriptionFilter filter() {
    return filter;
  }

  /** Signals that rows may be available; returns at once. */
  void wake() {
    wake.run();
  }

  /** The next events; empty when there are none yet. */
  public List<? extends ChangeEvent> next() throws SQLException {
    while (true) {
      var until = Math.max(feed.newest(), end);
      if (position >= until) {
        isLive = true;
        return List.of();
      }
      var events = next(until);
      if (!events.isEmpty()) {
        return events;
      }
    }
  }

  /** Whether no more events can come. */
  public boolean isDone() {
    return filter.isComplete() && isLive;
  }

  private List<? extends ChangeEvent> next(long until) throws SQLException {
    var limit = feed.queue();
    var pending = feed.recent(filter, position, until, limit + 1);
    if (pending == null) {
      pending = feed.read(filter, position, until, limit + 1);
      // read after the rows, so that it covers rows pruned meanwhile
      var pruned = Math.min(feed.prunedTo(), until);
      if (pruned > position) {
        return retentionGap(pruned);
      }
    }
    if (pending.size() <= limit) {
      position = until;
      return pending;
    }
    if (filter.isLatestSufficient()) {
      var latest = feed.latest(filter, position, until);
      position = until;
      return latest;
    }
    if (isLive) {
      var dropped = feed.count(filter, position, until);
      var gap = new Gap(position, until, dropped, GapReason.TOO_SLOW);
      position = until;
      return List.of(gap);
    }
    var oldest = pending.subList(0, limit);
    position = oldest.getLast().position();
    return oldest;
  }

  private List<? extends ChangeEvent> retentionGap(long pruned) {
    var gap = new Gap(position, pruned, null, GapReason.RETENTION);
    position = pruned;
    return List.of(gap);
  }

  @Override
  public void close() {
    feed.unsubscribe(this);
  }
}
