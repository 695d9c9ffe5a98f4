package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates of the rows of a noun, over all rows or by groups of equal values, as parts of SQL.
 * Both engines use these parts; the names come from the declaration of the noun.
 */
final class Aggregation {
  static final List<String> FUNCTIONS = List.of("sum", "avg", "min", "max");
  static final int MAX_GROUPS = 1_000;
  private static final int MAX_KEYS = 4;
  static final List<String> PERIODS = List.of("_DAY", "_WEEK", "_MONTH");

  private Aggregation() {}

  /**
   * A value that rows are grouped by.
   *
   * @param value SQL of the value
   * @param text SQL of its text
   */
  record GroupKey(String value, String text) {}

  /** SQL of a sum, mean, minimum or maximum of a number. */
  static String of(Noun noun, String field, String function, String alias) {
    if (!noun.numbers().contains(field)) {
      throw new UserInputError(
          "%s has no number %s: use one of %s"
              .formatted(noun, field, String.join(", ", noun.numbers())));
    }
    var value = Objects.requireNonNull(noun.filterColumn(field), field).of(alias) + "::numeric";
    return switch (function) {
      case "sum" -> "sum(" + value + ")";
      case "avg" -> "ratio(sum(" + value + "), count(" + value + "))";
      case "min" -> "min(" + value + ")";
      case "max" -> "max(" + value + ")";
      default -> throw new IllegalStateException(function);
    };
  }

  /** The values of the argument {@code by}. */
  static List<GroupKey> keys(Noun noun, Map<String, Object> arguments, String alias) {
    var by = (List<?>) Objects.requireNonNull(arguments.get("by"));
    if (by.isEmpty() || by.size() > MAX_KEYS || by.stream().distinct().count() < by.size()) {
      throw new UserInputError("by names 1 to %d different fields".formatted(MAX_KEYS));
    }
    return by.stream().map(each -> key(noun, String.valueOf(each), alias)).toList();
  }

  private static GroupKey key(Noun noun, String grouping, String alias) {
    var column = column(noun, grouping);
    return period(noun, grouping)
        .map(period -> periodKey(column, period, alias))
        .orElseGet(
            () -> {
              var own = noun.value(column, alias);
              var value = column.type().sql().equals("text") ? own + " collate \"C\"" : own;
              return new GroupKey(value, value + "::text");
            });
  }

  private static GroupKey periodKey(Column column, String period, String alias) {
    var time =
        column.type() == ColumnType.DATE
            ? column.of(alias) + "::timestamp"
            : column.of(alias) + " at time zone 'UTC'";
    var start =
        "date_trunc('%s', %s)".formatted(period.substring(1).toLowerCase(Locale.ROOT), time);
    return new GroupKey(start, "to_char(" + start + ", 'YYYY-MM-DD')");
  }

  /**
   * @param grouping a value of the argument {@code by}
   */
  static Column column(Noun noun, String grouping) {
    var name = period(noun, grouping).map(period -> withoutEnd(grouping, period)).orElse(grouping);
    return Objects.requireNonNull(noun.groupColumn(name), grouping);
  }

  private static Optional<String> period(Noun noun, String grouping) {
    return PERIODS.stream()
        .filter(grouping::endsWith)
        .filter(
            period -> {
              var column = noun.groupColumn(withoutEnd(grouping, period));
              return column != null && column.type().isTime();
            })
        .findFirst();
  }

  private static String withoutEnd(String text, String end) {
    return text.substring(0, text.length() - end.length());
  }

  /** SQL of the order of groups: the requested terms, then the keys. */
  static String order(Noun noun, Map<String, Object> arguments, List<GroupKey> keys, String alias) {
    var terms = new ArrayList<String>();
    for (var each : (List<?>) Objects.requireNonNullElse(arguments.get("orderBy"), List.of())) {
      terms.add(term(noun, (Map<?, ?>) Objects.requireNonNull(each), keys, alias));
    }
    if (terms.isEmpty()) {
      terms.add("count(*) desc");
    }
    keys.forEach(key -> terms.add(key.value()));
    return String.join(", ", terms);
  }

  private static String term(Noun noun, Map<?, ?> term, List<GroupKey> keys, String alias) {
    var of = String.valueOf(term.get("of"));
    var field = (@Nullable String) term.get("field");
    var isDescending = "DESC".equals(term.get("direction"));
    if (of.equals("COUNT") || of.equals("KEY")) {
      if (field != null) {
        throw new UserInputError("an order by %s takes no field".formatted(of));
      }
      var values =
          of.equals("COUNT") ? List.of("count(*)") : keys.stream().map(GroupKey::value).toList();
      return values.stream()
          .map(value -> value + (isDescending ? " desc nulls last" : ""))
          .collect(joining(", "));
    }
    if (field == null) {
      throw new UserInputError("an order by %s takes a field".formatted(of));
    }
    return of(noun, field, of.toLowerCase(Locale.ROOT), alias)
        + (isDescending ? " desc nulls last" : "");
  }

  static int size(Map<String, Object> arguments) {
    var first = (Integer) Objects.requireNonNull(arguments.get("first"));
    if (first < 1 || first > MAX_GROUPS) {
      throw new UserInputError("first is 1 to %,d, not %d".formatted(MAX_GROUPS, first));
    }
    return first;
  }

  /**
   * A select of groups.
   *
   * @param selected SQL of what is selected of each group
   */
  static String select(
      RelatedRows rows,
      Map<String, Object> arguments,
      List<GroupKey> keys,
      String selected,
      String alias) {
    return "select %s from %s where %s and %s group by %s order by %s limit %s"
        .formatted(
            selected,
            rows.countedFrom(alias),
            rows.condition(alias),
            rows.filter(alias),
            keys.stream().map(GroupKey::value).collect(joining(", ")),
            order(rows.noun(), arguments, keys, alias),
            size(arguments));
  }

  /** SQL of the JSON of the keys of a group. */
  static String json(List<GroupKey> keys) {
    return "'[' || %s || ']'"
        .formatted(
            keys.stream()
                .map(key -> "coalesce(to_json(" + key.text() + ")::text, 'null')")
                .collect(joining(" || ',' || ")));
  }

  /** Names of the columns of keys in a select. */
  static String texts(List<GroupKey> keys) {
    return IntStream.range(0, keys.size())
        .mapToObj(index -> keys.get(index).text() + " as key_" + index)
        .collect(joining(", "));
  }
}
