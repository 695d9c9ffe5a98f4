package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent;
import dev.operatoranalytics.api.document.ChangeEvent.Gap;
import dev.operatoranalytics.api.document.ChangeEvent.GapReason;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import java.sql.SQLException;
import java.util.List;

/**
 * One reader of the feed. It holds its place and nothing else: who does not read costs nothing, and
 * goes on where it was. Not for several threads at once.
 */
public final class Subscriber implements AutoCloseable {
  private final ChangeFeed feed;
  private final SubscriptionFilter follow;
  private final long end;
  private final Runnable wake;
  private long position;
  private boolean isLive;

  /**
   * @param end position that is there already, whatever was read of the feed so far
   */
  Subscriber(ChangeFeed feed, SubscriptionFilter follow, long position, long end, Runnable wake) {
    this.feed = feed;
    this.follow = follow;
    this.position = position;
    this.end = end;
    this.wake = wake;
  }

  SubscriptionFilter follow() {
    return follow;
  }

  /** Says that there may be something to read; returns at once. */
  void wake() {
    wake.run();
  }

  /** What comes next; nothing when all has been told that is known. */
  public List<? extends ChangeEvent> next() throws SQLException {
    while (true) {
      var until = Math.max(feed.newest(), end);
      if (position >= until) {
        isLive = true;
        return List.of();
      }
      var told = next(until);
      if (!told.isEmpty()) {
        return told;
      }
    }
  }

  /** Whether all has been told that will ever be. */
  public boolean isDone() {
    return follow.isOver() && isLive;
  }

  private List<? extends ChangeEvent> next(long until) throws SQLException {
    var most = feed.queue();
    var pending = feed.recent(follow, position, until, most + 1);
    if (pending == null) {
      pending = feed.read(follow, position, until, most + 1);
      // asked after the rows were read: what was pruned meanwhile is known now
      var pruned = Math.min(feed.prunedTo(), until);
      if (pruned > position) {
        return forgotten(pruned);
      }
    }
    if (pending.size() <= most) {
      position = until;
      return pending;
    }
    if (follow.isLatestEnough()) {
      var latest = feed.latest(follow, position, until);
      position = until;
      return latest;
    }
    if (isLive) {
      var dropped = feed.count(follow, position, until);
      var gap = new Gap(position, until, dropped, GapReason.TOO_SLOW);
      position = until;
      return List.of(gap);
    }
    var some = pending.subList(0, most);
    position = some.getLast().position();
    return some;
  }

  private List<? extends ChangeEvent> forgotten(long pruned) {
    var gap = new Gap(position, pruned, null, GapReason.RETENTION);
    position = pruned;
    return List.of(gap);
  }

  @Override
  public void close() {
    feed.leave(this);
  }
}
