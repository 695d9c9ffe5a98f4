package dev.operatoranalytics.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of which every parent has some for each UTC day: those of a range, or those of one day. Many
 * parents are read by one statement.
 *
 * @param <T> an entity of Micronaut Data, mapped from the columns of {@code rows}
 */
public final class DailyRows<T> {
  private static final int GREATEST_LIST = 1_000;

  private final JdbcOperations jdbc;
  private final Class<T> type;
  private final String rows;
  private final String parent;
  private final String date;
  private final String newest;
  private final String within;

  /**
   * @param rows a select of all rows
   * @param parent column that names whose rows they are, of type text
   * @param date column of the day
   * @param newest a query of the newest day that there is
   */
  public DailyRows(
      JdbcOperations jdbc, Class<T> type, String rows, String parent, String date, String newest) {
    this(jdbc, type, rows, parent, date, newest, date);
  }

  private DailyRows(
      JdbcOperations jdbc,
      Class<T> type,
      String rows,
      String parent,
      String date,
      String newest,
      String within) {
    this.within = within;
    this.jdbc = jdbc;
    this.type = type;
    this.rows = rows;
    this.parent = parent;
    this.date = date;
    this.newest = newest;
  }

  /** Ordered by another column within a day. */
  public DailyRows<T> thenBy(String column) {
    return new DailyRows<>(jdbc, type, rows, parent, date, newest, column);
  }

  /** Days of a parent, both ends counted; null for no end. */
  public record Range(String parent, @Nullable LocalDate from, @Nullable LocalDate to) {

    /** From the arguments {@code from} and {@code to}. */
    public static Range of(String parent, DataFetchingEnvironment env) {
      LocalDate from = env.getArgument("from");
      LocalDate to = env.getArgument("to");
      if (from != null && to != null) {
        var range = new DayRange(from, to);
        return new Range(parent, range.from(), range.to());
      }
      return new Range(parent, from, to);
    }
  }

  /** Days of a parent, of one thing among those that it has; null for all of them. */
  public record Part(Range range, @Nullable String only) {

    /** The thing is named by an argument. */
    public static Part of(String parent, String argument, DataFetchingEnvironment env) {
      return new Part(Range.of(parent, env), env.getArgument(argument));
    }
  }

  /** One day of a parent; the newest when there is no date. */
  public record Day(String parent, @Nullable LocalDate date) {

    /** From the argument {@code date}. */
    public static Day of(String parent, DataFetchingEnvironment env) {
      return new Day(parent, env.getArgument("date"));
    }
  }

  /** What many parents are asked for alike. */
  private record Span(@Nullable LocalDate from, @Nullable LocalDate to, @Nullable String only) {}

  /** The rows of each range, the earliest first; too many are refused. */
  public Map<Range, List<T>> ranges(Collection<Range> asked) {
    var found = new HashMap<Range, List<T>>();
    parts(asked.stream().map(range -> new Part(range, null)).toList(), date)
        .forEach((part, list) -> found.put(part.range(), list));
    return found;
  }

  /**
   * The rows of each part, the earliest first; too many are refused.
   *
   * @param thing column of the thing that a row is of
   */
  public Map<Part, List<T>> parts(Collection<Part> asked, String thing) {
    var parents = new HashMap<Span, List<String>>();
    for (var part : asked) {
      var span = new Span(part.range().from(), part.range().to(), part.only());
      parents.computeIfAbsent(span, each -> new ArrayList<>()).add(part.range().parent());
    }
    var found = new HashMap<Part, List<T>>();
    parents.forEach(
        (span, ofSpan) ->
            read(
                    "%s between coalesce(?::date, '-infinity') and coalesce(?::date, 'infinity')"
                            .formatted(date)
                        + (span.only() == null ? "" : " and rows.%s = ?".formatted(thing)),
                    ofSpan,
                    span.from(),
                    span.to(),
                    span.only())
                .forEach(
                    (each, list) ->
                        found.put(
                            new Part(new Range(each, span.from(), span.to()), span.only()),
                            checked(list))));
    return found;
  }

  /** The rows of each day. */
  public Map<Day, List<T>> days(Collection<Day> asked) {
    var parents = new HashMap<@Nullable LocalDate, List<String>>();
    for (var day : asked) {
      parents.computeIfAbsent(day.date(), date -> new ArrayList<>()).add(day.parent());
    }
    var found = new HashMap<Day, List<T>>();
    parents.forEach(
        (day, ofDay) ->
            read(
                    "%s = coalesce(?::date, ?::date, (%s))".formatted(date, newest),
                    ofDay,
                    day,
                    day,
                    null)
                .forEach((each, list) -> found.put(new Day(each, day), list)));
    return found;
  }

  /** The one row of each day, where there is one. */
  public Map<Day, T> day(Collection<Day> asked) {
    var found = new HashMap<Day, T>();
    days(asked)
        .forEach(
            (day, list) -> {
              if (!list.isEmpty()) {
                found.put(day, list.getFirst());
              }
            });
    return found;
  }

  /** Refuses a list that is too long. */
  private static <T> List<T> checked(List<T> list) {
    if (list.size() > GREATEST_LIST) {
      throw new BadInput(
          "a list by day has at most %,d rows: ask for fewer days".formatted(GREATEST_LIST));
    }
    return list;
  }

  private Map<String, List<T>> read(
      String condition,
      List<String> parents,
      @Nullable LocalDate one,
      @Nullable LocalDate other,
      @Nullable String only) {
    return jdbc.prepareStatement(
        """
        select listed.*, parents.parent_key
        from unnest(?) as parents (parent_key)
        cross join lateral (
            select * from (%2$s) as rows
            where rows.%1$s = parents.parent_key and rows.%3$s
            order by rows.%4$s, rows.%5$s
            limit %6$d
        ) as listed
        order by listed.%4$s, listed.%5$s
        """
            .formatted(parent, rows, condition, date, within, GREATEST_LIST + 1),
        statement -> {
          statement.setArray(1, statement.getConnection().createArrayOf("text", parents.toArray()));
          bind(statement, 2, one);
          bind(statement, 3, other);
          if (only != null) {
            statement.setString(4, only);
          }
          var found = new LinkedHashMap<String, List<T>>();
          parents.forEach(each -> found.put(each, new ArrayList<>()));
          try (var answer = statement.executeQuery()) {
            while (answer.next()) {
              found
                  .computeIfAbsent(answer.getString("parent_key"), each -> new ArrayList<>())
                  .add(jdbc.readEntity("", answer, type));
            }
          }
          return found;
        });
  }

  private static void bind(PreparedStatement statement, int place, @Nullable LocalDate day)
      throws SQLException {
    statement.setObject(place, day == null ? null : day.toString(), Types.VARCHAR);
  }
}
