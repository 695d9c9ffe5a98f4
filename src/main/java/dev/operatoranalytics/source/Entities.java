package dev.operatoranalytics.source;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.event.EventKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Stores the entities that events name in their own tables, as the loader does. */
final class Entities {
  private static final int MAX_CACHED = 200_000;
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
  private final Map<String, Set<String>> known = new HashMap<>();
  // sorted, so that two writers cannot deadlock
  private final Map<String, Set<String>> found = new TreeMap<>();
  private final IdentityHashMap<EventKind, List<@Nullable String>> tables = new IdentityHashMap<>();
  private int count;

  Entities(Connection events) {
    this.events = events;
  }

  /** Forgets the entities of a transaction that was rolled back. */
  void forget() {
    known.clear();
    found.clear();
    count = 0;
  }

  private static List<@Nullable String> tables(EventKind kind) {
    var tables = new ArrayList<@Nullable String>();
    kind.columns().forEach(column -> tables.add(TABLES.get(column.name())));
    return tables;
  }

  /** Finds the entities of rows, without a statement. */
  void find(List<EventRow> rows) {
    for (var row : rows) {
      var tablesOfKind = tables.computeIfAbsent(row.kind(), Entities::tables);
      for (var i = 0; i < row.values().size(); i++) {
        var table = tablesOfKind.get(i);
        var value = row.values().get(i);
        if (table != null
            && value != null
            && known.computeIfAbsent(table, name -> new HashSet<>()).add(value)) {
          found.computeIfAbsent(table, name -> new TreeSet<>()).add(value);
          count++;
        }
      }
    }
  }

  /** Stores the entities that were found. */
  void store() throws SQLException {
    for (var entity : found.entrySet()) {
      Sql.update(
          events,
          "insert into %s (id) select unnest(?) on conflict (id) do nothing"
              .formatted(entity.getKey()),
          events.createArrayOf("text", entity.getValue().toArray()));
    }
    found.clear();
    if (count > MAX_CACHED) {
      forget();
    }
  }
}
