package dev.operatoranalytics.source;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.event.EventRelations;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates the temporary view {@code logs} with all logs of the events tables, and the temporary
 * table {@code deletions} with those to delete.
 */
final class StoredLogs {
  /** SQL for the block hash of a row, under the exporters' names; null when they omit it. */
  static final String BLOCK_HASH =
      "lower(coalesce(%1$s.raw_data ->> 'block_hash', %1$s.raw_data ->> 'blockHash'))";

  private static final String LOGS =
      """
      create or replace temporary view logs as
      select id, transaction_hash, log_index, block_number, block_timestamp, %s as block_hash, created_at
      from event_logs
      """
          .formatted(BLOCK_HASH.formatted("event_logs"));
  private static final String OPERATORS =
      """
      select operator_id
      from operator_event_logs
      join deletions using (id)
      union
      -- a completion names only the root of what was queued
      select queued.delegated_to_id
      from withdrawal_events as completed
      join deletions using (id)
      join withdrawal_events as queued using (withdrawal_root)
      where queued.delegated_to_id <> '0x0000000000000000000000000000000000000000'
      union
      select staker_delegation_events.operator_id
      from staker_event_logs
      join deletions using (id)
      join staker_delegation_events using (staker_id)
      union
      select touched.operator_id
      from operator_set_event_logs
      join deletions using (id)
      join (
          select operator_id, operator_set_id from operator_added_to_operator_set_events
          union all
          select operator_id, operator_set_id from allocation_events
      ) as touched using (operator_set_id)
      union
      select operator_id
      from operator_event_logs
      where exists (select from default_operator_split_bips_set_events join deletions using (id))
      """;

  private static final String STAKERS =
      """
      select staker_id
      from staker_event_logs
      join deletions using (id)
      union
      select staker_id
      from operator_share_events
      join deletions using (id)
      union
      select queued.staker_id
      from withdrawal_events as completed
      join deletions using (id)
      join withdrawal_events as queued using (withdrawal_root)
      where queued.event_type = 'QUEUED'
      union
      select pod_owner_id
      from pod_shares_update_events
      join deletions using (id)
      union
      select owner_id
      from pod_deployed_events
      join deletions using (id)
      union
      select pod_owner_id
      from beacon_chain_deposit_events
      join deletions using (id)
      union
      select pod_owner_id
      from beacon_chain_eth_withdrawal_completed_events
      join deletions using (id)
      """;

  private final Connection events;
  private final EventRelations relations;

  /**
   * @param events with an open transaction; the caller commits it
   */
  StoredLogs(Connection events) throws SQLException {
    this.events = events;
    this.relations = EventRelations.of(events);
    try (var statement = events.createStatement()) {
      statement.execute(relations.in(LOGS));
      statement.execute("create temporary table deletions (id text primary key) on commit drop");
    }
  }

  /**
   * Marks rows to delete; returns how many were not marked before.
   *
   * @param join SQL join that selects them
   * @param arrays its parameters, all of one length
   */
  int mark(String join, Array... arrays) throws SQLException {
    try (var statement =
        events.prepareStatement(
            "insert into deletions select logs.id from logs %s on conflict do nothing"
                .formatted(join))) {
      for (var i = 0; i < arrays.length; i++) {
        statement.setArray(i + 1, arrays[i]);
      }
      return statement.executeUpdate();
    }
  }

  <T> Array array(String type, Collection<T> values, Function<T, @Nullable Object> value)
      throws SQLException {
    return events.createArrayOf(type, values.stream().map(value).toArray());
  }

  /** Deletes the marked rows; returns their number. */
  long delete() throws SQLException {
    var deleted = 0L;
    try (var statement = events.createStatement()) {
      for (var table : relations.tables()) {
        deleted +=
            statement.executeLargeUpdate(
                "delete from %s as held using deletions where deletions.id = held.id"
                    .formatted(table));
      }
    }
    return deleted;
  }

  /**
   * Returns the operators whose state depends on marked rows, also on those that name no operator.
   */
  Set<String> operators() throws SQLException {
    return names(OPERATORS);
  }

  /** Returns the stakers whose state depends on marked rows. */
  Set<String> stakers() throws SQLException {
    return names(STAKERS);
  }

  private Set<String> names(String select) throws SQLException {
    var names = new TreeSet<String>();
    Sql.each(events, relations.in(select), rows -> names.add(rows.getString(1)));
    return names;
  }
}
