package dev.operatoranalytics.source;

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

/** Logs of which some line says that their block left the chain again. */
final class RemovedLogs {
  private final Map<Log, Set<@Nullable String>> hashes = new HashMap<>();
  private final List<LogPosition> added = new ArrayList<>();

  /** A log in a block of some number, whose hash may differ. */
  private record Log(String id, long blockNumber) {}

  static RemovedLogs read(Connection events) throws SQLException {
    var removed = new RemovedLogs();
    try (var statement = events.createStatement();
        var rows =
            statement.executeQuery("select id, block_number, block_hash from removed_logs")) {
      while (rows.next()) {
        removed.keep(new Log(rows.getString(1), rows.getLong(2)), rows.getString(3));
      }
    }
    return removed;
  }

  void add(LogPosition place) {
    if (keep(new Log(place.id(), place.blockNumber()), place.blockHash())) {
      added.add(place);
    }
  }

  private boolean keep(Log log, @Nullable String blockHash) {
    return hashes.computeIfAbsent(log, any -> new HashSet<>()).add(blockHash);
  }

  /** A hash that is not known could be any. */
  boolean has(LogPosition place) {
    var known = hashes.get(new Log(place.id(), place.blockNumber()));
    return known != null
        && (place.blockHash() == null || known.contains(null) || known.contains(place.blockHash()));
  }

  /** Those that were added since it was read. */
  List<LogPosition> added() {
    return added;
  }

  /** In an open transaction. */
  void store(Connection events) throws SQLException {
    try (var statement =
        events.prepareStatement(
            """
            insert into removed_logs (id, block_number, block_hash) values (?, ?, ?)
            on conflict do nothing
            """)) {
      for (var place : added) {
        statement.setString(1, place.id());
        statement.setLong(2, place.blockNumber());
        statement.setString(3, place.blockHash());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
