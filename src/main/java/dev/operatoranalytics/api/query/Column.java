package dev.operatoranalytics.api.query;

/**
 * A column of a noun's rows.
 *
 * @param name its name in the rows
 */
public record Column(String name, ColumnType type) {

  /** SQL of the column of the rows with an alias. */
  String of(String alias) {
    return alias + "." + name;
  }
}
