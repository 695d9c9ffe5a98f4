package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The version of the data that clients read, and the position of the change feed. Both are in one
 * row, which each transaction updates last, so their order is the commit order.
 */
public final class DataVersion {
  private static final int NEWEST = DatabaseSchema.newest("analytics");

  /** Increments the version because data changed. */
  public static void raise(Connection state) throws SQLException {
    raise(state, List.of());
  }

  /** Increments the version and publishes {@code changes} to subscribers. */
  public static void raise(Connection state, Collection<Change> changes) throws SQLException {
    raise(state, 1, changes);
  }

  /** Publishes {@code changes} to subscribers; the version stays the same. */
  public static void publish(Connection state, Collection<Change> changes) throws SQLException {
    if (!changes.isEmpty()) {
      raise(state, 0, changes);
    }
  }

  /** Sets whether responses report that the history is still incomplete. */
  public static void setFilling(Connection state, boolean isFilling) throws SQLException {
    Sql.update(
        state,
        """
        update data_version
        set is_filling = ?, version = version + 1, changed_at = clock_timestamp()
        where is_filling <> ?
        """,
        isFilling,
        isFilling);
  }

  /** Deletes changes older than {@code retention}. */
  public static void prune(Connection state, Duration retention) throws SQLException {
    Sql.update(
        state,
        """
        with gone as (
            delete from change_feed
            where happened_at < now() - ? * interval '1 second'
            returning position
        )
        update data_version set feed_pruned_to = latest.position
        from (select max(position) as position from gone) as latest
        where latest.position > feed_pruned_to
        """,
        retention.toSeconds());
  }

  /**
   * Rejects tables that a newer program has migrated since this one started. It may read them until
   * it is stopped, but would write them by old rules.
   */
  static void requireOwnTables(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select max(version::integer)
            from flyway_schema_history
            where success and version is not null
            having max(version::integer) > ?
            """)) {
      statement.setInt(1, NEWEST);
      try (var newer = statement.executeQuery()) {
        if (newer.next()) {
          throw new DatabaseUnavailable(
              "The tables are of version %s; this older program, of version %s, only reads them: stop it"
                  .formatted(newer.getInt(1), NEWEST));
        }
      }
    }
  }

  private static void raise(Connection state, int increment, Collection<Change> changes)
      throws SQLException {
    requireOwnTables(state);
    try (var statement =
        state.prepareStatement(
            """
            with raised as (
                update data_version
                set
                    version = version + ?,
                    changed_at = case when ? > 0 then clock_timestamp() else changed_at end,
                    feed_position = feed_position + ?
                returning feed_position - ? as before
            )
            insert into change_feed
                (position, kind, key, run_id, day, status, done, total, happened_at)
            select
                before + number, kind, key, run_id, day, status, done, total, clock_timestamp()
            from
                raised,
                unnest(
                    ?::text[], ?::text[], ?::bigint[], ?::text[]::date[], ?::text[], ?::integer[],
                    ?::integer[]
                ) with ordinality as change (kind, key, run_id, day, status, done, total, number)
            """)) {
      statement.setInt(1, increment);
      statement.setInt(2, increment);
      statement.setInt(3, changes.size());
      statement.setInt(4, changes.size());
      array(statement, 5, "text", changes, change -> change.kind().name());
      array(statement, 6, "text", changes, Change::key);
      array(statement, 7, "bigint", changes, Change::runId);
      array(
          statement,
          8,
          "text",
          changes,
          change -> change.day() == null ? null : change.day().toString());
      array(statement, 9, "text", changes, Change::status);
      array(statement, 10, "integer", changes, Change::done);
      array(statement, 11, "integer", changes, Change::total);
      statement.executeUpdate();
    }
    if (!changes.isEmpty()) {
      try (var statement = state.createStatement()) {
        // only wakes subscribers, which read the changes from the table
        statement.execute("notify change_feed");
      }
    }
  }

  private static void array(
      PreparedStatement statement,
      int index,
      String type,
      Collection<Change> changes,
      Function<Change, @Nullable Object> value)
      throws SQLException {
    var values = changes.stream().map(value).toArray();
    statement.setArray(index, statement.getConnection().createArrayOf(type, values));
  }

  private DataVersion() {}
}
