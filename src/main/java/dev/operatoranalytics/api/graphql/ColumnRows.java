package dev.operatoranalytics.api.graphql;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonGenerator;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.execution.MergedSelectionSet;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of which nothing but columns is selected: PostgreSQL writes them as JSON, which is passed on
 * as it came. Columns that nobody selected are not read.
 */
final class ColumnRows {
  /** Rows of a piece, unless each has a cursor. */
  private static final int AT_ONCE = 256;

  private static final int LONG_BYTES = 1 << 20;
  private static final FieldCollector COLLECTOR = new FieldCollector();

  private final List<Cell> cells;

  private ColumnRows(List<Cell> cells) {
    this.cells = cells;
  }

  /** Rows that follow each other, JSON already. */
  record Piece(byte[] json) {}

  /**
   * A field of a row.
   *
   * @param key what it is called in the answer
   */
  private record Cell(String key, Expression sql) {}

  /**
   * @param json what becomes of a value
   * @param fits whether there is a value as the schema promises; empty when there always is
   */
  private record Expression(String json, String fits) {

    /** Of a column that has no values but such as the schema promises. */
    static Expression of(String json, String column, boolean isRequired) {
      return isRequired
          ? new Expression(json, column + " is not null")
          : new Expression("coalesce(" + json + ", 'null')", "");
    }

    /** Of a column that may have others. */
    static Expression checked(String json, String fits, boolean isRequired) {
      return isRequired
          ? new Expression(json, fits)
          : new Expression("coalesce(" + json + ", 'null')", "coalesce(" + fits + ", true)");
    }
  }

  /**
   * Empty when more is selected than columns of {@code nodes}.
   *
   * @param field a connection to the list
   */
  static Optional<ColumnRows> of(DataFetchingEnvironment field, Listing<?> listing) {
    var connection = (GraphQLObjectType) GraphQLTypeUtil.unwrapAll(field.getFieldType());
    MergedField nodes = null;
    for (var each : selected(field, field.getMergedField(), connection).getSubFieldsList()) {
      if (each.getName().equals("edges") || (each.getName().equals("nodes") && nodes != null)) {
        return Optional.empty();
      }
      nodes = each.getName().equals("nodes") ? each : nodes;
    }
    if (nodes == null) {
      return Optional.empty();
    }
    var row =
        (GraphQLObjectType)
            GraphQLTypeUtil.unwrapAll(connection.getFieldDefinition("nodes").getType());
    var cells = new ArrayList<Cell>();
    for (var each : selected(field, nodes, row).getSubFieldsList()) {
      var sql = expression(field, listing, row, each.getName());
      if (sql == null) {
        return Optional.empty();
      }
      cells.add(new Cell(each.getResultKey(), sql));
    }
    return cells.isEmpty() ? Optional.empty() : Optional.of(new ColumnRows(cells));
  }

  private static MergedSelectionSet selected(
      DataFetchingEnvironment field, MergedField of, GraphQLObjectType type) {
    return COLLECTOR.collectFields(
        FieldCollectorParameters.newParameters()
            .schema(field.getGraphQLSchema())
            .objectType(type)
            .fragments(field.getFragmentsByName())
            .variables(field.getVariables())
            .graphQLContext(field.getGraphQlContext())
            .build(),
        of);
  }

  private static @Nullable Expression expression(
      DataFetchingEnvironment field, Listing<?> listing, GraphQLObjectType type, String name) {
    if (name.equals("__typename")) {
      return new Expression("'\"" + type.getName() + "\"'", "");
    }
    var definition = type.getFieldDefinition(name);
    var fetcher =
        field
            .getGraphQLSchema()
            .getCodeRegistry()
            .getDataFetcher(FieldCoordinates.coordinates(type.getName(), name), definition);
    if (!definition.getArguments().isEmpty()
        || !(fetcher instanceof Plain plain)
        || !plain.isOfRecord()) {
      return null;
    }
    if (name.equals("id")) {
      return new Expression(id(type.getName(), "listed." + listing.key().name()), "");
    }
    return listing.hasColumn(name) ? expression(definition, listing.column(name)) : null;
  }

  private static @Nullable Expression expression(
      GraphQLFieldDefinition definition, Listing.Column column) {
    if (!(GraphQLTypeUtil.unwrapNonNull(definition.getType()) instanceof GraphQLNamedType type)) {
      return null;
    }
    var listed = "listed." + column.name();
    var text = listed + "::text";
    var isRequired = GraphQLTypeUtil.isNonNull(definition.getType());
    if (type instanceof GraphQLEnumType choice) {
      return column.sqlType().equals("text")
          ? Expression.checked(quoted(text), text + " in (" + names(choice) + ")", isRequired)
          : null;
    }
    return switch (type.getName() + " of " + column.sqlType()) {
      case "String of text", "ID of text", "Address of text" ->
          Expression.of("to_json(" + text + ")::text", listed, isRequired);
      case "Int of integer", "Boolean of boolean" -> Expression.of(text, listed, isRequired);
      case "BigInt of integer", "BigInt of bigint" ->
          Expression.of(quoted(text), listed, isRequired);
      case "BigInt of numeric" ->
          Expression.checked(
              quoted(text),
              "(abs(%1$s) < 'Infinity' and scale(%1$s) = 0)".formatted(listed),
              isRequired);
      case "BigDecimal of numeric" ->
          Expression.checked(
              quoted("trim_scale(" + listed + ")::text"),
              "abs(" + listed + ") < 'Infinity'",
              isRequired);
      case "Date of date" ->
          Expression.checked(quoted(text), "isfinite(" + listed + ")", isRequired);
      case "DateTime of timestamptz" ->
          Expression.checked(quoted(instant(listed)), "isfinite(" + listed + ")", isRequired);
      default -> null;
    };
  }

  private static String quoted(String text) {
    return "'\"' || " + text + " || '\"'";
  }

  private static String names(GraphQLEnumType choice) {
    return choice.getValues().stream()
        .map(GraphQLEnumValueDefinition::getName)
        .collect(joining("', '", "'", "'"));
  }

  /** As {@link GlobalId} tells itself. */
  private static String id(String type, String key) {
    return quoted(
        """
        rtrim(translate(
            encode(convert_to('%s:' || %s, 'UTF8'), 'base64'), '+/' || chr(10), '-_'), '=')\
        """
            .formatted(type, key));
  }

  /** As {@link java.time.Instant} tells itself: with no, three or six digits of a second. */
  private static String instant(String column) {
    return """
    regexp_replace(
        to_char(%s at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '(\\.000000|000)$', ''
    ) || 'Z'\
    """
        .formatted(column);
  }

  /** One column: the row, or null when it is not as the schema promises. */
  String sql() {
    var json = cells.stream().map(cell -> "?::text, " + cell.sql().json()).collect(joining(", "));
    var fits =
        cells.stream()
            .map(cell -> cell.sql().fits())
            .filter(each -> !each.isEmpty())
            .collect(joining(" and "));
    return "case when %s then concat(%s, '}') end as json"
        .formatted(fits.isEmpty() ? "true" : fits, json);
  }

  /**
   * Binds what the values are called, beginning with the first parameter; the next free one comes
   * back.
   */
  int bind(PreparedStatement statement) throws SQLException {
    for (var i = 0; i < cells.size(); i++) {
      statement.setString(i + 1, (i == 0 ? "{\"" : ",\"") + cells.get(i).key() + "\":");
    }
    return cells.size() + 1;
  }

  /**
   * Rows of a page put together, many at once: their JSON, how many they are, and whether all are
   * as the schema promises.
   *
   * @param page a select of {@link #sql}
   * @param size rows to tell of those that the page has
   */
  static String pieces(String page, int size, boolean isBackward) {
    var direction = isBackward ? "desc" : "asc";
    return """
    select
        string_agg(json, ',' order by place %1$s) filter (where place <= %2$s),
        count(*),
        bool_and(json is not null)
    from (select json, row_number() over () as place from (%3$s) as page) as placed
    group by (place - 1) / %4$s
    order by (place - 1) / %4$s %1$s
    """
        .formatted(direction, size, page, AT_ONCE);
  }

  /** A single row, or null when it is not as the schema promises. */
  static @Nullable Piece read(ResultSet answer) throws SQLException {
    var json = answer.getBytes(1);
    return json == null ? null : new Piece(json);
  }

  static Rows rows(List<Object> pieces) {
    var bytes = pieces.stream().mapToLong(piece -> ((Piece) piece).json().length).sum();
    return new Rows(pieces, ColumnRows::write, bytes > LONG_BYTES);
  }

  private static void write(Object piece, JsonGenerator json, OutputStream output)
      throws IOException {
    // the comma before it
    json.writeRawValue("");
    json.flush();
    output.write(((Piece) piece).json());
  }
}
