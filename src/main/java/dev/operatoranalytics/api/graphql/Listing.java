package dev.operatoranalytics.api.graphql;

import static java.util.stream.Collectors.joining;

import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.data.jdbc.runtime.PreparedStatementCallback;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A list that clients page through by keyset, filter and sum up. SQL is put together from what is
 * declared here, and from nothing a client sends: values are always bound. What the record {@code
 * T} has can be filtered and sorted by under its own name; other names are declared.
 *
 * @param <T> an entity of Micronaut Data, mapped from the columns of {@code rows}
 */
public final class Listing<T> {
  private static final int ROWS_AT_ONCE = 1_000;
  private static final String DATA_EXCEPTION = "22";
  private static final String WHOLE = "listed.*";
  private static final Map<Class<?>, String> SQL_TYPES =
      Map.ofEntries(
          Map.entry(String.class, "text"),
          Map.entry(BigDecimal.class, "numeric"),
          Map.entry(BigInteger.class, "numeric"),
          Map.entry(int.class, "integer"),
          Map.entry(Integer.class, "integer"),
          Map.entry(long.class, "bigint"),
          Map.entry(Long.class, "bigint"),
          Map.entry(double.class, "double precision"),
          Map.entry(Double.class, "double precision"),
          Map.entry(boolean.class, "boolean"),
          Map.entry(Boolean.class, "boolean"),
          Map.entry(Instant.class, "timestamptz"),
          Map.entry(LocalDate.class, "date"));

  private final JdbcOperations jdbc;
  private final String name;
  private final Class<T> type;
  private final @Nullable RecordReader<T> records;
  private final String rows;
  private final Map<String, Column> columns = new HashMap<>();
  private final Map<String, Relation> relations = new HashMap<>();
  private final Map<String, String> arguments = new HashMap<>();
  private final List<Order> defaultOrder = new ArrayList<>();
  private final Column key;

  /**
   * @param sqlType that a text from a cursor or a filter is read as
   */
  public record Column(String name, String sqlType) {}

  /**
   * Another list that a filter can look into.
   *
   * @param ours column of this list that names the other's rows
   * @param theirs column of the other list that must be the same
   */
  record Relation(Supplier<Listing<?>> other, String ours, String theirs) {}

  /** What numbers of many rows come to; null when no row has the number. */
  public record Sums(
      @Nullable BigDecimal sum,
      @Nullable BigDecimal avg,
      @Nullable BigDecimal min,
      @Nullable BigDecimal max) {}

  /**
   * @param name of the list, bound into its cursors
   * @param rows a select of all rows
   * @param names columns that the schema calls otherwise than the record
   * @param defaultOrder a name of a column, the greatest first
   * @param key decides between rows that are otherwise equal
   */
  public Listing(
      JdbcOperations jdbc,
      String name,
      Class<T> type,
      String rows,
      Map<String, Column> names,
      String defaultOrder,
      Column key) {
    this.jdbc = jdbc;
    this.name = name;
    this.type = type;
    this.records = RecordReader.of(type).orElse(null);
    this.rows = rows;
    for (var component : type.getRecordComponents()) {
      var sqlType = SQL_TYPES.get(component.getType());
      if (sqlType != null) {
        columns.put(component.getName(), new Column(snakeCase(component.getName()), sqlType));
      }
    }
    columns.putAll(names);
    this.defaultOrder.add(new Order(defaultOrder, true, false));
    this.key = key;
  }

  /** Ordered by another field between rows that are equal in the default order. */
  public Listing<T> thenBy(String field) {
    defaultOrder.add(new Order(field, true, false));
    return this;
  }

  /**
   * Only rows whose column has one of the values that an argument of the field names.
   *
   * @param column of type text
   */
  public Listing<T> filteredBy(String argument, String column) {
    arguments.put(argument, column);
    return this;
  }

  /**
   * Lets filters look into another list.
   *
   * @param name of the filter's field
   * @param ours column of this list
   * @param theirs column of the other that must be the same
   */
  public Listing<T> related(String name, Supplier<Listing<?>> other, String ours, String theirs) {
    relations.put(name, new Relation(other, ours, theirs));
    return this;
  }

  Class<T> type() {
    return type;
  }

  String rows() {
    return rows;
  }

  Column key() {
    return key;
  }

  boolean hasArgument(String asked) {
    return arguments.containsKey(asked);
  }

  boolean hasColumn(String asked) {
    return columns.containsKey(asked) || columns.containsKey(camelCase(asked));
  }

  /** By the name of a record component, the same in an enum's capitals, or a declared name. */
  Column column(String asked) {
    var column = columns.get(asked);
    return Objects.requireNonNull(column == null ? columns.get(camelCase(asked)) : column, asked);
  }

  @Nullable Relation relation(String asked) {
    return relations.get(asked);
  }

  /** Rows by their key, all by one query. */
  public Map<String, T> byKey(Collection<String> keys) {
    return jdbc.prepareStatement(
        "select listed.*, listed.%1$s as asked_key from (%2$s) as listed where listed.%1$s = any(?::%3$s[])"
            .formatted(key.name(), rows, key.sqlType()),
        statement -> {
          bindTexts(statement, 1, keys);
          var found = new HashMap<String, T>();
          try (var answer = statement.executeQuery()) {
            var row = reading(answer);
            while (answer.next()) {
              found.put(answer.getString("asked_key"), Objects.requireNonNull(row.read()));
            }
          }
          return found;
        });
  }

  /** All rows of each parent in the default order, for lists that stay short. */
  public Map<String, List<T>> lists(String parent, Collection<String> parents) {
    var found = new HashMap<String, List<T>>();
    pages(parent, parents, PageRequest.all())
        .forEach((each, page) -> found.put(each, page.nodes()));
    return found;
  }

  /** A page of the whole list. */
  public Page<T> page(PageRequest request) {
    return Objects.requireNonNull(page(request, WHOLE, _ -> 1, this::reading));
  }

  /** The same of rows that are columns; null when one of them is not as the schema promises. */
  @Nullable Page<ColumnRows.Piece> page(PageRequest request, ColumnRows columns) {
    return request.hasCursors()
        ? page(request, columns.sql(), columns::bind, answer -> () -> ColumnRows.read(answer))
        : pieces(request, columns);
  }

  private @Nullable Page<ColumnRows.Piece> pieces(PageRequest request, ColumnRows columns) {
    var query = new Query(request, "true");
    var total = request.isCounted() ? count(request, query.filter) : null;
    return read(
        request,
        ColumnRows.pieces(query.sql(columns.sql()), request.size(), request.isBackward()),
        statement -> {
          query.bind(statement, columns.bind(statement));
          var pieces = new ArrayList<Page.Edge<ColumnRows.Piece>>();
          var found = 0L;
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              if (!answer.getBoolean(3)) {
                return null;
              }
              found += answer.getLong(2);
              var piece = ColumnRows.read(answer);
              if (piece != null) {
                pieces.add(new Page.Edge<>("", piece));
              }
            }
          }
          return query.page(pieces, found > request.size(), total);
        });
  }

  private <R> @Nullable Page<R> page(
      PageRequest request, String selected, Binding binding, Reading<R> reading) {
    var query = new Query(request, "true");
    var total = request.isCounted() ? count(request, query.filter) : null;
    return read(
        request,
        query.sql(selected),
        statement -> {
          query.bind(statement, binding.bind(statement));
          statement.setFetchSize(ROWS_AT_ONCE);
          var found = new ArrayList<Page.Edge<R>>();
          try (var answer = statement.executeQuery()) {
            var row = reading.of(answer);
            while (answer.next()) {
              var read = row.read();
              if (read == null) {
                return null;
              }
              found.add(query.edge(answer, read));
            }
          }
          return query.page(found, total);
        });
  }

  /**
   * A page of the part of the list that belongs to each parent, all by one query.
   *
   * @param parent the column of {@code rows} that names the parent
   */
  public Map<String, Page<T>> pages(
      String parent, Collection<String> parents, PageRequest request) {
    var query =
        new Query(request, "listed.%s = asked.parent::%s".formatted(parent, sqlType(parent)));
    var totals =
        request.isCounted()
            ? counts(parent, parents, request, query.filter)
            : Map.<String, Long>of();
    return read(
        request,
        """
        select asked.parent as asked_parent, page.*
        from unnest(?) as asked (parent)
        cross join lateral (%s) as page
        """
            .formatted(query.sql(WHOLE)),
        statement -> {
          bindTexts(statement, 1, parents);
          query.bind(statement, 2);
          statement.setFetchSize(ROWS_AT_ONCE);
          var found = new LinkedHashMap<String, List<Page.Edge<T>>>();
          parents.forEach(each -> found.put(each, new ArrayList<>()));
          try (var answer = statement.executeQuery()) {
            var row = reading(answer);
            while (answer.next()) {
              Objects.requireNonNull(found.get(answer.getString("asked_parent")))
                  .add(query.edge(answer, Objects.requireNonNull(row.read())));
            }
          }
          var pages = new HashMap<String, Page<T>>();
          found.forEach(
              (each, edges) ->
                  pages.put(
                      each,
                      query.page(
                          edges, request.isCounted() ? totals.getOrDefault(each, 0L) : null)));
          return pages;
        });
  }

  /**
   * What the rows that a filter lets through come to: {@code count}, and the {@link Sums} of each
   * column asked for.
   */
  Map<String, Object> aggregate(Map<String, @Nullable Object> where, Collection<String> asked) {
    var filter = Filter.of(this, where);
    var summed = List.copyOf(asked);
    var sums =
        summed.stream()
            .map(each -> "listed." + column(each).name() + "::numeric")
            .map(each -> ", sum(%1$s), round(avg(%1$s), 18), min(%1$s), max(%1$s)".formatted(each))
            .collect(joining());
    return jdbc.prepareStatement(
        "select count(*)%s from (%s) as listed where %s".formatted(sums, rows, filter.sql()),
        statement -> {
          filter.bind(statement, 1);
          try (var answer = statement.executeQuery()) {
            answer.next();
            var result = new HashMap<String, Object>();
            result.put("count", answer.getLong(1));
            for (var i = 0; i < summed.size(); i++) {
              var at = 2 + 4 * i;
              result.put(
                  summed.get(i),
                  new Sums(
                      answer.getBigDecimal(at),
                      answer.getBigDecimal(at + 1),
                      answer.getBigDecimal(at + 2),
                      answer.getBigDecimal(at + 3)));
            }
            return result;
          }
        });
  }

  /** A cursor that somebody made up may hold what is no value of its column. */
  private <R extends @Nullable Object> R read(
      PageRequest request, String sql, PreparedStatementCallback<R> answer) {
    try {
      return jdbc.prepareStatement(sql, answer);
    } catch (DataAccessException e) {
      if (request.cursor() != null
          && e.getCause() instanceof SQLException failure
          && String.valueOf(failure.getSQLState()).startsWith(DATA_EXCEPTION)) {
        throw Cursor.unreadable();
      }
      throw e;
    }
  }

  private Long count(PageRequest request, Filter filter) {
    return jdbc.prepareStatement(
        "select count(*) from (%s) as listed where %s%s"
            .formatted(rows, filter.sql(), only(request)),
        statement -> {
          bindOnly(statement, filter.bind(statement, 1), request);
          try (var answer = statement.executeQuery()) {
            answer.next();
            return answer.getLong(1);
          }
        });
  }

  private Map<String, Long> counts(
      String parent, Collection<String> parents, PageRequest request, Filter filter) {
    return jdbc.prepareStatement(
        "select %1$s, count(*) from (%2$s) as listed where %1$s = any(?::%5$s[]) and %3$s%4$s group by %1$s"
            .formatted("listed." + parent, rows, filter.sql(), only(request), sqlType(parent)),
        statement -> {
          bindTexts(statement, 1, parents);
          bindOnly(statement, filter.bind(statement, 2), request);
          var counts = new HashMap<String, Long>();
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              counts.put(answer.getString(1), answer.getLong(2));
            }
          }
          return counts;
        });
  }

  /** The row that an answer stands at. */
  private interface Row<R> {
    @Nullable R read() throws SQLException;
  }

  /** Binds the parameters of what is selected; the next free one comes back. */
  private interface Binding {
    int bind(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<R> {
    Row<R> of(ResultSet answer) throws SQLException;
  }

  private Row<T> reading(ResultSet answer) throws SQLException {
    return records == null ? () -> jdbc.readEntity("", answer, type) : records.over(answer)::read;
  }

  private String only(PageRequest request) {
    return request.only().keySet().stream()
        .map(argument -> " and listed.%s = any(?)".formatted(arguments.get(argument)))
        .collect(joining());
  }

  /** The next free parameter comes back. */
  private static int bindOnly(PreparedStatement statement, int first, PageRequest request)
      throws SQLException {
    var at = first;
    for (var values : request.only().values()) {
      bindTexts(statement, at++, values);
    }
    return at;
  }

  /** A page in SQL: one row more than asked tells whether there is more. */
  private final class Query {
    private final PageRequest request;
    private final String scope;
    private final Filter filter;
    private final List<Order> order;
    private final String fingerprint;
    private final List<@Nullable String> position;

    private Query(PageRequest request, String scope) {
      this.request = request;
      this.scope = scope;
      this.filter = Filter.of(Listing.this, request.where());
      var asked = request.order().isEmpty() ? defaultOrder : request.order();
      var whole = new ArrayList<>(asked);
      whole.add(new Order("", asked.getLast().isDescending(), false));
      this.order = whole;
      this.fingerprint = request.hasCursors() || request.cursor() != null ? fingerprint() : "";
      this.position = request.cursor() == null ? List.of() : decode(request.cursor());
    }

    private String sql(String selected) {
      var ordering = new ArrayList<String>();
      var cursor = new ArrayList<String>();
      for (var i = 0; i < order.size(); i++) {
        var term = request.isBackward() ? order.get(i).reversed() : order.get(i);
        var column = column(term);
        ordering.add(
            "listed.%s %s nulls %s"
                .formatted(
                    column.name(),
                    term.isDescending() ? "desc" : "asc",
                    term.areNullsFirst() ? "first" : "last"));
        if (request.hasCursors()) {
          cursor.add(", listed.%s::text as cursor_%s".formatted(column.name(), i));
        }
      }
      return "select %s%s from (%s) as listed where %s and %s%s%s order by %s limit %s"
          .formatted(
              selected,
              String.join("", cursor),
              rows,
              scope,
              filter.sql(),
              only(request),
              position.isEmpty() ? "" : " and " + beyond(),
              String.join(", ", ordering),
              request.size() + 1);
    }

    /** After the cursor: beyond it in one term, equal in all before that. */
    private String beyond() {
      var ways = new ArrayList<String>();
      var equal = new ArrayList<String>();
      for (var i = 0; i < order.size(); i++) {
        var term = request.isBackward() ? order.get(i).reversed() : order.get(i);
        var column = "listed." + column(term).name();
        var value = "?::" + column(term).sqlType();
        var isNull = position.get(i) == null;
        var comparison = column + (term.isDescending() ? " < " : " > ") + value;
        var further =
            term.areNullsFirst()
                ? (isNull ? column + " is not null" : comparison)
                : (isNull ? "false" : "(" + comparison + " or " + column + " is null)");
        var way = new ArrayList<>(equal);
        way.add(further);
        ways.add("(" + String.join(" and ", way) + ")");
        equal.add(isNull ? column + " is null" : column + " = " + value);
      }
      return "(" + String.join(" or ", ways) + ")";
    }

    private void bind(PreparedStatement statement, int first) throws SQLException {
      var at = bindOnly(statement, filter.bind(statement, first), request);
      for (var way = 0; way < position.size(); way++) {
        for (var i = 0; i <= way; i++) {
          if (position.get(i) != null) {
            statement.setString(at++, position.get(i));
          }
        }
      }
    }

    private <R> Page.Edge<R> edge(ResultSet answer, R row) throws SQLException {
      if (!request.hasCursors()) {
        return new Page.Edge<>("", row);
      }
      var values = new ArrayList<@Nullable String>();
      for (var i = 0; i < order.size(); i++) {
        values.add(answer.getString("cursor_" + i));
      }
      return new Page.Edge<>(new Cursor(fingerprint, values).toString(), row);
    }

    private <R> Page<R> page(List<Page.Edge<R>> found, @Nullable Long total) {
      var hasMore = found.size() > request.size();
      var edges = new ArrayList<>(hasMore ? found.subList(0, request.size()) : found);
      if (request.isBackward()) {
        Collections.reverse(edges);
      }
      return page(edges, hasMore, total);
    }

    private <R> Page<R> page(List<Page.Edge<R>> edges, boolean hasMore, @Nullable Long total) {
      var hasCursor = request.cursor() != null;
      return request.isBackward()
          ? Page.of(edges, hasCursor, hasMore, total)
          : Page.of(edges, hasMore, hasCursor, total);
    }

    private List<@Nullable String> decode(String text) {
      var cursor = Cursor.parse(text);
      if (!cursor.fingerprint().equals(fingerprint) || cursor.values().size() != order.size()) {
        throw new BadInput(
            "the cursor belongs to another list, order or filter: start again without it");
      }
      return cursor.values();
    }

    /** What a cursor is bound to. */
    private String fingerprint() {
      var bound =
          name
              + " "
              + order.stream().map(Order::toString).collect(joining(","))
              + Filter.canonical(request.where())
              + Filter.canonical(request.only());
      return Sha256.of(bound).substring(0, 16);
    }
  }

  private String sqlType(String name) {
    return columns.values().stream()
        .filter(column -> column.name().equals(name))
        .map(Column::sqlType)
        .findFirst()
        .orElse("text");
  }

  private Column column(Order term) {
    return term.field().isEmpty() ? key : column(term.field());
  }

  static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String camelCase(String name) {
    var words = name.toLowerCase(Locale.ROOT).split("_");
    return words[0]
        + Arrays.stream(words)
            .skip(1)
            .map(
                word ->
                    word.isEmpty()
                        ? word
                        : Character.toUpperCase(word.charAt(0)) + word.substring(1))
            .collect(joining());
  }

  private static void bindTexts(PreparedStatement statement, int place, Collection<String> values)
      throws SQLException {
    statement.setArray(place, statement.getConnection().createArrayOf("text", values.toArray()));
  }
}
