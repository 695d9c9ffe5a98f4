package dev.operatoranalytics.source;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.source.EventRow.LogPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Logs that some line marks as removed: their block left the chain. */
final class RemovedLogs {
  private final Map<Log, Set<@Nullable String>> hashes = new HashMap<>();
  private final List<LogPosition> added = new ArrayList<>();

  /** A log in a block of this number, of any hash. */
  private record Log(String id, long blockNumber) {}

  static RemovedLogs read(Connection events) throws SQLException {
    var removed = new RemovedLogs();
    Sql.each(
        events,
        "select id, block_number, block_hash from removed_logs",
        rows -> removed.addHash(new Log(rows.getString(1), rows.getLong(2)), rows.getString(3)));
    return removed;
  }

  void add(LogPosition position) {
    if (addHash(new Log(position.id(), position.blockNumber()), position.blockHash())) {
      added.add(position);
    }
  }

  private boolean addHash(Log log, @Nullable String blockHash) {
    return hashes.computeIfAbsent(log, any -> new HashSet<>()).add(blockHash);
  }

  /** Whether the log was removed; an unknown hash matches any. */
  boolean has(LogPosition position) {
    var known = hashes.get(new Log(position.id(), position.blockNumber()));
    return known != null
        && (position.blockHash() == null
            || known.contains(null)
            || known.contains(position.blockHash()));
  }

  /** Returns the positions that were added after {@link #read}. */
  List<LogPosition> added() {
    return added;
  }

  /** Stores the added positions in an open transaction. */
  void store(Connection events) throws SQLException {
    try (var statement =
        events.prepareStatement(
            """
            insert into removed_logs (id, block_number, block_hash) values (?, ?, ?)
            on conflict do nothing
            """)) {
      for (var position : added) {
        statement.setString(1, position.id());
        statement.setLong(2, position.blockNumber());
        statement.setString(3, position.blockHash());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
