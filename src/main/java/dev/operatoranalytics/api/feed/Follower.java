package dev.operatoranalytics.api.feed;

import dev.operatoranalytics.api.feed.Told.Gap;
import dev.operatoranalytics.api.feed.Told.GapReason;
import java.sql.SQLException;
import java.util.List;

/**
 * One reader of the feed. It holds its place and nothing else: who does not read costs nothing, and
 * goes on where it was. Not for several threads at once.
 */
public final class Follower implements AutoCloseable {
  private final Feed feed;
  private final Follow follow;
  private final long end;
  private final Runnable wake;
  private long position;
  private boolean isLive;

  /**
   * @param end position that is there already, whatever was read of the feed so far
   */
  Follower(Feed feed, Follow follow, long position, long end, Runnable wake) {
    this.feed = feed;
    this.follow = follow;
    this.position = position;
    this.end = end;
    this.wake = wake;
  }

  Follow follow() {
    return follow;
  }

  /** Says that there may be something to read; returns at once. */
  void wake() {
    wake.run();
  }

  /** What comes next; nothing when all has been told that is known. */
  public List<? extends Told> next() throws SQLException {
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

  private List<? extends Told> next(long until) throws SQLException {
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

  private List<? extends Told> forgotten(long pruned) {
    var gap = new Gap(position, pruned, null, GapReason.RETENTION);
    position = pruned;
    return List.of(gap);
  }

  @Override
  public void close() {
    feed.leave(this);
  }
}
