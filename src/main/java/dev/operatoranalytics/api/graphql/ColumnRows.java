package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.execution.MergedSelectionSet;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of which nothing but columns is selected: PostgreSQL brings them into text, and they become
 * JSON without having been anything in between. Columns that nobody selected are not read.
 */
final class ColumnRows implements RowWriter {
  private static final FieldCollector COLLECTOR = new FieldCollector();

  private static final byte[] NULL = bytes("null");

  private final Cell[] cells;

  private ColumnRows(List<Cell> cells) {
    this.cells = cells.toArray(Cell[]::new);
  }

  /** A row, JSON already. */
  record Row(ColumnRows list, byte[] json) {}

  /**
   * @param begin the key, and what stands before it
   */
  private record Cell(byte[] begin, String sql, boolean isRequired, Form form) {}

  /** How the text of a column becomes JSON. */
  private sealed interface Form {
    /** Null when the text is not what the schema promises. */
    byte @Nullable [] json(byte[] text);

    default boolean isQuoted() {
      return true;
    }
  }

  private record Whole() implements Form {
    @Override
    public byte @Nullable [] json(byte[] text) {
      return isMadeOf(text, "-") ? text : null;
    }

    @Override
    public boolean isQuoted() {
      return false;
    }
  }

  private record Truth() implements Form {
    @Override
    public byte[] json(byte[] text) {
      return text;
    }

    @Override
    public boolean isQuoted() {
      return false;
    }
  }

  /** Any text, which may hold what JSON escapes. */
  private record Text() implements Form {
    @Override
    public byte[] json(byte[] text) {
      for (var each : text) {
        if ((each >= 0 && each < ' ') || each == '"' || each == '\\') {
          return JsonStringEncoder.getInstance()
              .quoteAsUTF8(new String(text, StandardCharsets.UTF_8));
        }
      }
      return text;
    }
  }

  /** A text of digits, and of what else may stand between them; PostgreSQL has NaN and infinity. */
  private record Digits(String others) implements Form {
    @Override
    public byte @Nullable [] json(byte[] text) {
      return isMadeOf(text, others) ? text : null;
    }
  }

  private record Id(String type) implements Form {
    @Override
    public byte[] json(byte[] text) {
      return bytes(new GlobalId(type, new String(text, StandardCharsets.UTF_8)).toString());
    }
  }

  private record Choice(List<byte[]> names) implements Form {
    static Choice of(GraphQLEnumType type) {
      return new Choice(type.getValues().stream().map(value -> bytes(value.getName())).toList());
    }

    @Override
    public byte @Nullable [] json(byte[] text) {
      for (var name : names) {
        if (Arrays.equals(name, text)) {
          return text;
        }
      }
      return null;
    }
  }

  private static boolean isMadeOf(byte[] text, String othersThanDigits) {
    for (var each : text) {
      if ((each < '0' || each > '9') && othersThanDigits.indexOf(each) < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Empty when more is selected than columns of {@code nodes}.
   *
   * @param field a connection to the list
   */
  static Optional<ColumnRows> of(DataFetchingEnvironment field, Listing<?> listing) {
    var schema = field.getGraphQLSchema();
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
      var begin = bytes((cells.isEmpty() ? "{\"" : ",\"") + each.getResultKey() + "\":");
      var cell = cell(schema, listing, each, row, begin);
      if (cell == null) {
        return Optional.empty();
      }
      cells.add(cell);
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

  private static @Nullable Cell cell(
      GraphQLSchema schema,
      Listing<?> listing,
      MergedField field,
      GraphQLObjectType type,
      byte[] begin) {
    if (field.getName().equals("__typename")) {
      return new Cell(begin, "'" + type.getName() + "'", true, new Text());
    }
    var definition = type.getFieldDefinition(field.getName());
    var fetcher =
        schema
            .getCodeRegistry()
            .getDataFetcher(
                FieldCoordinates.coordinates(type.getName(), field.getName()), definition);
    if (!definition.getArguments().isEmpty()
        || !(fetcher instanceof Plain plain)
        || !plain.isOfRecord()) {
      return null;
    }
    if (field.getName().equals("id")) {
      var sql = "listed." + listing.key().name() + "::text";
      return new Cell(begin, sql, true, new Id(type.getName()));
    }
    if (!listing.hasColumn(field.getName())) {
      return null;
    }
    var column = listing.column(field.getName());
    var name = "listed." + column.name();
    var text = name + "::text";
    var isRequired = GraphQLTypeUtil.isNonNull(definition.getType());
    var answer = (GraphQLNamedType) GraphQLTypeUtil.unwrapNonNull(definition.getType());
    if (answer instanceof GraphQLEnumType among) {
      return column.sqlType().equals("text")
          ? new Cell(begin, text, isRequired, Choice.of(among))
          : null;
    }
    return switch (answer.getName() + " of " + column.sqlType()) {
      case "String of text", "ID of text", "Address of text" ->
          new Cell(begin, text, isRequired, new Text());
      case "Int of integer" -> new Cell(begin, text, isRequired, new Whole());
      case "Boolean of boolean" -> new Cell(begin, text, isRequired, new Truth());
      case "BigInt of integer", "BigInt of bigint", "BigInt of numeric" ->
          new Cell(begin, text, isRequired, new Digits("-"));
      case "BigDecimal of numeric" ->
          new Cell(begin, "trim_scale(" + name + ")::text", isRequired, new Digits("-."));
      case "Date of date" -> new Cell(begin, text, isRequired, new Digits("-"));
      case "DateTime of timestamptz" ->
          new Cell(begin, instant(name), isRequired, new Digits("-T:.Z"));
      default -> null;
    };
  }

  /** As {@link java.time.Instant} tells itself: with no, three or six digits of a second. */
  private static String instant(String column) {
    return """
    regexp_replace(
        to_char(%s at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '(\\.000000|000)$', ''
    ) || 'Z'
    """
        .formatted(column);
  }

  /** What is selected of a row, in order. */
  String sql() {
    var columns = new ArrayList<String>();
    for (var cell : cells) {
      columns.add(cell.sql() + " as cell_" + columns.size());
    }
    return String.join(", ", columns);
  }

  /**
   * @param answer whose first columns are those of {@link #sql}
   * @return null when the row is not as the schema promises
   */
  @Nullable Row read(ResultSet answer) throws SQLException {
    var values = new byte[cells.length][];
    var length = 1;
    for (var i = 0; i < cells.length; i++) {
      var text = answer.getBytes(i + 1);
      if (text == null && cells[i].isRequired) {
        return null;
      }
      var value = text == null ? NULL : cells[i].form.json(text);
      if (value == null) {
        return null;
      }
      values[i] = value;
      length += cells[i].begin.length + value.length + (isQuoted(i, value) ? 2 : 0);
    }
    return new Row(this, row(values, length));
  }

  private boolean isQuoted(int cell, byte[] value) {
    return value != NULL && cells[cell].form.isQuoted();
  }

  private byte[] row(byte[][] values, int length) {
    var json = new byte[length];
    var at = 0;
    for (var i = 0; i < cells.length; i++) {
      at = append(json, at, cells[i].begin);
      if (isQuoted(i, values[i])) {
        json[at] = '"';
        at = append(json, at + 1, values[i]);
        json[at++] = '"';
      } else {
        at = append(json, at, values[i]);
      }
    }
    json[at] = '}';
    return json;
  }

  private static int append(byte[] json, int at, byte[] part) {
    System.arraycopy(part, 0, json, at, part.length);
    return at + part.length;
  }

  @Override
  public void write(Object row, JsonGenerator json, OutputStream output) throws IOException {
    // the comma before it
    json.writeRawValue("");
    json.flush();
    output.write(((Row) row).json);
  }
}
