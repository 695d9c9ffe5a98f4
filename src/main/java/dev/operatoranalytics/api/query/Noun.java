package dev.operatoranalytics.api.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An object type of the schema and the rows it is read from. Everything that lists, filters, sorts,
 * pages or links these rows is derived from this declaration.
 *
 * <p>A field without a declaration is an error; the server does not start.
 */
public final class Noun {
  private final String type;
  private @Nullable String rows;
  private @Nullable String countedRows;
  private final List<String> key = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final List<String> firstBy = new ArrayList<>();
  private final Map<String, Column> fields = new LinkedHashMap<>();
  private final Map<String, Column> filters = new HashMap<>();
  private final Map<String, Column> orders = new HashMap<>();
  private final Map<String, Column> hidden = new HashMap<>();
  private final Map<String, Column> references = new TreeMap<>();
  private final Map<String, Embedded> embedded = new LinkedHashMap<>();
  private final Map<String, Relation> relations = new LinkedHashMap<>();
  private final Map<String, String> expressions = new LinkedHashMap<>();
  private final Map<String, String> aggregates = new HashMap<>();
  private final Set<String> notNull = new HashSet<>();
  private final Map<String, String> absent = new HashMap<>();
  private final Set<String> timeDependent = new HashSet<>();
  private final Set<String> adminOnly = new HashSet<>();
  private final Set<String> redactedUnlessAdmin = new HashSet<>();
  private final Set<String> currentOnly = new HashSet<>();
  private final Set<String> ofOptionalParts = new HashSet<>();
  private boolean isNode;
  private final Set<String> followsItself = new HashSet<>();
  private boolean followsAsOf;
  private final Map<String, Set<String>> rebuilt = new HashMap<>();

  /**
   * An object read from the same row as its parent.
   *
   * @param presentWith the object is null when all of these columns are; empty when it never is
   */
  record Embedded(List<String> presentWith) {}

  private Noun(String type) {
    this.type = type;
  }

  /** Begins the declaration of an object type of the schema. */
  public static Noun of(String type) {
    return new Noun(type);
  }

  /** A table, or a select in parentheses; none for objects that only contain others. */
  public Noun rows(String tableOrSelect) {
    this.rows =
        tableOrSelect.strip().startsWith("select") ? "(" + tableOrSelect + ")" : tableOrSelect;
    return this;
  }

  /** The same rows, by a select that is faster when their order is of no importance. */
  public Noun countedRows(String select) {
    this.countedRows = "(" + select + ")";
    return this;
  }

  /** Columns that together identify a row; they are never null and end every order. */
  public Noun key(String... columns) {
    key.addAll(List.of(columns));
    notNull.addAll(key);
    return this;
  }

  /** Gives the type a global {@code id}, which is made from its only key column. */
  public Noun node() {
    this.isNode = true;
    return this;
  }

  /** The default order: columns, each with {@code desc} when descending. */
  public Noun order(String... terms) {
    order.addAll(List.of(terms));
    return this;
  }

  /** When rows share a key, the first in this order is used. */
  public Noun firstBy(String... terms) {
    firstBy.addAll(List.of(terms));
    return this;
  }

  public Noun column(String field, String column, ColumnType type) {
    fields.put(field, new Column(column, type));
    return this;
  }

  public Noun texts(String... names) {
    return columns(ColumnType.TEXT, names);
  }

  /** Texts of a closed set, each declared as an enum in the schema. */
  public Noun enums(String... names) {
    return columns(ColumnType.ENUM, names);
  }

  public Noun flags(String... names) {
    return columns(ColumnType.BOOLEAN, names);
  }

  /** Whole numbers that fit into 32 bits: counts, bips, days. */
  public Noun counts(String... names) {
    return columns(ColumnType.INTEGER, names);
  }

  /** Block numbers and other whole numbers that fit into 64 bits. */
  public Noun bigints(String... names) {
    return columns(ColumnType.BIGINT, names);
  }

  /** Amounts in base units, wads or USD, and fractions: exact, without a size limit. */
  public Noun amounts(String... names) {
    return columns(ColumnType.NUMERIC, names);
  }

  public Noun instants(String... names) {
    return columns(ColumnType.INSTANT, names);
  }

  public Noun dates(String... names) {
    return columns(ColumnType.DATE, names);
  }

  private Noun columns(ColumnType type, String... names) {
    for (var name : names) {
      column(name, snakeCase(name), type);
    }
    return this;
  }

  /** A column that is not in the schema; it links or sorts rows. */
  public Noun hidden(String column, ColumnType type) {
    hidden.put(column, new Column(column, type));
    return this;
  }

  /** Declares that a column is never null although the schema allows null. */
  public Noun notNull(String... columns) {
    notNull.addAll(List.of(columns));
    return this;
  }

  /** Declares a value of a column, a constant without quotes, that stands for null. */
  public Noun absent(String column, String value) {
    absent.put(column, value);
    return this;
  }

  /** A value of an order enum that has another name than the field. */
  public Noun orderValue(String value, String column, ColumnType type) {
    orders.put(value, new Column(column, type));
    return this;
  }

  /** A field of a filter that has another name than the field of the type. */
  public Noun filter(String name, String column, ColumnType type) {
    filters.put(name, new Column(column, type));
    return this;
  }

  /** An object read from the same row; null when the given columns are all null. */
  public Noun embedded(String field, String... presentWith) {
    embedded.put(field, new Embedded(List.of(presentWith)));
    return this;
  }

  /**
   * A value computed from the row: SQL in which {@code #column} is a column of the row and {@code
   * :now} the current time.
   */
  public Noun expression(String field, ColumnType type, String sql) {
    fields.put(field, new Column(field, type));
    expressions.put(field, sql);
    return this;
  }

  /** Declares a field that returns the columns of a list. */
  void columnsOf(String list, String field) {
    relations.put(field, Objects.requireNonNull(relations.get(list)));
    if (currentOnly.contains(list)) {
      currentOnly.add(field);
    }
  }

  public Noun relation(String field, Relation relation) {
    relations.put(field, relation);
    return this;
  }

  /** A field that aggregates the rows of another noun under a filter. */
  public Noun aggregate(String field, String type) {
    aggregates.put(field, type);
    return this;
  }

  /** Fields whose value changes over time without a change of data; they are not cached. */
  public Noun timeDependent(String... names) {
    timeDependent.addAll(List.of(names));
    return this;
  }

  public Noun adminOnly(String... names) {
    adminOnly.addAll(List.of(names));
    return this;
  }

  /** Fields that are null unless the caller is an administrator. */
  public Noun redactedUnlessAdmin(String... names) {
    redactedUnlessAdmin.addAll(List.of(names));
    return this;
  }

  /**
   * Declares that the rows are rebuilt, or never change, when an operator is requested as of a
   * moment.
   */
  public Noun followsAsOf() {
    this.followsAsOf = true;
    return this;
  }

  /**
   * Fields of {@link #currentOnly} that follow all the same when the field with {@code asOf}
   * returns the noun itself: then the rows of this one are rebuilt.
   */
  public Noun followsItself(String... names) {
    followsItself.addAll(List.of(names));
    return this;
  }

  /**
   * Declares what can be requested below this noun as of an earlier moment: these fields of a type,
   * or, without names, all fields of the type that an operator with {@code asOf} can have. A noun
   * without such declarations has what an operator has; one with them has only what they name,
   * because less is rebuilt for it.
   */
  public Noun rebuilds(String type, String... names) {
    rebuilt.put(type, Set.of(names));
    return this;
  }

  /** Fields that are known only for the current state. */
  public Noun currentOnly(String... names) {
    currentOnly.addAll(List.of(names));
    return this;
  }

  String type() {
    return type;
  }

  @Nullable String rows() {
    return rows;
  }

  @Nullable String countedRows() {
    return countedRows == null ? rows : countedRows;
  }

  List<String> key() {
    return key;
  }

  List<String> order() {
    return order;
  }

  List<String> firstBy() {
    return firstBy;
  }

  boolean isNode() {
    return isNode;
  }

  Map<String, Column> fields() {
    return fields;
  }

  Map<String, Embedded> embedded() {
    return embedded;
  }

  Map<String, Relation> relations() {
    return relations;
  }

  Map<String, String> aggregates() {
    return aggregates;
  }

  @Nullable String expression(String field) {
    return expressions.get(field);
  }

  boolean isTimeDependent(String field) {
    var expression = expressions.get(field);
    var relation = relations.get(field);
    return timeDependent.contains(field)
        || (expression != null && expression.contains(":now"))
        || (relation != null
            && relation.conditions().stream().anyMatch(each -> each.contains(":now")));
  }

  boolean isAdminOnly(String field) {
    return adminOnly.contains(field);
  }

  boolean isRedactedUnlessAdmin(String field) {
    return redactedUnlessAdmin.contains(field);
  }

  boolean isAsOf() {
    return followsAsOf;
  }

  Map<String, Set<String>> rebuilt() {
    return rebuilt;
  }

  boolean canFollowAsOf(String field, boolean isOfRoot) {
    return followsAsOf
        && (!currentOnly.contains(field) || (isOfRoot && followsItself.contains(field)))
        && !isTimeDependent(field);
  }

  /** The column of a field of the filter; null when there is none. */
  @Nullable Column filterColumn(String name) {
    var column = fields.get(name);
    return column == null || expressions.containsKey(name) ? filters.get(name) : column;
  }

  /** The column of a value of the order enum; null when there is none. */
  @Nullable Column orderColumn(String value) {
    var column = orders.get(value);
    return column == null ? filterColumn(camelCase(value)) : column;
  }

  /** Names of the numbers of a row that can be aggregated. */
  Set<String> numbers() {
    var names = new TreeSet<String>();
    readable()
        .forEach(
            (name, column) -> {
              if (column.type().isNumber() && !name.equals("count")) {
                names.add(name);
              }
            });
    return names;
  }

  /** Rows can be grouped by a field that leads to one row, whose key is the column. */
  void reference(String field, Column column) {
    references.put(field, column);
  }

  /** Whether the field leads to one row by its key. */
  boolean isReference(String field) {
    return references.containsKey(field);
  }

  /** Values of the enum of fields that rows can be grouped by. */
  Set<String> groupings() {
    var names = new TreeSet<String>();
    references.keySet().forEach(field -> names.add(enumValue(field)));
    readable()
        .forEach(
            (name, column) -> {
              switch (column.type()) {
                case TEXT, ENUM, BOOLEAN, INTEGER -> names.add(enumValue(name));
                case INSTANT, DATE ->
                    Aggregation.PERIODS.forEach(period -> names.add(enumValue(name) + period));
                default -> {}
              }
            });
    return names;
  }

  private Map<String, Column> readable() {
    var readable = new TreeMap<String, Column>(filters);
    readable.keySet().removeAll(ofOptionalParts);
    fields.forEach(
        (name, column) -> {
          if (!expressions.containsKey(name)) {
            readable.put(name, column);
          }
        });
    readable.keySet().removeIf(name -> isAdminOnly(name) || isRedactedUnlessAdmin(name));
    return readable;
  }

  /** The column of a value of the enum of groupings; null when there is none. */
  @Nullable Column groupColumn(String value) {
    var name = camelCase(value);
    var reference = references.get(name);
    return reference == null ? readable().get(name) : reference;
  }

  /** A column by its name in the rows, in the schema or hidden. */
  Column columnNamed(String name) {
    var known = hidden.get(name);
    if (known != null) {
      return known;
    }
    return fields.values().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .or(() -> orders.values().stream().filter(each -> each.name().equals(name)).findFirst())
        .or(() -> filters.values().stream().filter(each -> each.name().equals(name)).findFirst())
        .orElse(new Column(name, ColumnType.TEXT));
  }

  /** Whether a text can be the key of a row. */
  boolean canHaveKey(String text) {
    return switch (columnNamed(key.getFirst()).type()) {
      case INTEGER -> text.matches("[0-9]{1,9}");
      case BIGINT -> text.matches("[0-9]{1,18}");
      default -> text.indexOf('\0') < 0;
    };
  }

  /** SQL of the value of a column, null where it is {@link #absent}. */
  String value(Column column, String alias) {
    var none = absent.get(column.name());
    return none == null ? column.of(alias) : "nullif(%s, '%s')".formatted(column.of(alias), none);
  }

  boolean isNotNull(String column) {
    return notNull.contains(column);
  }

  /**
   * Makes the columns of an embedded object available to filters and orders, like the noun's own.
   */
  void inherit(Noun part, boolean isAlwaysPresent) {
    part.fields.forEach(
        (field, column) -> {
          if (part.expressions.containsKey(field) || part.isRedactedUnlessAdmin(field)) {
            return;
          }
          if (filters.putIfAbsent(field, column) == null && !isAlwaysPresent) {
            ofOptionalParts.add(field);
          }
        });
    if (isAlwaysPresent) {
      notNull.addAll(part.notNull);
    }
  }

  /** Sets the columns that the schema declares non-null; called once. */
  void promiseNotNull(Set<String> requiredFields) {
    requiredFields.forEach(
        field -> {
          var column = fields.get(field);
          if (column != null && !expressions.containsKey(field)) {
            notNull.add(column.name());
          }
        });
  }

  /** Declared terms such as {@code tvs_usd desc}, followed by the key. */
  List<Order> orderOf(List<String> terms, Set<String> fixed) {
    var order = new ArrayList<Order>();
    for (var term : terms) {
      var words = term.split(" ");
      order.add(term(columnNamed(words[0]), words.length > 1, false));
    }
    return ended(order, fixed);
  }

  /**
   * Appends the key to an order, unless it already contains the whole key.
   *
   * @param fixed columns that are the same in all rows of the list
   */
  List<Order> ended(List<Order> order, Set<String> fixed) {
    var ended = new ArrayList<>(order);
    var isDescending = !order.isEmpty() && order.getLast().isDescending();
    for (var column : key) {
      if (!fixed.contains(column)
          && ended.stream().noneMatch(term -> term.column().name().equals(column))) {
        ended.add(term(columnNamed(column), isDescending, false));
      }
    }
    return ended;
  }

  Order term(Column column, boolean isDescending, boolean areNullsFirst) {
    return new Order(column, !isNotNull(column.name()), isDescending, areNullsFirst);
  }

  static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Whether rows can be filtered and sorted by a field of the type itself. */
  boolean canCompare(String field) {
    return fields.containsKey(field) && readable().containsKey(field);
  }

  static String enumValue(String field) {
    return field.replaceAll("([A-Z]|[0-9]+)", "_$1").toUpperCase(Locale.ROOT);
  }

  static String camelCase(String value) {
    var words = value.toLowerCase(Locale.ROOT).split("_");
    var name = new StringBuilder(words[0]);
    Arrays.stream(words)
        .skip(1)
        .filter(word -> !word.isEmpty())
        .forEach(
            word -> name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1)));
    return name.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Objects.hash(type);
  }

  @Override
  public String toString() {
    return type;
  }
}
