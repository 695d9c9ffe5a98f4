package dev.operatoranalytics.api.graphql;

import static java.util.stream.Collectors.joining;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A list that clients page through by keyset. SQL is put together from what is declared here, and
 * from nothing a client sends: values are always bound.
 *
 * @param <T> an entity of Micronaut Data, mapped from the columns of {@code rows}
 */
public final class Listing<T> {
  private static final String SEPARATOR = "\u001f";
  private static final String NULL = "\u0000";

  private final JdbcOperations jdbc;
  private final String name;
  private final Class<T> type;
  private final String rows;
  private final Map<String, Column> orderable;
  private final List<Order> defaultOrder;
  private final Column key;
  private final Map<String, String> filters;

  /**
   * @param sqlType that a cursor's text is read as
   */
  public record Column(String name, String sqlType) {}

  /**
   * @param name of the list, bound into its cursors
   * @param rows a select of all rows
   * @param orderable columns by their name in the schema's order enum
   * @param defaultOrder a field of {@code orderable}, the greatest first
   * @param key decides between rows that are otherwise equal
   */
  public Listing(
      JdbcOperations jdbc,
      String name,
      Class<T> type,
      String rows,
      Map<String, Column> orderable,
      String defaultOrder,
      Column key) {
    this(
        jdbc,
        name,
        type,
        rows,
        orderable,
        List.of(new Order(defaultOrder, true, false)),
        key,
        Map.of());
  }

  private Listing(
      JdbcOperations jdbc,
      String name,
      Class<T> type,
      String rows,
      Map<String, Column> orderable,
      List<Order> defaultOrder,
      Column key,
      Map<String, String> filters) {
    this.jdbc = jdbc;
    this.name = name;
    this.type = type;
    this.rows = rows;
    this.orderable = orderable;
    this.defaultOrder = defaultOrder;
    this.key = key;
    this.filters = filters;
  }

  /** Ordered by another field between rows that are equal in the default order. */
  public Listing<T> thenBy(String field) {
    var order = new ArrayList<>(defaultOrder);
    order.add(new Order(field, true, false));
    return new Listing<>(jdbc, name, type, rows, orderable, List.copyOf(order), key, filters);
  }

  /**
   * Only rows whose column has one of the values that an argument of the field names.
   *
   * @param column of type text
   */
  public Listing<T> filteredBy(String argument, String column) {
    var all = new HashMap<>(filters);
    all.put(argument, column);
    return new Listing<>(jdbc, name, type, rows, orderable, defaultOrder, key, Map.copyOf(all));
  }

  /** Rows by their key, all by one query. */
  public Map<String, T> byKey(Collection<String> keys) {
    return jdbc.prepareStatement(
        "select listed.*, listed.%1$s as asked_key from (%2$s) as listed where listed.%1$s = any(?)"
            .formatted(key.name(), rows),
        statement -> {
          bindTexts(statement, 1, keys);
          var found = new HashMap<String, T>();
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              found.put(answer.getString("asked_key"), jdbc.readEntity("", answer, type));
            }
          }
          return found;
        });
  }

  /** All rows of each parent in the default order, for lists that stay short. */
  public Map<String, List<T>> lists(String parent, Collection<String> parents) {
    var everything =
        new PageRequest(List.of(), Integer.MAX_VALUE - 1, false, null, false, Map.of());
    var found = new HashMap<String, List<T>>();
    pages(parent, parents, everything).forEach((each, page) -> found.put(each, page.nodes()));
    return found;
  }

  /** A page of the whole list. */
  public Page<T> page(PageRequest request) {
    var query = new Query(request, null);
    var total =
        request.isCounted()
            ? jdbc.prepareStatement(
                "select count(*) from (%s) as listed%s".formatted(rows, where(conditions(request))),
                statement -> {
                  bindFilters(statement, 1, request);
                  return single(statement.executeQuery());
                })
            : null;
    return jdbc.prepareStatement(
        query.sql(),
        statement -> {
          query.bind(statement, 1);
          var found = new ArrayList<Page.Edge<T>>();
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              found.add(query.edge(answer));
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
    var query = new Query(request, "listed." + parent + " = asked.parent");
    var totals = request.isCounted() ? counts(parent, parents, request) : Map.<String, Long>of();
    return jdbc.prepareStatement(
        """
        select asked.parent as asked_parent, page.*
        from unnest(?) as asked (parent)
        cross join lateral (%s) as page
        """
            .formatted(query.sql()),
        statement -> {
          bindTexts(statement, 1, parents);
          query.bind(statement, 2);
          var found = new LinkedHashMap<String, List<Page.Edge<T>>>();
          parents.forEach(each -> found.put(each, new ArrayList<>()));
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              Objects.requireNonNull(found.get(answer.getString("asked_parent")))
                  .add(query.edge(answer));
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

  private Map<String, Long> counts(String parent, Collection<String> parents, PageRequest request) {
    var conditions = new ArrayList<String>();
    conditions.add("listed.%s = any(?)".formatted(parent));
    conditions.addAll(conditions(request));
    return jdbc.prepareStatement(
        "select listed.%1$s, count(*) from (%2$s) as listed%3$s group by listed.%1$s"
            .formatted(parent, rows, where(conditions)),
        statement -> {
          bindTexts(statement, 1, parents);
          bindFilters(statement, 2, request);
          var counts = new HashMap<String, Long>();
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              counts.put(answer.getString(1), answer.getLong(2));
            }
          }
          return counts;
        });
  }

  private List<String> conditions(PageRequest request) {
    return request.only().keySet().stream()
        .map(argument -> "listed.%s = any(?)".formatted(filters.get(argument)))
        .toList();
  }

  private static String where(List<String> conditions) {
    return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  /** Gives back the place of the next parameter. */
  private static int bindFilters(PreparedStatement statement, int first, PageRequest request)
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
    private final @Nullable String scope;
    private final List<Order> order;
    private final List<@Nullable String> position;

    private Query(PageRequest request, @Nullable String scope) {
      this.request = request;
      this.scope = scope;
      var asked = request.order().isEmpty() ? defaultOrder : request.order();
      var whole = new ArrayList<>(asked);
      whole.add(new Order("", asked.getLast().isDescending(), false));
      this.order = whole;
      this.position = request.cursor() == null ? List.of() : decode(request.cursor());
    }

    private String sql() {
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
        cursor.add("listed.%s::text as cursor_%d".formatted(column.name(), i));
      }
      var conditions = new ArrayList<String>();
      if (scope != null) {
        conditions.add(scope);
      }
      conditions.addAll(conditions(request));
      if (!position.isEmpty()) {
        conditions.add(beyond());
      }
      return "select listed.*, %s from (%s) as listed%s order by %s limit %d"
          .formatted(
              String.join(", ", cursor),
              rows,
              where(conditions),
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
      var at = bindFilters(statement, first, request);
      for (var way = 0; way < position.size(); way++) {
        for (var i = 0; i <= way; i++) {
          if (position.get(i) != null) {
            statement.setString(at++, position.get(i));
          }
        }
      }
    }

    private Page.Edge<T> edge(ResultSet answer) throws SQLException {
      var values = new ArrayList<@Nullable String>();
      for (var i = 0; i < order.size(); i++) {
        values.add(answer.getString("cursor_" + i));
      }
      return new Page.Edge<>(encode(values), jdbc.readEntity("", answer, type));
    }

    private Page<T> page(List<Page.Edge<T>> found, @Nullable Long total) {
      var hasMore = found.size() > request.size();
      var edges = new ArrayList<>(hasMore ? found.subList(0, request.size()) : found);
      var hasCursor = request.cursor() != null;
      if (request.isBackward()) {
        Collections.reverse(edges);
        return Page.of(edges, hasCursor, hasMore, total);
      }
      return Page.of(edges, hasMore, hasCursor, total);
    }

    private String encode(List<@Nullable String> values) {
      var text =
          fingerprint()
              + values.stream()
                  .map(value -> SEPARATOR + (value == null ? NULL : value))
                  .collect(joining());
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<@Nullable String> decode(String cursor) {
      String text;
      try {
        text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new BadInput("not a cursor of ours: take it from an edge or from pageInfo");
      }
      var parts = text.split(SEPARATOR, -1);
      if (!parts[0].equals(fingerprint()) || parts.length != order.size() + 1) {
        throw new BadInput("the cursor belongs to another list or order: start again without it");
      }
      var values = new ArrayList<@Nullable String>();
      for (var i = 1; i < parts.length; i++) {
        values.add(parts[i].equals(NULL) ? null : parts[i]);
      }
      return values;
    }

    private String fingerprint() {
      return name
          + (request.only().isEmpty() ? "" : " " + request.only())
          + " "
          + order.stream().map(Order::toString).collect(joining(","));
    }
  }

  private Column column(Order term) {
    return term.field().isEmpty() ? key : Objects.requireNonNull(orderable.get(term.field()));
  }

  private static void bindTexts(PreparedStatement statement, int place, Collection<String> values)
      throws SQLException {
    statement.setArray(place, statement.getConnection().createArrayOf("text", values.toArray()));
  }

  private static Long single(ResultSet answer) throws SQLException {
    try (answer) {
      answer.next();
      return answer.getLong(1);
    }
  }
}
