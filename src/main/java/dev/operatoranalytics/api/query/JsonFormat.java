package dev.operatoranalytics.api.query;

import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;

/** SQL that formats the values of a column as the scalars of the schema require. */
final class JsonFormat {
  private JsonFormat() {}

  /**
   * SQL of the JSON of a value; null where the value is null.
   *
   * @param type type of the field
   */
  static String sql(String value, ColumnType column, GraphQLType type) {
    if (column == ColumnType.TEXTS || column == ColumnType.JSON) {
      return column == ColumnType.JSON ? value : "to_json(" + value + ")::text";
    }
    var named = (GraphQLNamedType) GraphQLTypeUtil.unwrapAll(type);
    if (named instanceof GraphQLEnumType) {
      return quoted(value);
    }
    return switch (named.getName()) {
      case "String", "ID" ->
          column == ColumnType.TEXT ? "to_json(" + value + ")::text" : quoted(value + "::text");
      case "Address" -> quoted(value);
      case "Int", "Boolean" -> value + "::text";
      case "Float" -> "trim_scale((" + value + ")::numeric)::text";
      case "BigInt" ->
          column == ColumnType.NUMERIC
              ? quoted("trim_scale(" + value + ")::text")
              : quoted(value + "::text");
      case "BigDecimal" -> quoted("trim_scale((" + value + ")::numeric)::text");
      case "Date" -> "to_json(" + value + ")::text";
      case "DateTime" -> "rtrim(to_json(" + value + " at time zone 'UTC')::text, '\"') || 'Z\"'";
      default -> throw new IllegalStateException("no JSON of " + named.getName());
    };
  }

  static String quoted(String text) {
    return "'\"' || " + text + " || '\"'";
  }

  static String orNull(String json) {
    return "coalesce(" + json + ", 'null')";
  }
}
