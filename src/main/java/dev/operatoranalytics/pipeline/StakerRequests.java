package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Stores in {@code staker_requests} the stakers that the next run rebuilds without a new event.
 * Each method writes in the current transaction of the connection.
 */
public final class StakerRequests {
  private final Connection state;

  public StakerRequests(Connection state) {
    this.state = state;
  }

  /** Adds stakers whose events were deleted. */
  public void add(Collection<String> stakers) throws SQLException {
    Sql.update(
        state,
        """
        insert into staker_requests (staker_id, requested_at, not_before)
        select staker_id, now(), now()
        from unnest(?) as requested (staker_id)
        on conflict (staker_id) do update set not_before = excluded.not_before
        """,
        state.createArrayOf("text", stakers.toArray()));
  }

  /** Adds a staker whose rebuild failed; the pause before it is tried again doubles each time. */
  void addFailed(String staker, @Nullable String error) throws SQLException {
    Sql.update(
        state,
        """
        insert into staker_requests as request
            (staker_id, requested_at, attempts, not_before, last_error)
        values (?, now(), 1, now() + interval '1 minute', ?)
        on conflict (staker_id) do update set
            attempts = request.attempts + 1,
            not_before = now() + interval '1 minute' * least(2 ^ request.attempts, 1440),
            last_error = excluded.last_error
        """,
        staker,
        error);
  }

  SortedSet<String> due() throws SQLException {
    var due = new TreeSet<String>();
    Sql.each(
        state,
        "select staker_id from staker_requests where not_before <= now()",
        rows -> due.add(rows.getString(1)));
    return due;
  }

  /** Removes stakers that were rebuilt. */
  void remove(Collection<String> stakers) throws SQLException {
    Sql.update(
        state,
        "delete from staker_requests where staker_id = any(?)",
        state.createArrayOf("text", stakers.toArray()));
  }
}
