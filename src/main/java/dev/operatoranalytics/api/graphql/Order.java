package dev.operatoranalytics.api.graphql;

/**
 * One term of an order.
 *
 * @param field name in the schema's order enum
 */
public record Order(String field, boolean isDescending, boolean areNullsFirst) {

  Order reversed() {
    return new Order(field, !isDescending, !areNullsFirst);
  }

  @Override
  public String toString() {
    return field + (isDescending ? " desc" : " asc") + (areNullsFirst ? " first" : " last");
  }
}
