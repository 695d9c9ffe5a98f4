package dev.operatoranalytics.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Stores the entities that events name in their own tables, as the loader does. */
final class Entities {
  private static final int MAX_CACHED = 500_000;
  private static final Map<String, String> TABLES =
      Map.of(
          "operator_id", "operators",
          "staker_id", "stakers",
          "owner_id", "stakers",
          "pod_owner_id", "stakers",
          "pod_id", "eigen_pods",
          "avs_id", "avs",
          "strategy_id", "strategies",
          "operator_set_id", "operator_sets");

  private final Connection events;
  private final Set<String> known = new HashSet<>();

  Entities(Connection events) {
    this.events = events;
  }

  /** Forgets the entities of a transaction that was rolled back. */
  void forget() {
    known.clear();
  }

  void add(List<EventRow> rows) throws SQLException {
    if (known.size() > MAX_CACHED) {
      known.clear();
    }
    // sorted, so that two writers cannot deadlock
    var found = new TreeMap<String, Set<String>>();
    for (var row : rows) {
      for (var i = 0; i < row.values().size(); i++) {
        var table = TABLES.get(row.kind().columns().get(i).name());
        var value = row.values().get(i);
        if (table != null && value != null && known.add(table + value)) {
          found.computeIfAbsent(table, name -> new TreeSet<>()).add(value);
        }
      }
    }
    for (var entity : found.entrySet()) {
      try (var statement =
          events.prepareStatement(
              "insert into %s (id) select unnest(?) on conflict (id) do nothing"
                  .formatted(entity.getKey()))) {
        statement.setArray(1, events.createArrayOf("text", entity.getValue().toArray()));
        statement.executeUpdate();
      }
    }
  }
}
