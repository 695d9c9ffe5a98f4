package dev.operatoranalytics.source;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All logs of the events tables, as the temporary view {@code logs}, and those of them that are to
 * be deleted, as the temporary table {@code deletions}.
 */
final class StoredLogs {
  /** The hash of a row's block as exporters name it; null where they do not say it. */
  static final String BLOCK_HASH =
      "lower(coalesce(%1$s.raw_data ->> 'block_hash', %1$s.raw_data ->> 'blockHash'))";

  private static final String ZERO_ADDRESS = "0x" + "0".repeat(40);
  private static final String LOGS =
      tables()
          .map(
              table ->
                  """
                  select id, transaction_hash, log_index, block_number, block_timestamp,
                      %s as block_hash, created_at
                  from %s
                  """
                      .formatted(BLOCK_HASH.formatted(table), table))
          .collect(joining(" union all "));

  private final Connection events;

  /**
   * @param events with a transaction that is the caller's to commit
   */
  StoredLogs(Connection events) throws SQLException {
    this.events = events;
    try (var statement = events.createStatement()) {
      statement.execute("create or replace temporary view logs as " + LOGS);
      statement.execute("create temporary table deletions (id text primary key) on commit drop");
    }
  }

  private static Stream<String> tables() {
    return EventKinds.STORED.stream().map(EventKind::table).distinct().sorted();
  }

  /**
   * Marks rows to be deleted; the answer is how many were not marked before.
   *
   * @param join names them
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

  /** Deletes what was marked; the answer is the number of rows. */
  long delete() throws SQLException {
    var deleted = 0L;
    try (var statement = events.createStatement()) {
      for (var table : tables().toList()) {
        deleted +=
            statement.executeLargeUpdate(
                "delete from %s as held using deletions where deletions.id = held.id"
                    .formatted(table));
      }
    }
    return deleted;
  }

  /** Whose state follows from the rows that are marked, also where they name no operator. */
  Set<String> operators() throws SQLException {
    var operators = new TreeSet<String>();
    for (var kind : EventKinds.STORED) {
      try (var statement = events.createStatement();
          var rows = statement.executeQuery(operators(kind))) {
        while (rows.next()) {
          operators.add(rows.getString(1));
        }
      }
    }
    operators.remove(ZERO_ADDRESS);
    return operators;
  }

  private static String operators(EventKind kind) {
    var columns = kind.columnNames();
    var marked = "(select * from %s join deletions using (id)) as marked".formatted(kind.table());
    if (columns.contains("operator_id")) {
      return "select operator_id from " + marked;
    }
    if (columns.contains("withdrawal_root")) {
      return """
      select queued.delegated_to_id
      from %s
      join withdrawal_events as queued using (withdrawal_root)
      where queued.delegated_to_id is not null
      """
          .formatted(marked);
    }
    if (columns.contains("staker_id")) {
      return "select delegation.operator_id from %s join staker_delegation_events as delegation using (staker_id)"
          .formatted(marked);
    }
    if (kind.table().equals("default_operator_split_bips_set_events")) {
      return "select id from operators where exists (select from %s)".formatted(marked);
    }
    if (columns.contains("operator_set_id")) {
      return """
      select touched.operator_id
      from %s
      join (
          select operator_id, operator_set_id from operator_added_to_operator_set_events
          union all
          select operator_id, operator_set_id from allocation_events
      ) as touched using (operator_set_id)
      """
          .formatted(marked);
    }
    return "select id from operators where false";
  }
}
