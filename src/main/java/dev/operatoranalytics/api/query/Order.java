package dev.operatoranalytics.api.query;

/**
 * One term of an order.
 *
 * @param column column of the rows
 * @param isNullable whether the column can be null; otherwise {@code nulls} has no effect
 */
public record Order(
    Column column, boolean isNullable, boolean isDescending, boolean areNullsFirst) {

  Order reversed() {
    return new Order(column, isNullable, !isDescending, !areNullsFirst);
  }

  String sql(String alias) {
    return named(column.of(alias));
  }

  /**
   * @param name SQL of the column
   */
  String named(String name) {
    return name
        + (isDescending ? " desc" : " asc")
        + (isNullable ? (areNullsFirst ? " nulls first" : " nulls last") : "");
  }

  /** The part of the term that cursors are bound to. */
  @Override
  public String toString() {
    return column.name() + (isDescending ? " desc" : " asc") + (areNullsFirst ? " first" : " last");
  }
}
