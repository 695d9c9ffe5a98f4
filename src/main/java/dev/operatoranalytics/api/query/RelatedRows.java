package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one field finds, as parts of SQL: source, condition and order. Both engines use
 * these parts.
 */
final class RelatedRows {
  private static final Pattern NAME =
      Pattern.compile("#([a-z]\\w*)|\\^([a-z]\\w*)|(?<![:\\w]):([a-zA-Z]\\w*)");

  private final Nouns nouns;
  private final Parameters parameters;
  private final int call;
  private final Noun parent;
  private final String field;
  private final Map<String, Object> arguments;
  private final UnaryOperator<String> parentColumn;
  private final int maxPage;
  private final Relation relation;
  private final Noun noun;

  /**
   * @param call number of the field in its document; parameters find its arguments by it
   * @param arguments arguments of the field; the SQL depends only on their shape
   * @param parentColumn SQL of a column of the parent
   */
  RelatedRows(
      Nouns nouns,
      Parameters parameters,
      int call,
      Noun parent,
      String field,
      Map<String, Object> arguments,
      UnaryOperator<String> parentColumn,
      int maxPage) {
    this.nouns = nouns;
    this.parameters = parameters;
    this.call = call;
    this.parent = parent;
    this.field = field;
    this.arguments = arguments;
    this.parentColumn = parentColumn;
    this.maxPage = maxPage;
    this.relation = Objects.requireNonNull(parent.relations().get(field));
    this.noun = nouns.target(parent, field);
    relation.check(arguments);
  }

  Noun noun() {
    return noun;
  }

  Relation relation() {
    return relation;
  }

  String from(String alias) {
    return from(noun.rows(), alias);
  }

  /** The same rows, by a select that is faster when their order is of no importance. */
  String countedFrom(String alias) {
    return from(noun.countedRows(), alias);
  }

  private String from(@Nullable String ofNoun, String alias) {
    var rows = relation.rows();
    return rows == null
        ? Objects.requireNonNull(ofNoun, noun.type()) + " as " + alias
        : "(" + text(rows, alias) + ") as " + alias;
  }

  /** Condition of the rows of the parent and the arguments, without {@code where} and cursors. */
  String condition(String alias) {
    var all = new ArrayList<String>();
    for (var join : relation.joins()) {
      all.add("%s.%s = %s".formatted(alias, join.theirs(), parentColumn.apply(join.ours())));
    }
    relation.conditions().forEach(condition -> all.add("(" + text(condition, alias) + ")"));
    relation
        .optionalConditions()
        .forEach(
            (argument, condition) -> {
              if (arguments.get(argument) != null) {
                all.add("(" + text(condition, alias) + ")");
              }
            });
    return all.isEmpty() ? "true" : String.join(" and ", all);
  }

  /** Whether only columns determine the rows. */
  boolean isPlainJoin() {
    return relation.rows() == null && !relation.isFirstOfMany() && noun.firstBy().isEmpty();
  }

  String filter(String alias) {
    return new Filter(nouns, parameters, call)
        .condition(noun, alias, PageArguments.where(arguments));
  }

  /** Columns that are the same in all rows of the list. */
  private Set<String> fixed() {
    return relation.joins().stream().map(Relation.Join::theirs).collect(toSet());
  }

  private List<String> ownOrder() {
    return relation.order().isEmpty() ? noun.order() : relation.order();
  }

  /** The single row that a field finds. */
  String one(String selected, String alias) {
    var terms = relation.order().isEmpty() ? noun.firstBy() : relation.order();
    return select(selected, alias, noun.orderOf(terms, fixed()), 1);
  }

  /** Max. rows of a list that is not a connection; 0 for all. */
  int size() {
    var argument = relation.size();
    return argument == null
        ? 0
        : (Integer) Objects.requireNonNull(arguments.get(argument), argument);
  }

  /** The order of a list that is not a connection. */
  List<Order> order() {
    return PageArguments.order(noun, fixed(), ownOrder(), arguments);
  }

  /** Whether a list that is not a connection has fewer rows than it finds. */
  boolean isCut() {
    return relation.size() != null || arguments.get(Relation.MAX_POINTS) != null;
  }

  /** The rows of a list that is not a connection, in any order. */
  String unordered(String selected, String alias, int limit) {
    return select(selected, alias, List.of(), limit);
  }

  /** A list that is not a connection. */
  String list(String selected, String alias, int limit) {
    var order = order();
    return arguments.get(Relation.MAX_POINTS) == null
        ? select(selected, alias, order, limit)
        : thinned(selected, alias, order, limit);
  }

  private String thinned(String selected, String alias, List<Order> order, int limit) {
    var points =
        parameters.add(call, given -> String.valueOf(given.get(Relation.MAX_POINTS))) + "::bigint";
    return relation.day() != null && Relation.isRange(arguments)
        ? onDays(relation.day(), points, selected, alias, order, limit)
        : spaced(points, selected, alias, order, limit);
  }

  /** Rows of days at equal distances, which are the same days in every list of the range. */
  private String onDays(
      String day, String points, String selected, String alias, List<Order> order, int limit) {
    var from = argument("from");
    var to = argument("to");
    var step = "greatest(1, (%s - %s + %s - 2) / (%s - 1))".formatted(to, from, points, points);
    var date = alias + "." + day;
    return "select %s from %s where %s and ((%s - %s) %% %s = 0 or %s = %s) order by %s limit %s"
        .formatted(
            selected,
            from(alias),
            filtered(alias),
            date,
            from,
            step,
            date,
            to,
            terms(order, alias),
            limit);
  }

  /** The first row, the last row and rows at equal distances between them. */
  private String spaced(
      String points, String selected, String alias, List<Order> order, int limit) {
    var numbered =
        "%s.*, row_number() over (order by %s) - 1 as thin_place, count(*) over () as thin_count"
            .formatted(alias, terms(order, alias));
    var step = "thin_place * (%1$s - 1) / nullif(thin_count - 1, 0)".formatted(points);
    var before = "(thin_place - 1) * (%1$s - 1) / nullif(thin_count - 1, 0)".formatted(points);
    return "select %s from (%s) as %s where thin_place = 0 or thin_count <= %s or %s <> %s order by %s limit %s"
        .formatted(
            selected,
            select(numbered, alias, List.of(), 0),
            alias,
            points,
            step,
            before,
            terms(order, alias),
            limit);
  }

  /** The condition of a list that is not a connection. */
  private String filtered(String alias) {
    return PageArguments.where(arguments).isEmpty()
        ? condition(alias)
        : condition(alias) + " and " + filter(alias);
  }

  private String select(String selected, String alias, List<Order> order, int limit) {
    return "select %s from %s where %s%s%s"
        .formatted(
            selected,
            from(alias),
            filtered(alias),
            order.isEmpty() ? "" : " order by " + terms(order, alias),
            limit == 0 ? "" : " limit " + limit);
  }

  PageArguments page() {
    return page(arguments);
  }

  private PageArguments page(Map<String, Object> given) {
    return PageArguments.of(parent.type() + "." + field, noun, fixed(), ownOrder(), given, maxPage);
  }

  /** A page of a connection, in the direction in which it is read. */
  String page(PageArguments page, String selected, String alias, int limit) {
    return "select %s from %s where %s and %s%s order by %s limit %s"
        .formatted(
            selected,
            from(alias),
            condition(alias),
            filter(alias),
            page.cursor() == null ? "" : " and " + afterCursor(page, alias),
            terms(page.reading(), alias),
            limit);
  }

  String count(String alias) {
    var isFiltered = !PageArguments.where(arguments).isEmpty();
    if (relation.countedIn() != null && !isFiltered) {
      return "select " + parentColumn.apply(relation.countedIn());
    }
    var count =
        "select count(*) from %s where %s and %s"
            .formatted(countedFrom(alias), condition(alias), filter(alias));
    return relation.counted() == null || isFiltered
        ? count
        : "select coalesce((select row_count from list_counts where list = '%s'), (%s))"
            .formatted(relation.counted(), count);
  }

  String cursor(PageArguments page, String alias) {
    return Cursor.sql(
        parameters.add(call, given -> page(given).fingerprint()) + "::text", page.order(), alias);
  }

  private static String terms(List<Order> order, String alias) {
    return order.stream().map(term -> term.sql(alias)).collect(joining(", "));
  }

  /** Condition of rows after the cursor: beyond it in one term, equal in all terms before that. */
  private String afterCursor(PageArguments page, String alias) {
    var order = page.reading();
    var position = page.position();
    if (canCompareRows(order)) {
      var values = new ArrayList<String>();
      for (var index = 0; index < order.size(); index++) {
        values.add(value(index, order.get(index)));
      }
      return "(%s) %s (%s)"
          .formatted(
              order.stream().map(term -> term.column().of(alias)).collect(joining(", ")),
              order.getFirst().isDescending() ? "<" : ">",
              String.join(", ", values));
    }
    var ways = new ArrayList<String>();
    var equal = new ArrayList<String>();
    for (var index = 0; index < order.size(); index++) {
      var term = order.get(index);
      var column = term.column().of(alias);
      var isNull = position.get(index) == null;
      var value = isNull ? "" : value(index, term);
      var comparison = column + (term.isDescending() ? " < " : " > ") + value;
      var further =
          !term.isNullable()
              ? comparison
              : term.areNullsFirst()
                  ? (isNull ? column + " is not null" : comparison)
                  : (isNull ? "false" : "(" + comparison + " or " + column + " is null)");
      var way = new ArrayList<>(equal);
      way.add(further);
      ways.add("(" + String.join(" and ", way) + ")");
      equal.add(isNull ? column + " is null" : column + " = " + value);
    }
    return "(" + String.join(" or ", ways) + ")";
  }

  private String value(int index, Order term) {
    return parameters.add(call, given -> page(given).position().get(index))
        + "::"
        + term.column().type().sql();
  }

  private static boolean canCompareRows(List<Order> order) {
    return order.stream()
        .allMatch(
            term -> !term.isNullable() && term.isDescending() == order.getFirst().isDescending());
  }

  /** SQL of a declaration with its names replaced. */
  private String text(String sql, String alias) {
    return replaced(sql, column -> alias + "." + column, parentColumn, this::argument);
  }

  static String replaced(
      String sql,
      UnaryOperator<String> column,
      UnaryOperator<String> parentColumn,
      UnaryOperator<String> argument) {
    return NAME.matcher(sql)
        .replaceAll(
            match -> {
              String text;
              if (match.group(1) != null) {
                text = column.apply(match.group(1));
              } else if (match.group(2) != null) {
                text = parentColumn.apply(match.group(2));
              } else {
                text = argument.apply(match.group(3));
              }
              return Matcher.quoteReplacement(text);
            });
  }

  private String argument(String name) {
    if (name.equals("now")) {
      return parameters.now();
    }
    var change = relation.value(name);
    return parameters.add(
            call,
            given -> {
              var value = given.get(name);
              return change == null || value == null ? value(value) : change.apply(value);
            })
        + "::"
        + nouns.argumentType(parent, field, name);
  }

  private static @Nullable Object value(@Nullable Object argument) {
    return switch (argument) {
      case null -> null;
      case List<?> several -> several.stream().map(String::valueOf).toArray(String[]::new);
      default -> argument.toString();
    };
  }
}
