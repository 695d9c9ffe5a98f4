package dev.operatoranalytics.api.query;

/**
 * One term of an order.
 *
 * @param column of the rows
 * @param isNullable whether its rows may lack a value; only then does {@code nulls} matter
 */
public record Order(
    Column column, boolean isNullable, boolean isDescending, boolean areNullsFirst) {

  Order reversed() {
    return new Order(column, isNullable, !isDescending, !areNullsFirst);
  }

  String sql(String alias) {
    return column.of(alias)
        + (isDescending ? " desc" : " asc")
        + (isNullable ? (areNullsFirst ? " nulls first" : " nulls last") : "");
  }

  /** What a cursor is bound to. */
  @Override
  public String toString() {
    return column.name() + (isDescending ? " desc" : " asc") + (areNullsFirst ? " first" : " last");
  }
}
