package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.pipeline.StageTable.Ownership;
import dev.operatoranalytics.pipeline.StageTable.Source;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Brings tables up to date with their selects: stage the answer, then update what changed, insert
 * what is missing and delete what is stale. A second run finds nothing to do.
 *
 * <p>Works on open transactions: {@code events} is a snapshot of the source, {@code state} the
 * caller's to commit.
 */
public final class StageRunner {
  private static final String STAGED = "staged_rows";

  private final Connection events;
  private final Connection state;
  private final Map<StageTable, Target> targets = new HashMap<>();

  public StageRunner(Connection events, Connection state) {
    this.events = events;
    this.state = state;
  }

  /** What happened to one table, and how long it took. */
  public record Step(Stage stage, StageTable table, RowCounts rows, double seconds) {}

  public List<Step> run(Stage stage, Collection<String> operators, Horizon horizon)
      throws SQLException {
    var parameters = new HashMap<>(horizon.parameters());
    parameters.put("operators", Select.list(operators));
    Select.set(events, parameters);
    Select.set(state, parameters);
    var steps = new ArrayList<Step>();
    for (var table : stage.tables()) {
      var start = System.nanoTime();
      var rows = bringUpToDate(table, horizon);
      steps.add(new Step(stage, table, rows, (System.nanoTime() - start) / 1e9));
    }
    return steps;
  }

  private RowCounts bringUpToDate(StageTable table, Horizon horizon) throws SQLException {
    try {
      var target = target(table);
      var staged = stage(table, target);
      var found = compare(table, target);
      if (found.changed() > 0) {
        update(table, target, horizon);
      }
      if (found.missing() > 0) {
        insert(table, target, horizon);
      }
      if (found.stale() > 0) {
        delete(table, target);
      }
      try (var statement = state.createStatement()) {
        statement.execute("drop table " + STAGED);
      }
      return new RowCounts(
          found.missing(),
          found.changed(),
          found.stale(),
          staged - found.missing() - found.changed());
    } catch (SQLException e) {
      throw new SQLException(
          "%s: %s".formatted(table.select().path(), e.getMessage()), e.getSQLState(), e);
    }
  }

  /** The columns that a select answers for, those of the key first told apart from the rest. */
  private record Target(List<String> key, List<String> values, boolean isPerOperator) {
    List<String> columns() {
      var columns = new ArrayList<>(key);
      columns.addAll(values);
      return columns;
    }
  }

  private Target target(StageTable table) throws SQLException {
    var known = targets.get(table);
    if (known == null) {
      known = describe(table);
      targets.put(table, known);
    }
    return known;
  }

  private Target describe(StageTable table) throws SQLException {
    var reader = table.source() == Source.EVENTS ? events : state;
    var answered = new LinkedHashMap<String, String>();
    try (var statement = reader.prepareStatement(table.select().statement())) {
      var columns = statement.getMetaData();
      for (var i = 1; i <= columns.getColumnCount(); i++) {
        answered.put(columns.getColumnName(i), columns.getColumnTypeName(i));
      }
    }
    var held = new HashMap<String, String>();
    var key = new ArrayList<String>();
    try (var statement =
        state.prepareStatement(
            """
            select attname, typname, coalesce(attnum = any(conkey), false)
            from pg_attribute
            join pg_type on pg_type.oid = atttypid
            left join pg_constraint on conrelid = attrelid and contype = 'p'
            where attrelid = ?::regclass and attnum > 0 and not attisdropped
            order by array_position(conkey, attnum)
            """)) {
      statement.setString(1, table.table());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          held.put(rows.getString(1), rows.getString(2));
          if (rows.getBoolean(3)) {
            key.add(rows.getString(1));
          }
        }
      }
    }
    // a binary copy takes a wrong type without a word: a bigint read as numeric becomes 0
    for (var column : answered.entrySet()) {
      var expected = held.get(column.getKey());
      if (!column.getValue().equals(expected)) {
        throw new SQLException(
            "column %s is %s, the table %s has %s"
                .formatted(column.getKey(), column.getValue(), table.table(), expected),
            "42804");
      }
    }
    if (!answered.keySet().containsAll(key)) {
      throw new SQLException("must select the whole key of its table: " + key, "42703");
    }
    var values = new ArrayList<>(answered.keySet());
    values.removeAll(key);
    return new Target(key, values, held.containsKey("operator_id"));
  }

  private long stage(StageTable table, Target target) throws SQLException {
    try (var statement = state.createStatement()) {
      statement.execute(
          "create temporary table %s on commit drop as select %s from %s with no data"
              .formatted(STAGED, columns(target.columns(), ""), table.table()));
      var selected =
          "select %s from (%s) as answer"
              .formatted(columns(target.columns(), ""), table.select().statement());
      var rows =
          switch (table.source()) {
            case EVENTS -> copy(selected, target);
            case STATE ->
                statement.executeLargeUpdate("insert into %s %s".formatted(STAGED, selected));
          };
      statement.execute("analyze " + STAGED);
      return rows;
    }
  }

  private long copy(String selected, Target target) throws SQLException {
    var out =
        events
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("copy (" + selected + ") to stdout (format binary)");
    var in =
        state
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "copy %s (%s) from stdin (format binary)"
                    .formatted(STAGED, columns(target.columns(), "")));
    try {
      byte @Nullable [] bytes;
      while ((bytes = out.readFromCopy()) != null) {
        in.writeToCopy(bytes, 0, bytes.length);
      }
      return in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }

  /** How the answer differs from what the table holds. */
  private record Differences(long missing, long changed, long stale) {}

  /** One pass over both: most rows are as they were, and the writes are spared altogether. */
  private Differences compare(StageTable table, Target target) throws SQLException {
    var owns = table.ownership() == Ownership.ROWS;
    var differs =
        target.values().isEmpty()
            ? "false"
            : "(%s) is distinct from (%s)"
                .formatted(columns(target.values(), "held."), columns(target.values(), "staged."));
    var first = target.key().getFirst();
    var sql =
        """
        select
            count(*) filter (where held.%1$s is null),
            count(*) filter (where held.%1$s is not null and staged.%1$s is not null and %2$s),
            count(*) filter (where staged.%1$s is null)
        from %3$s as staged
        %4$s join (select %5$s from %6$s as held where %7$s) as held on %8$s
        """
            .formatted(
                first,
                differs,
                STAGED,
                owns ? "full" : "",
                columns(target.columns(), ""),
                table.table(),
                scope(target),
                sameKey(target));
    try (var statement = state.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return new Differences(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  private static String scope(Target target) {
    return target.isPerOperator()
        ? "held.operator_id in (select unnest(string_to_array("
            + "current_setting('operator_analytics.operators'), ',')))"
        : "true";
  }

  private void update(StageTable table, Target target, Horizon horizon) throws SQLException {
    var assignments =
        target.values().stream().map(c -> c + " = staged." + c).collect(joining(", "));
    var stamp = table.ownership() == Ownership.ROWS ? ", updated_at = ?, updated_at_block = ?" : "";
    write(
        """
        update %s as held set %s%s
        from %s as staged
        where %s and (%s) is distinct from (%s)
        """
            .formatted(
                table.table(),
                assignments,
                stamp,
                STAGED,
                sameKey(target),
                columns(target.values(), "held."),
                columns(target.values(), "staged.")),
        stamp.isEmpty() ? Map.of() : stamps(horizon, 1));
  }

  private void insert(StageTable table, Target target, Horizon horizon) throws SQLException {
    write(
        """
        insert into %s (%s, updated_at, updated_at_block)
        select %s, ?, ?
        from %s as staged
        where not exists (select from %s as held where %s)
        """
            .formatted(
                table.table(),
                columns(target.columns(), ""),
                columns(target.columns(), "staged."),
                STAGED,
                table.table(),
                sameKey(target)),
        stamps(horizon, 1));
  }

  private void delete(StageTable table, Target target) throws SQLException {
    write(
        """
        delete from %s as held
        where %s and not exists (select from %s as staged where %s)
        """
            .formatted(table.table(), scope(target), STAGED, sameKey(target)),
        Map.of());
  }

  private void write(String sql, Map<Integer, Object> parameters) throws SQLException {
    try (var statement = state.prepareStatement(sql)) {
      for (var parameter : parameters.entrySet()) {
        statement.setObject(parameter.getKey(), parameter.getValue());
      }
      statement.executeLargeUpdate();
    }
  }

  private static Map<Integer, Object> stamps(Horizon horizon, int first) {
    return Map.of(
        first, horizon.stampedAt().atOffset(ZoneOffset.UTC), first + 1, horizon.untilBlock());
  }

  private static String sameKey(Target target) {
    return target.key().stream().map(c -> "staged." + c + " = held." + c).collect(joining(" and "));
  }

  private static String columns(List<String> names, String prefix) {
    return names.stream().map(name -> prefix + name).collect(joining(", "));
  }
}
