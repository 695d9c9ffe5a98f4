package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores in {@code pipeline_requests} the operators that the next run rebuilds without a new event.
 * Each method writes in the current transaction of the connection.
 */
public final class RebuildRequests {
  // reasons are text, because rows inserted by hand may have another one
  private static final Set<String> REASONS_OF_STALE_DAYS =
      Set.of(RebuildReason.DELETED.name(), RebuildReason.FAILED.name());

  private final Connection state;

  public RebuildRequests(Connection state) {
    this.state = state;
  }

  /** Why an operator is to be rebuilt. */
  public enum RebuildReason {
    /** Its name changed, which its state contains. */
    METADATA,
    /** Its events were deleted, so finished days are wrong, too. */
    DELETED,
    /** Its last rebuild failed, so finished days may be wrong, too. */
    FAILED
  }

  public void add(Collection<String> operators, RebuildReason reason) throws SQLException {
    Sql.update(
        state,
        """
        insert into pipeline_requests as request
            (operator_id, reason, requested_at, not_before)
        select operator_id, ?, now(), now()
        from unnest(?) as requested (operator_id)
        on conflict (operator_id) do update set
            reason = excluded.reason, not_before = excluded.not_before
        where excluded.reason = 'DELETED'
        """,
        reason.name(),
        state.createArrayOf("text", operators.toArray()));
  }

  /**
   * Adds an operator whose rebuild failed; the pause before it is tried again doubles each time.
   */
  void addFailed(String operator, @Nullable String error) throws SQLException {
    Sql.update(
        state,
        """
        insert into pipeline_requests as request
            (operator_id, reason, requested_at, attempts, not_before, last_error)
        values (?, 'FAILED', now(), 1, now() + interval '1 minute', ?)
        on conflict (operator_id) do update set
            reason = 'FAILED',
            attempts = request.attempts + 1,
            not_before = now() + interval '1 minute' * least(2 ^ request.attempts, 1440),
            last_error = excluded.last_error
        """,
        operator,
        error);
  }

  /** Lets the next run retry failed operators without waiting. */
  void retryNow() throws SQLException {
    Sql.update(state, "update pipeline_requests set not_before = now() where not_before > now()");
  }

  SortedMap<String, AffectedOperator.AffectedReason> due() throws SQLException {
    var due = new TreeMap<String, AffectedOperator.AffectedReason>();
    Sql.each(
        state,
        "select operator_id, reason from pipeline_requests where not_before <= now()",
        rows -> {
          var isFailed = rows.getString(2).equals(RebuildReason.FAILED.name());
          due.put(
              rows.getString(1),
              isFailed
                  ? AffectedOperator.AffectedReason.FAILED_BEFORE
                  : AffectedOperator.AffectedReason.REQUESTED);
        });
    return due;
  }

  /**
   * Removes operators that were rebuilt.
   *
   * @return those whose finished days are wrong
   */
  List<String> remove(Collection<String> operators) throws SQLException {
    var withStaleDays = new ArrayList<String>();
    Sql.each(
        state,
        """
        delete from pipeline_requests
        where operator_id = any(?)
        returning operator_id, reason
        """,
        rows -> {
          if (REASONS_OF_STALE_DAYS.contains(rows.getString(2))) {
            withStaleDays.add(rows.getString(1));
          }
        },
        state.createArrayOf("text", operators.toArray()));
    return withStaleDays;
  }
}
