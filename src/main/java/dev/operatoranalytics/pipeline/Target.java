package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.pipeline.StageTable.RowKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A state table as described by its database, with the columns that the selects of a stage fill.
 *
 * @param qualifiedName name with the schema, because a staged table of the same name hides the
 *     table
 * @param facts columns other than the key that the table's own select fills
 * @param values columns that its valuation fills
 * @param isStamped whether rows have the time of their last change; rows of days have none
 */
record Target(
    String name,
    String qualifiedName,
    List<String> key,
    List<String> facts,
    List<String> values,
    TargetScope scope,
    boolean isStamped) {
  private static final Map<DescribedTable, Target> DESCRIBED = new ConcurrentHashMap<>();

  /** A table of one database; its columns change only by migrations, which run at the start. */
  private record DescribedTable(String database, StageTable table) {}

  /** The rows of the table that a run replaces. */
  enum TargetScope {
    ALL("true"),
    OPERATORS(
        "held.operator_id in (select unnest("
            + "current_setting('operator_analytics.operators')::text []))"),
    STAKERS(
        "held.staker_id in (select unnest("
            + "current_setting('operator_analytics.stakers')::text []))"),
    STAKERS_WITHOUT_OPERATOR(
        "held.operator_id = '%s' and %s".formatted(Stages.NO_OPERATOR, STAKERS.condition)),
    CLAIMED_BLOCK(
        "held.claimed_block >= "
            + "(select current_setting('operator_analytics.from_block')::bigint)"),
    SNAPSHOT_DATE("held.snapshot_date = (select current_setting('operator_analytics.day')::date)"),
    DATE("held.date = (select current_setting('operator_analytics.day')::date)"),
    /** The row of a day in periods. */
    PERIODS(
        "held.from_date <= (select current_setting('operator_analytics.day')::date)"
            + " and (held.until_date > (select current_setting('operator_analytics.day')::date))"
            + " is not false");

    private final String condition;

    TargetScope(String condition) {
      this.condition = condition;
    }

    String condition() {
      return condition;
    }

    private static TargetScope of(StageTable table, List<String> key) {
      if (table.table().equals("rewards_claims")) {
        return CLAIMED_BLOCK;
      }
      if (table.rows() == RowKind.OF_PERIODS) {
        return PERIODS;
      }
      if (table.rows() == RowKind.OF_STAKERS) {
        return STAKERS_WITHOUT_OPERATOR;
      }
      if (key.getFirst().equals("staker_id")) {
        return STAKERS;
      }
      if (key.contains("snapshot_date")) {
        return SNAPSHOT_DATE;
      }
      if (key.contains("date")) {
        return DATE;
      }
      return key.getFirst().equals("operator_id") ? OPERATORS : ALL;
    }
  }

  boolean isPerOperator() {
    return scope == TargetScope.OPERATORS;
  }

  /** Describes a table; throws when the columns of a select do not match those of the table. */
  static Target of(StageTable table, Connection reader, Connection state) throws SQLException {
    var described = new DescribedTable(state.getMetaData().getURL(), table);
    var target = DESCRIBED.get(described);
    if (target == null) {
      target = describe(table, reader, state);
      DESCRIBED.put(described, target);
    }
    return target;
  }

  private static Target describe(StageTable table, Connection reader, Connection state)
      throws SQLException {
    var tableColumns = new HashMap<String, String>();
    var key = new ArrayList<String>();
    var schema = "";
    try (var statement =
        state.prepareStatement(
            """
            select quote_ident(nspname), attname, typname, coalesce(attnum = any(conkey), false)
            from pg_attribute
            join pg_type on pg_type.oid = atttypid
            join pg_class on pg_class.oid = attrelid
            join pg_namespace on pg_namespace.oid = relnamespace
            left join pg_constraint on conrelid = attrelid and contype = 'p'
            where
                relname = ?
                and nspname = any(current_schemas(false))
                and attnum > 0
                and not attisdropped
            order by array_position(conkey, attnum)
            """)) {
      statement.setString(1, table.table());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          schema = rows.getString(1);
          tableColumns.put(rows.getString(2), rows.getString(3));
          if (rows.getBoolean(4)) {
            key.add(rows.getString(2));
          }
        }
      }
    }
    var facts = otherColumns(key, columns(table.select().on(reader), reader), tableColumns, table);
    var values =
        table.valuation() == null
            ? List.<String>of()
            : otherColumns(key, columns(table.valuation(), state), tableColumns, table);
    return new Target(
        table.table(),
        schema + "." + table.table(),
        List.copyOf(key),
        facts,
        values,
        TargetScope.of(table, key),
        tableColumns.containsKey("updated_at"));
  }

  /** All columns that a stage fills. */
  List<String> columns() {
    var columns = new ArrayList<>(selected());
    columns.addAll(values);
    return columns;
  }

  /** The columns of the table's own select. */
  List<String> selected() {
    var columns = new ArrayList<>(key);
    columns.addAll(facts);
    return columns;
  }

  String sameKey(String one, String other) {
    return sameColumns(key, one, other);
  }

  /** The key of a table of periods without the first day. */
  List<String> keyOfPeriods() {
    return key.stream().filter(column -> !column.equals("from_date")).toList();
  }

  String sameKeyOfPeriods(String one, String other) {
    return sameColumns(keyOfPeriods(), one, other);
  }

  /** The name with the schema of another table of the same schema. */
  String sibling(String table) {
    return qualifiedName.substring(0, qualifiedName.lastIndexOf('.') + 1) + table;
  }

  private static String sameColumns(List<String> columns, String one, String other) {
    return columns.stream()
        .map(column -> one + "." + column + " = " + other + "." + column)
        .collect(joining(" and "));
  }

  static String list(List<String> columns) {
    return String.join(", ", columns);
  }

  static String list(List<String> columns, String alias) {
    return columns.stream().map(column -> alias + "." + column).collect(joining(", "));
  }

  private static Map<String, String> columns(SqlFile select, Connection reader)
      throws SQLException {
    var selectedColumns = new LinkedHashMap<String, String>();
    try (var statement = reader.prepareStatement(select.statement())) {
      var columns = statement.getMetaData();
      for (var i = 1; i <= columns.getColumnCount(); i++) {
        selectedColumns.put(columns.getColumnName(i), columns.getColumnTypeName(i));
      }
    }
    return selectedColumns;
  }

  private static List<String> otherColumns(
      List<String> key,
      Map<String, String> selectedColumns,
      Map<String, String> tableColumns,
      StageTable table)
      throws SQLException {
    // a binary copy does not report a wrong type: a bigint read as numeric becomes 0
    for (var column : selectedColumns.entrySet()) {
      var expected = tableColumns.get(column.getKey());
      if (!column.getValue().equals(expected)) {
        throw new SQLException(
            "column %s is %s, the table %s has %s"
                .formatted(column.getKey(), column.getValue(), table.table(), expected),
            "42804");
      }
    }
    if (!selectedColumns.keySet().containsAll(key)) {
      throw new SQLException("must select the whole key of its table: " + key, "42703");
    }
    var others = new ArrayList<>(selectedColumns.keySet());
    others.removeAll(key);
    return List.copyOf(others);
  }
}
