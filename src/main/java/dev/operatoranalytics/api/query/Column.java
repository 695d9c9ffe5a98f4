package dev.operatoranalytics.api.query;

/**
 * A column of a noun's rows.
 *
 * @param name in the rows
 */
public record Column(String name, ColumnType type) {

  /** In the rows that go by an alias. */
  String of(String alias) {
    return alias + "." + name;
  }
}
