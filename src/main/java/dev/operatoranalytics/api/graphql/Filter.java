package dev.operatoranalytics.api.graphql;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@code where} as a condition in SQL. Names are looked up among what a {@link Listing} declares;
 * what a client sends is only ever bound. A condition on an absent value is not met, and its {@code
 * not} therefore is.
 */
final class Filter {
  private static final int GREATEST_TERMS = 100;
  private static final int GREATEST_VALUES = 1_000;

  private final List<Object> values = new ArrayList<>();
  private final String sql;
  private int terms;
  private int depth;

  private Filter(Listing<?> listing, Map<String, @Nullable Object> where) {
    this.sql = all(listing, "listed", where);
  }

  /** A condition on rows that go by the name of {@code listed}. */
  static Filter of(Listing<?> listing, Map<String, @Nullable Object> where) {
    return new Filter(listing, where);
  }

  /** Always a condition; {@code true} when nothing is asked. */
  String sql() {
    return sql;
  }

  /** Binds the values from {@code first} on; the next free parameter comes back. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    var at = first;
    for (var value : values) {
      if (value instanceof Object[] several) {
        statement.setArray(at++, statement.getConnection().createArrayOf("text", several));
      } else {
        statement.setString(at++, value.toString());
      }
    }
    return at;
  }

  /** The same for the same filter, whatever the order of its parts. */
  static String canonical(@Nullable Object where) {
    return switch (where) {
      case null -> "null";
      case Map<?, ?> parts -> {
        var sorted = new TreeMap<String, String>();
        parts.forEach(
            (name, part) -> {
              var text = String.valueOf(name);
              // variables may have any text for a name
              sorted.put(text.matches("\\w+") ? text : quoted(text), canonical(part));
            });
        yield sorted.toString();
      }
      case Collection<?> several ->
          several.stream().map(Filter::canonical).collect(joining(",", "[", "]"));
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      default -> quoted(where);
    };
  }

  private static String quoted(Object text) {
    return "'" + text.toString().replace("'", "''") + "'";
  }

  private String all(Listing<?> listing, String row, Map<String, @Nullable Object> where) {
    if (where.isEmpty()) {
      return "true";
    }
    return where.entrySet().stream()
        .map(part -> "(" + part(listing, row, part.getKey(), part.getValue()) + ")")
        .collect(joining(" and "));
  }

  private String part(Listing<?> listing, String row, String name, @Nullable Object asked) {
    if (++terms > GREATEST_TERMS) {
      throw new BadInput("a filter has at most %d terms".formatted(GREATEST_TERMS));
    }
    if (asked == null) {
      throw isNull(name);
    }
    return switch (name) {
      case "and" -> several(listing, row, asked, " and ", "true");
      case "or" -> several(listing, row, asked, " or ", "false");
      case "not" -> "(" + all(listing, row, object(asked)) + ") is not true";
      default -> {
        var relation = listing.relation(name);
        yield relation == null
            ? comparisons(name, row + "." + listing.column(name).name(), listing, object(asked))
            : related(relation, row, object(asked));
      }
    };
  }

  private static BadInput isNull(String name) {
    return new BadInput("%s is null: leave it out, or use isNull".formatted(name));
  }

  private String several(
      Listing<?> listing, String row, Object asked, String operator, String whenEmpty) {
    var parts =
        ((Collection<?>) asked)
            .stream()
                .map(each -> "(" + all(listing, row, object(Objects.requireNonNull(each))) + ")")
                .toList();
    return parts.isEmpty() ? whenEmpty : String.join(operator, parts);
  }

  private String related(
      Listing.Relation relation, String row, Map<String, @Nullable Object> asked) {
    if (asked.isEmpty()) {
      return "true";
    }
    if (asked.keySet().stream().noneMatch(List.of("some", "every", "none")::contains)) {
      return exists(relation, row, asked, "");
    }
    return asked.entrySet().stream()
        .map(
            part -> {
              if (part.getValue() == null) {
                throw isNull(part.getKey());
              }
              var where = object(part.getValue());
              return switch (part.getKey()) {
                case "some" -> exists(relation, row, where, "");
                case "none" -> "not " + exists(relation, row, where, "");
                default -> "not " + exists(relation, row, where, " is not true");
              };
            })
        .collect(joining(" and "));
  }

  private String exists(
      Listing.Relation relation, String row, Map<String, @Nullable Object> where, String truth) {
    var other = relation.other().get();
    var alias = "related_" + ++depth;
    return "exists (select from (%s) as %s where %s.%s = %s.%s and (%s)%s)"
        .formatted(
            other.rows(),
            alias,
            alias,
            relation.theirs(),
            row,
            relation.ours(),
            all(other, alias, where),
            truth);
  }

  private String comparisons(
      String name, String column, Listing<?> listing, Map<String, @Nullable Object> asked) {
    var type = listing.column(name).sqlType();
    return asked.isEmpty()
        ? "true"
        : asked.entrySet().stream()
            .map(
                each ->
                    comparison(
                        name, column, type(type, each.getValue()), each.getKey(), each.getValue()))
            .collect(joining(" and "));
  }

  /** A number beyond a column's type is compared as a number all the same. */
  private static String type(String column, @Nullable Object value) {
    var bits =
        switch (column) {
          case "integer" -> 31;
          case "bigint" -> 63;
          default -> Integer.MAX_VALUE;
        };
    var values = value instanceof Collection<?> several ? several : Collections.singleton(value);
    return values.stream()
            .anyMatch(each -> each instanceof BigInteger number && number.bitLength() > bits)
        ? "numeric"
        : column;
  }

  private String comparison(
      String name, String column, String type, String operator, @Nullable Object value) {
    if (value == null) {
      throw new BadInput("%s.%s is null: use isNull".formatted(name, operator));
    }
    if (operator.equals("isNull")) {
      return column + (value.equals(true) ? " is null" : " is not null");
    }
    values.add(value instanceof Collection<?> several ? texts(name, several) : text(value));
    return switch (operator) {
      case "eq" -> "%s = ?::%s".formatted(column, type);
      case "ne" -> "%s is distinct from ?::%s".formatted(column, type);
      case "in" -> "%s = any(?::%s[])".formatted(column, type);
      case "gt" -> "%s > ?::%s".formatted(column, type);
      case "gte" -> "%s >= ?::%s".formatted(column, type);
      case "lt" -> "%s < ?::%s".formatted(column, type);
      case "lte" -> "%s <= ?::%s".formatted(column, type);
      case "contains" -> "strpos(case_folded(%s), case_folded(?)) > 0".formatted(column);
      case "startsWith" -> "starts_with(case_folded(%s), case_folded(?))".formatted(column);
      default -> throw new IllegalStateException("no such comparison: " + operator);
    };
  }

  private static Object[] texts(String name, Collection<?> several) {
    if (several.size() > GREATEST_VALUES) {
      throw new BadInput("%s.in takes at most %,d values".formatted(name, GREATEST_VALUES));
    }
    return several.stream().map(Filter::text).toArray();
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      throw new BadInput("in takes no null: use isNull");
    }
    var text = value.toString();
    if (text.indexOf('\0') >= 0) {
      throw new BadInput("a text has no NUL character");
    }
    return text;
  }

  @SuppressWarnings("unchecked") // an input object has texts for keys
  private static Map<String, @Nullable Object> object(Object value) {
    return (Map<String, @Nullable Object>) value;
  }
}
