package dev.operatoranalytics.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kind of log by its ABI name, and the table and columns that it fills.
 *
 * @param constants columns that the kind itself decides
 */
record EventKind(
    String name, String table, List<EventColumn> columns, Map<String, String> constants) {

  /** A kind of value, and how it is checked. */
  enum Type {
    ADDRESS("text"),
    AMOUNT("numeric"),
    AMOUNTS("numeric[]"),
    ADDRESSES("text[]"),
    COUNT("bigint"),
    BIPS("integer"),
    HASH("text"),
    TEXT("text"),
    REGISTRATION_STATUS("text"),
    OPERATOR_SET("text");

    private final String sqlType;

    Type(String sqlType) {
      this.sqlType = sqlType;
    }

    String sqlType() {
      return sqlType;
    }
  }

  /**
   * @param paths where in the log's {@code data} the value stands; older contracts first had it
   *     elsewhere
   */
  record EventColumn(String name, Type type, List<String> paths) {}

  List<String> columnNames() {
    var names = new ArrayList<String>();
    columns.forEach(column -> names.add(column.name()));
    names.addAll(constants.keySet());
    return names;
  }

  static Builder of(String name, String table) {
    return new Builder(name, table);
  }

  static final class Builder {
    private final String name;
    private final String table;
    private final List<EventColumn> columns = new ArrayList<>();
    private final Map<String, String> constants = new java.util.LinkedHashMap<>();

    private Builder(String name, String table) {
      this.name = name;
      this.table = table;
    }

    Builder with(String column, Type type, String... paths) {
      columns.add(new EventColumn(column, type, List.of(paths)));
      return this;
    }

    Builder as(String column, String constant) {
      constants.put(column, constant);
      return this;
    }

    EventKind build() {
      return new EventKind(name, table, List.copyOf(columns), constants);
    }
  }
}
