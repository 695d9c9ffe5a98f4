package dev.operatoranalytics.api.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a field from its parent. Conditions are SQL in which {@code #column} is a
 * column of the rows found, {@code ^column} one of the parent, {@code :argument} an argument of the
 * field and {@code :now} the current time. The schema defines the noun of the rows, and whether the
 * field is one row, a list or pages.
 */
public final class Relation {
  /** Argument with the maximum number of rows at equal distances. */
  static final String MAX_POINTS = "maxPoints";

  private static final int MAX_DAYS = 1_000;

  private final List<Join> joins = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, String> optionalConditions = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private final Map<String, Function<Object, ?>> values = new HashMap<>();
  private @Nullable String rows;
  private @Nullable String size;
  private @Nullable String day;
  private @Nullable String counted;
  private @Nullable String countedIn;
  private @Nullable Consumer<Map<String, Object>> check;
  private @Nullable Function<Map<String, Object>, UserInputError> orElse;
  private int limit;
  private boolean isFirstOfMany;

  private Relation() {}

  /** A column of the parent that equals a column of the rows found. */
  record Join(String ours, String theirs) {}

  /** All rows, independent of the parent. */
  public static Relation all() {
    return new Relation();
  }

  /** Rows whose column equals the parent's column of the same name. */
  public static Relation on(String column) {
    return on(column, column);
  }

  public static Relation on(String ours, String theirs) {
    return new Relation().and(ours, theirs);
  }

  public Relation and(String ours, String theirs) {
    joins.add(new Join(ours, theirs));
    return this;
  }

  /** Reads other rows than those of the noun; they have at least the same columns. */
  public Relation rows(String select) {
    this.rows = select;
    return this;
  }

  public Relation where(String condition) {
    conditions.add(condition);
    return this;
  }

  /** A condition that applies only when the argument is given and not null. */
  public Relation whenGiven(String argument, String condition) {
    optionalConditions.put(argument, condition);
    return this;
  }

  /** Replaces the order of the noun: columns, each with {@code desc} when descending. */
  public Relation order(String... terms) {
    order.addAll(List.of(terms));
    return this;
  }

  /** Limits the number of rows by an argument. */
  public Relation size(String argument) {
    this.size = argument;
    return this;
  }

  /** Uses the first row in the order when there are several. */
  public Relation first() {
    this.isFirstOfMany = true;
    return this;
  }

  /** Rejects a result with more rows. */
  public Relation atMost(int rows) {
    this.limit = rows;
    return this;
  }

  /**
   * Names a row of {@code list_counts} with the number of rows without a filter; they are counted
   * when there is none.
   */
  public Relation counted(String list) {
    this.counted = list;
    return this;
  }

  @Nullable String counted() {
    return counted;
  }

  /** Names a column of the parent with the number of rows without a filter. */
  public Relation countedIn(String column) {
    this.countedIn = column;
    return this;
  }

  @Nullable String countedIn() {
    return countedIn;
  }

  /** Rejects arguments by an exception. */
  public Relation check(Consumer<Map<String, Object>> check) {
    this.check = check;
    return this;
  }

  /**
   * Rows of a range of UTC days, the earliest first, by the arguments {@code from} and {@code to};
   * rejects too many days.
   */
  public Relation days(String column) {
    this.day = column;
    return whenGiven("from", "#%s >= :from".formatted(column))
        .whenGiven("to", "#%s <= :to".formatted(column))
        .atMost(MAX_DAYS)
        .check(
            arguments -> {
              DayRange.check(arguments);
              if (arguments.get(MAX_POINTS) instanceof Integer points && points < 2) {
                throw new UserInputError("maxPoints is 2 or more, not " + points);
              }
            });
  }

  /**
   * Like {@link #days(String)}, with several rows for each day unless an argument is given; without
   * it, rows at equal distances would be of different kinds, but days at equal distances are not.
   */
  public Relation days(String column, String narrowing) {
    var range = days(column);
    var inRange = Objects.requireNonNull(range.check);
    return range.check(
        arguments -> {
          inRange.accept(arguments);
          if (arguments.get(MAX_POINTS) != null
              && arguments.get(narrowing) == null
              && !isRange(arguments)) {
            throw new UserInputError("maxPoints needs %s, or from and to".formatted(narrowing));
          }
        });
  }

  /** Whether arguments name both ends of a range of days. */
  static boolean isRange(Map<String, Object> arguments) {
    return arguments.get("from") != null && arguments.get("to") != null;
  }

  /** The column with the UTC day of a row; null when the rows are no range of days. */
  @Nullable String day() {
    return day;
  }

  /**
   * Rows of one UTC day, by the argument {@code date}.
   *
   * @param newest a select of the day that is used without the argument
   */
  public Relation onDay(String column, String newest) {
    return where("#%s = coalesce(:date, (%s))".formatted(column, newest));
  }

  /** The error when there is no row. */
  public Relation orElse(Function<Map<String, Object>, UserInputError> error) {
    this.orElse = error;
    return this;
  }

  @Nullable Function<Map<String, Object>, UserInputError> orElse() {
    return orElse;
  }

  /**
   * Changes the value of an argument before it becomes a parameter: a text or an array of texts.
   */
  public Relation argument(String name, Function<Object, ?> value) {
    values.put(name, value);
    return this;
  }

  @Nullable Function<Object, ?> value(String argument) {
    return values.get(argument);
  }

  List<Join> joins() {
    return joins;
  }

  /** Whether one column of the parent is the key of the row found. */
  boolean isReference() {
    return joins.size() == 1
        && conditions.isEmpty()
        && optionalConditions.isEmpty()
        && rows == null
        && !isFirstOfMany;
  }

  List<String> conditions() {
    return conditions;
  }

  Map<String, String> optionalConditions() {
    return optionalConditions;
  }

  List<String> order() {
    return order;
  }

  @Nullable String rows() {
    return rows;
  }

  @Nullable String size() {
    return size;
  }

  int limit() {
    return limit;
  }

  boolean isFirstOfMany() {
    return isFirstOfMany;
  }

  void check(Map<String, Object> arguments) {
    if (check != null) {
      check.accept(arguments);
    }
  }
}
