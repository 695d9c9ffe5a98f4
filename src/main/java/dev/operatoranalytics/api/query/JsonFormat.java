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
  static JsonText of(String value, ColumnType column, GraphQLType type) {
    if (column == ColumnType.JSON) {
      return JsonText.sql(value);
    }
    if (column == ColumnType.TEXTS) {
      return JsonText.sql(json(value));
    }
    var named = (GraphQLNamedType) GraphQLTypeUtil.unwrapAll(type);
    if (named instanceof GraphQLEnumType) {
      return JsonText.quoted(value);
    }
    return switch (named.getName()) {
      case "String", "ID" ->
          column == ColumnType.TEXT ? JsonText.sql(json(value)) : JsonText.quoted(value + "::text");
      case "Address" -> JsonText.quoted(value);
      case "Int", "Boolean" -> JsonText.sql(value + "::text");
      case "Float" -> JsonText.sql("trim_scale((" + value + ")::numeric)::text");
      case "BigInt" ->
          JsonText.quoted(
              column == ColumnType.NUMERIC ? "trim_scale(" + value + ")::text" : value + "::text");
      case "BigDecimal" -> JsonText.quoted("trim_scale((" + value + ")::numeric)::text");
      case "Date" -> JsonText.quoted("(" + value + ")::text");
      case "DateTime" ->
          JsonText.of("\"")
              .computed("replace((" + value + " at time zone 'UTC')::text, ' ', 'T')")
              .constant("Z\"");
      default -> throw new IllegalStateException("no JSON of " + named.getName());
    };
  }

  private static String json(String value) {
    return "to_json(" + value + ")::text";
  }
}
