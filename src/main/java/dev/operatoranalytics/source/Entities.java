package dev.operatoranalytics.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who and what events name: kept in tables of their own, as the loader does. */
final class Entities {
  private static final int REMEMBERED = 500_000;
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

  /** What was added in a transaction that did not commit is not there. */
  void forget() {
    known.clear();
  }

  void add(List<EventRow> rows) throws SQLException {
    if (known.size() > REMEMBERED) {
      known.clear();
    }
    // in one order, so that two writers wait for each other on one side only
    var found = new TreeMap<String, Set<String>>();
    for (var row : rows) {
      for (var i = 0; i < row.values().size(); i++) {
        var table = TABLES.get(row.kind().columns().get(i).name());
        if (table != null && known.add(table + row.values().get(i))) {
          found.computeIfAbsent(table, name -> new TreeSet<>()).add(row.values().get(i));
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
