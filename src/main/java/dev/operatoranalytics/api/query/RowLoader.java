package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows for the fallback engine: one statement reads the rows that one field finds for many
 * parents.
 */
public final class RowLoader {
  private static final Pattern PARENT_COLUMN = Pattern.compile("\\^([a-z]\\w*)");
  private static final String ROW = "x";

  /** Prefix of the SQL states of values that cannot be read. */
  static final String DATA_EXCEPTION = "22";

  private final JdbcOperations jdbc;
  private final Nouns nouns;
  private final int maxPage;
  private final Clock clock;

  public RowLoader(JdbcOperations jdbc, Nouns nouns, int maxPage, Clock clock) {
    this.jdbc = jdbc;
    this.nouns = nouns;
    this.maxPage = maxPage;
    this.clock = clock;
  }

  /**
   * The request for the rows of one parent.
   *
   * @param parent texts of the parent's columns, see {@link #parentColumns}
   * @param isCounted whether {@code totalCount} is selected
   */
  record RowRequest(
      List<@Nullable String> parent, Map<String, Object> arguments, boolean isCounted) {}

  /** Aggregates of a column; null when no row has a value. */
  public record Sums(
      @Nullable BigDecimal sum,
      @Nullable BigDecimal avg,
      @Nullable BigDecimal min,
      @Nullable BigDecimal max) {}

  /** A connection of one parent, whose rows are aggregated. */
  record PageSource(Noun parent, String field, RowRequest request) {}

  /**
   * Rows with equal values.
   *
   * @param aggregate {@code count} and the {@link Sums} of each requested column
   */
  public record Group(List<@Nullable String> keys, Map<String, Object> aggregate) {}

  /** Columns of the parent that a field's rows are found by. */
  List<String> parentColumns(Noun parent, String field) {
    var relation = Objects.requireNonNull(parent.relations().get(field));
    var columns = new LinkedHashSet<String>();
    relation.joins().forEach(join -> columns.add(join.ours()));
    if (relation.countedIn() != null) {
      columns.add(relation.countedIn());
    }
    var texts = new ArrayList<>(relation.conditions());
    texts.addAll(relation.optionalConditions().values());
    if (relation.rows() != null) {
      texts.add(relation.rows());
    }
    for (var text : texts) {
      PARENT_COLUMN.matcher(text).results().forEach(match -> columns.add(match.group(1)));
    }
    return List.copyOf(columns);
  }

  /** All columns that the fields of the noun need. */
  private Map<String, ColumnType> columns(Noun noun) {
    var columns = new LinkedHashMap<String, ColumnType>();
    noun.key().forEach(column -> columns.put(column, noun.columnNamed(column).type()));
    collect(noun, noun, columns);
    return columns;
  }

  private void collect(Noun noun, Noun owner, Map<String, ColumnType> columns) {
    noun.fields()
        .forEach(
            (field, column) -> {
              if (noun.expression(field) == null) {
                columns.put(column.name(), column.type());
              }
            });
    for (var field : noun.relations().keySet()) {
      for (var column : parentColumns(noun, field)) {
        columns.putIfAbsent(column, owner.columnNamed(column).type());
      }
    }
    noun.embedded()
        .forEach(
            (field, part) -> {
              part.presentWith()
                  .forEach(column -> columns.putIfAbsent(column, owner.columnNamed(column).type()));
              var embedded = nouns.noun(nouns.typeName(noun.type(), field));
              if (embedded != null) {
                collect(embedded, owner, columns);
              }
            });
  }

  private Map<String, Map.Entry<String, ColumnType>> expressions(Noun noun) {
    var found = new LinkedHashMap<String, Map.Entry<String, ColumnType>>();
    noun.fields()
        .forEach(
            (field, column) -> {
              var expression = noun.expression(field);
              if (expression != null) {
                found.put(noun.type() + "." + field, Map.entry(expression, column.type()));
              }
            });
    for (var field : noun.embedded().keySet()) {
      var embedded = nouns.noun(nouns.typeName(noun.type(), field));
      if (embedded != null) {
        found.putAll(expressions(embedded));
      }
    }
    return found;
  }

  /** Selects and reads the values of a row. */
  private final class Selection {
    private final Map<String, ColumnType> read = new LinkedHashMap<>();
    private final String type;
    private final String sql;

    private Selection(Noun noun, Parameters parameters) {
      this.type = noun.type();
      var selected = new ArrayList<String>();
      columns(noun)
          .forEach(
              (column, type) -> {
                read.put(column, type);
                selected.add(ROW + "." + column);
              });
      expressions(noun)
          .forEach(
              (name, expression) -> {
                read.put(name, expression.getValue());
                selected.add(
                    "("
                        + RelatedRows.replaced(
                            expression.getKey(),
                            column -> ROW + "." + column,
                            column -> ROW + "." + column,
                            _ -> parameters.now())
                        + ") as expression_"
                        + selected.size());
              });
      sql = String.join(", ", selected);
    }

    private Row row(ResultSet resultSet, int first) throws SQLException {
      var values = new HashMap<String, @Nullable Object>();
      var index = first;
      for (var column : read.entrySet()) {
        values.put(column.getKey(), column.getValue().read(resultSet, index++));
      }
      return new Row(type, values);
    }
  }

  /** Reads rows of a noun by their keys. */
  public Map<String, Row> byKey(String type, Collection<String> keys) {
    var noun = nouns.get(type);
    var possible = keys.stream().filter(noun::canHaveKey).distinct().toList();
    var key = noun.columnNamed(noun.key().getFirst());
    var parameters = new Parameters();
    var selection = new Selection(noun, parameters);
    var statement =
        parameters.statement(
            "select %s::text, %s from %s as %s where %s = any(%s::%s[])%s"
                .formatted(
                    key.of(ROW),
                    selection.sql,
                    noun.rows(),
                    ROW,
                    key.of(ROW),
                    parameters.add(0, _ -> possible.toArray(String[]::new)),
                    key.type().sql(),
                    noun.firstBy().isEmpty()
                        ? ""
                        : " order by "
                            + noun.orderOf(noun.firstBy(), Set.of()).stream()
                                .map(term -> term.sql(ROW))
                                .collect(joining(", "))));
    var found = new HashMap<String, Row>();
    read(
        statement,
        Map.of(),
        resultSet -> found.putIfAbsent(resultSet.getString(1), selection.row(resultSet, 2)));
    return found;
  }

  /** The result of a relation for each parent: a row, a list or a page. */
  Map<RowRequest, Object> load(Noun parent, String field, Collection<RowRequest> requests) {
    var alike = new LinkedHashMap<Map.Entry<Map<String, Object>, Boolean>, List<RowRequest>>();
    for (var one : requests) {
      alike
          .computeIfAbsent(Map.entry(one.arguments(), one.isCounted()), _ -> new ArrayList<>())
          .add(one);
    }
    var found = new HashMap<RowRequest, Object>();
    alike.values().forEach(group -> load(parent, field, group, found));
    return found;
  }

  private void load(
      Noun parent, String field, List<RowRequest> requests, Map<RowRequest, Object> into) {
    var arguments = requests.getFirst().arguments();
    var parameters = new Parameters();
    var columns = parentColumns(parent, field);
    var rows =
        new RelatedRows(
            nouns,
            parameters,
            0,
            parent,
            field,
            arguments,
            column ->
                "parents.parent_%s::%s"
                    .formatted(columns.indexOf(column), parent.columnNamed(column).type().sql()),
            maxPage);
    var selection = new Selection(rows.noun(), parameters);
    var from = parents(parameters, columns, requests);
    if (nouns.isPage(parent, field)) {
      pages(
          rows,
          selection,
          parameters,
          from,
          requests,
          (one, page) -> into.put(one, page.of(new PageSource(parent, field, one))));
      return;
    }
    var isMany = nouns.isMany(parent, field);
    var limit = rows.relation().limit();
    var lists = lists(requests);
    read(
        parameters.statement(
            "select parents.place, page.* from %s cross join lateral (%s) as page"
                .formatted(
                    from,
                    isMany
                        ? rows.list(selection.sql, ROW, limit == 0 ? rows.size() : limit + 1)
                        : rows.one(selection.sql, ROW))),
        arguments,
        resultSet ->
            Objects.requireNonNull(lists.get(requests.get(resultSet.getInt(1) - 1)))
                .add(selection.row(resultSet, 2)));
    lists.forEach(
        (one, list) -> {
          if (limit > 0 && list.size() > limit) {
            throw new UserInputError(
                "a list by day has at most %,d rows: ask for fewer days".formatted(limit));
          }
          if (isMany) {
            into.put(one, list);
          } else if (!list.isEmpty()) {
            into.put(one, list.getFirst());
          } else if (rows.relation().orElse() != null) {
            throw Objects.requireNonNull(rows.relation().orElse()).apply(arguments);
          }
        });
  }

  private static <T> Map<RowRequest, List<T>> lists(List<RowRequest> requests) {
    var lists = new LinkedHashMap<RowRequest, List<T>>();
    requests.forEach(one -> lists.put(one, new ArrayList<>()));
    return lists;
  }

  private void pages(
      RelatedRows rows,
      Selection selection,
      Parameters parameters,
      String from,
      List<RowRequest> requests,
      BiConsumer<RowRequest, FoundPage> into) {
    var page = rows.page();
    var first = requests.getFirst();
    var lists = RowLoader.<Page.Edge>lists(requests);
    read(
        parameters.statement(
            "select parents.place, page.* from %s cross join lateral (%s) as page"
                .formatted(
                    from,
                    rows.page(
                        page,
                        Cursor.base64(rows.cursor(page, ROW)) + " as cursor, " + selection.sql,
                        ROW,
                        page.size() + 1))),
        first.arguments(),
        resultSet ->
            Objects.requireNonNull(lists.get(requests.get(resultSet.getInt(1) - 1)))
                .add(new Page.Edge(resultSet.getString(2), selection.row(resultSet, 3))));
    var counts =
        first.isCounted() ? counts(rows, parameters, from, requests) : Map.<RowRequest, Long>of();
    lists.forEach((one, edges) -> into.accept(one, page(page, edges, counts.get(one))));
  }

  private Map<RowRequest, Long> counts(
      RelatedRows rows, Parameters parameters, String from, List<RowRequest> requests) {
    var counts = new HashMap<RowRequest, Long>();
    read(
        parameters.statement("select parents.place, (%s) from %s".formatted(rows.count(ROW), from)),
        requests.getFirst().arguments(),
        resultSet -> counts.put(requests.get(resultSet.getInt(1) - 1), resultSet.getLong(2)));
    return counts;
  }

  private record FoundPage(List<Page.Edge> edges, Page.PageInfo info, @Nullable Long total) {
    Page of(PageSource source) {
      return new Page(edges, info, total, source);
    }
  }

  private static FoundPage page(PageArguments page, List<Page.Edge> found, @Nullable Long total) {
    var hasMore = found.size() > page.size();
    var edges = hasMore ? found.subList(0, page.size()) : found;
    if (page.isBackward()) {
      edges = edges.reversed();
    }
    var hasCursor = page.cursor() != null;
    return new FoundPage(
        List.copyOf(edges),
        new Page.PageInfo(
            page.isBackward() ? hasCursor : hasMore,
            page.isBackward() ? hasMore : hasCursor,
            edges.isEmpty() ? null : edges.getFirst().cursor(),
            edges.isEmpty() ? null : edges.getLast().cursor()),
        total);
  }

  /** The parents as rows, numbered from 1. */
  private static String parents(
      Parameters parameters, List<String> columns, List<RowRequest> requests) {
    if (columns.isEmpty()) {
      return "(select generate_series(1, %s) as place) as parents".formatted(requests.size());
    }
    var arrays =
        IntStream.range(0, columns.size())
            .mapToObj(
                index ->
                    parameters.add(
                            0,
                            _ ->
                                requests.stream()
                                    .map(one -> one.parent().get(index))
                                    .toArray(String[]::new))
                        + "::text[]")
            .collect(joining(", "));
    var names =
        IntStream.range(0, columns.size())
            .mapToObj(index -> "parent_" + index)
            .collect(joining(", "));
    return "unnest(%s) with ordinality as parents (%s, place)".formatted(arrays, names);
  }

  /** {@code count} and the {@link Sums} of each requested column. */
  Map<String, Object> aggregate(
      String type, Map<String, Object> arguments, Collection<String> columns) {
    var noun = nouns.get(type);
    var parameters = new Parameters();
    var summed = List.copyOf(columns);
    var result = new HashMap<String, Object>();
    read(
        parameters.statement(
            "select %s from %s as %s where %s"
                .formatted(
                    sums(noun, summed),
                    noun.countedRows(),
                    ROW,
                    new Filter(nouns, parameters, 0)
                        .condition(noun, ROW, PageArguments.where(arguments)))),
        arguments,
        resultSet -> result.putAll(sums(resultSet, 1, summed)));
    return result;
  }

  /** Aggregates over the rows of all pages. */
  Map<String, Object> aggregate(PageSource of, Collection<String> columns) {
    var parameters = new Parameters();
    var rows = rows(of, parameters);
    var summed = List.copyOf(columns);
    var result = new HashMap<String, Object>();
    read(
        parameters.statement(
            "select %s from %s where %s and %s"
                .formatted(
                    sums(rows.noun(), summed),
                    rows.countedFrom(ROW),
                    rows.condition(ROW),
                    rows.filter(ROW))),
        of.request().arguments(),
        resultSet -> result.putAll(sums(resultSet, 1, summed)));
    return result;
  }

  /** Groups of the rows of all pages. */
  List<Group> groups(PageSource of, Map<String, Object> arguments, Collection<String> columns) {
    var parameters = new Parameters();
    var rows = rows(of, parameters);
    var summed = List.copyOf(columns);
    var keys = Aggregation.keys(rows.noun(), arguments, ROW);
    var groups = new ArrayList<Group>();
    read(
        parameters.statement(
            Aggregation.select(
                rows,
                arguments,
                keys,
                Aggregation.texts(keys) + ", " + sums(rows.noun(), summed),
                ROW)),
        of.request().arguments(),
        resultSet -> {
          var texts = new ArrayList<@Nullable String>();
          for (var index = 1; index <= keys.size(); index++) {
            texts.add(resultSet.getString(index));
          }
          groups.add(new Group(texts, sums(resultSet, keys.size() + 1, summed)));
        });
    return groups;
  }

  private RelatedRows rows(PageSource of, Parameters parameters) {
    var columns = parentColumns(of.parent(), of.field());
    return new RelatedRows(
        nouns,
        parameters,
        0,
        of.parent(),
        of.field(),
        of.request().arguments(),
        column ->
            "%s::text::%s"
                .formatted(
                    parameters.add(0, _ -> of.request().parent().get(columns.indexOf(column))),
                    of.parent().columnNamed(column).type().sql()),
        maxPage);
  }

  private static String sums(Noun noun, List<String> summed) {
    return "count(*)"
        + summed.stream()
            .flatMap(
                field ->
                    Aggregation.FUNCTIONS.stream()
                        .map(function -> ", " + Aggregation.of(noun, field, function, ROW)))
            .collect(joining());
  }

  private static Map<String, Object> sums(ResultSet row, int first, List<String> summed)
      throws SQLException {
    var result = new HashMap<String, Object>();
    result.put("count", row.getLong(first));
    for (var index = 0; index < summed.size(); index++) {
      var at = first + 1 + 4 * index;
      result.put(
          summed.get(index),
          new Sums(
              row.getBigDecimal(at),
              row.getBigDecimal(at + 1),
              row.getBigDecimal(at + 2),
              row.getBigDecimal(at + 3)));
    }
    return result;
  }

  /** Reads the current row of a result set. */
  private interface Reading {
    void row(ResultSet resultSet) throws SQLException;
  }

  private void read(
      Parameters.Statement statement, Map<String, Object> arguments, Reading reading) {
    try {
      perform(statement, arguments, reading);
    } catch (DataAccessException e) {
      var hasCursor = arguments.get("after") != null || arguments.get("before") != null;
      if (hasCursor
          && e.getCause() instanceof SQLException failure
          && String.valueOf(failure.getSQLState()).startsWith(DATA_EXCEPTION)) {
        throw Cursor.notOurs();
      }
      throw e;
    }
  }

  private void perform(
      Parameters.Statement statement, Map<String, Object> arguments, Reading reading) {
    jdbc.prepareStatement(
        statement.sql(),
        prepared -> {
          var index = 1;
          for (var parameter : statement.parameters()) {
            bind(
                prepared,
                index++,
                parameter.call() == Parameters.Parameter.NOW
                    ? clock.instant().toString()
                    : parameter.value().of(arguments));
          }
          prepared.setFetchSize(1_000);
          try (var resultSet = prepared.executeQuery()) {
            while (resultSet.next()) {
              reading.row(resultSet);
            }
          }
          return true;
        });
  }

  /**
   * @param value a text or an array of texts
   */
  static void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    if (value instanceof String[] several) {
      statement.setArray(index, statement.getConnection().createArrayOf("text", several));
    } else {
      statement.setString(index, (String) value);
    }
  }
}
