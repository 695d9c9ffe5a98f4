package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@code where} argument into a condition. Names are looked up in the declaration of the
 * noun; values become parameters. A comparison with null is false; {@code not} of it is true.
 */
final class Filter {
  private static final String IS_NULL = "isNull";
  private static final int MAX_TERMS = 100;
  private static final int MAX_VALUES = 1_000;

  /** Limits filters, because PostgreSQL would plan longer ones for minutes. */
  private static final int MAX_STEPS = 4;

  private static final int MAX_RELATIONS = 20;

  private final Nouns nouns;
  private final Parameters parameters;
  private final int call;
  private int terms;
  private int relations;
  private int steps;

  /**
   * @param call the field that has the argument
   */
  Filter(Nouns nouns, Parameters parameters, int call) {
    this.nouns = nouns;
    this.parameters = parameters;
    this.call = call;
  }

  /** Finds a part of a filter in the arguments of its field. */
  private interface Path {
    @Nullable Object of(Map<String, Object> arguments);

    default Path child(String name) {
      return arguments -> object(Objects.requireNonNull(of(arguments))).get(name);
    }

    default Path item(int index) {
      return arguments -> ((List<?>) Objects.requireNonNull(of(arguments))).get(index);
    }
  }

  /**
   * @param alias alias of the noun's rows
   * @param where value of the argument {@code where}
   */
  String condition(Noun noun, String alias, Map<String, @Nullable Object> where) {
    return all(noun, alias, where, arguments -> arguments.get("where"));
  }

  private String all(Noun noun, String row, Map<String, @Nullable Object> where, Path path) {
    if (where.isEmpty()) {
      return "true";
    }
    return where.entrySet().stream()
        .map(
            part ->
                "("
                    + part(noun, row, part.getKey(), part.getValue(), path.child(part.getKey()))
                    + ")")
        .collect(joining(" and "));
  }

  private String part(Noun noun, String row, String name, @Nullable Object argument, Path path) {
    if (++terms > MAX_TERMS) {
      throw new UserInputError("a filter has at most %d terms".formatted(MAX_TERMS));
    }
    if (argument == null) {
      throw new UserInputError("%s is null: leave it out, or use isNull".formatted(name));
    }
    return switch (name) {
      case "and" -> several(noun, row, argument, path, " and ", "true");
      case "or" -> several(noun, row, argument, path, " or ", "false");
      case "not" -> "(" + all(noun, row, object(argument), path) + ") is not true";
      case IS_NULL ->
          throw new UserInputError(
              "isNull stands directly below the field that leads to an object;"
                  + " put and, or, not around that field");
      default -> {
        var column = noun.filterColumn(name);
        yield column == null
            ? related(noun, name, row, object(argument), path)
            : comparisons(name, noun, column, row, object(argument), path);
      }
    };
  }

  private String several(
      Noun noun, String row, Object argument, Path path, String operator, String whenEmpty) {
    var parts = (List<?>) argument;
    var conditions = new ArrayList<String>();
    for (var index = 0; index < parts.size(); index++) {
      var part = object(Objects.requireNonNull(parts.get(index)));
      conditions.add("(" + all(noun, row, part, path.item(index)) + ")");
    }
    return conditions.isEmpty() ? whenEmpty : String.join(operator, conditions);
  }

  private String related(
      Noun noun, String name, String row, Map<String, @Nullable Object> argument, Path path) {
    var relation = Objects.requireNonNull(noun.relations().get(name), name);
    var other = nouns.target(noun, name);
    if (!nouns.isMany(noun, name)) {
      if (!Boolean.TRUE.equals(argument.get(IS_NULL))) {
        var where = new LinkedHashMap<>(argument);
        // an object that exists is not null
        where.remove(IS_NULL, false);
        return exists(other, relation, row, where, path, "");
      }
      // no object can be absent and meet another condition
      return argument.size() > 1
          ? "false"
          : "not " + exists(other, relation, row, Map.of(), path, "");
    }
    return argument.isEmpty()
        ? "true"
        : argument.entrySet().stream()
            .map(
                part -> {
                  if (part.getValue() == null) {
                    throw new UserInputError(
                        "%s is null: leave it out, or use isNull".formatted(part.getKey()));
                  }
                  var where = object(part.getValue());
                  var within = path.child(part.getKey());
                  return switch (part.getKey()) {
                    case "some" -> exists(other, relation, row, where, within, "");
                    case "none" -> "not " + exists(other, relation, row, where, within, "");
                    default -> "not " + exists(other, relation, row, where, within, " is not true");
                  };
                })
            .collect(joining(" and "));
  }

  private String exists(
      Noun other,
      Relation relation,
      String row,
      Map<String, @Nullable Object> where,
      Path path,
      String truth) {
    if (++steps > MAX_STEPS) {
      throw new UserInputError("a filter leads through at most %d relations".formatted(MAX_STEPS));
    }
    if (++relations > MAX_RELATIONS) {
      throw new UserInputError("a filter names at most %d relations".formatted(MAX_RELATIONS));
    }
    var alias = "related_" + relations;
    var joins =
        relation.joins().stream()
            .map(join -> "%s.%s = %s.%s".formatted(alias, join.theirs(), row, join.ours()))
            .collect(joining(" and "));
    var condition = all(other, alias, where, path);
    steps--;
    return "exists (select from %s as %s where %s and (%s)%s)"
        .formatted(Objects.requireNonNull(other.countedRows()), alias, joins, condition, truth);
  }

  private String comparisons(
      String name,
      Noun noun,
      Column column,
      String row,
      Map<String, @Nullable Object> argument,
      Path path) {
    return argument.isEmpty()
        ? "true"
        : argument.entrySet().stream()
            .map(
                each ->
                    comparison(
                        name,
                        each.getKey().equals(IS_NULL) ? noun.value(column, row) : column.of(row),
                        column.type().sql(),
                        each.getKey(),
                        each.getValue(),
                        path.child(each.getKey())))
            .collect(joining(" and "));
  }

  private String comparison(
      String name, String column, String type, String operator, @Nullable Object value, Path path) {
    if (value == null) {
      throw new UserInputError("%s.%s is null: use isNull".formatted(name, operator));
    }
    if (operator.equals(IS_NULL)) {
      return column + (value.equals(true) ? " is null" : " is not null");
    }
    if (value instanceof Collection<?> several) {
      checked(name, several);
    } else {
      text(value);
    }
    var compared = wide(type, value);
    var parameter =
        parameters.add(
            call,
            arguments -> {
              var given = Objects.requireNonNull(path.of(arguments));
              if (!wide(type, given).equals(compared) && compared.equals(type)) {
                throw new UserInputError("%s.%s is beyond its column".formatted(name, operator));
              }
              return given instanceof Collection<?> several ? checked(name, several) : text(given);
            });
    return switch (operator) {
      case "eq" -> "%s = %s::%s".formatted(column, parameter, compared);
      case "ne" -> "%s is distinct from %s::%s".formatted(column, parameter, compared);
      case "in" -> "%s = any(%s::%s[])".formatted(column, parameter, compared);
      case "gt" -> "%s > %s::%s".formatted(column, parameter, compared);
      case "gte" -> "%s >= %s::%s".formatted(column, parameter, compared);
      case "lt" -> "%s < %s::%s".formatted(column, parameter, compared);
      case "lte" -> "%s <= %s::%s".formatted(column, parameter, compared);
      case "contains" ->
          "strpos(case_folded(%s), case_folded(%s)) > 0".formatted(column, parameter);
      case "startsWith" ->
          "starts_with(case_folded(%s), case_folded(%s))".formatted(column, parameter);
      default -> throw new IllegalStateException("no such comparison: " + operator);
    };
  }

  /**
   * The type of a comparison: a number outside the column's type is still compared as a number.
   * When a compiled filter receives one, the fallback engine resolves the field.
   */
  private static String wide(String type, Object value) {
    var bits =
        switch (type) {
          case "integer" -> 31;
          case "bigint" -> 63;
          default -> Integer.MAX_VALUE;
        };
    var values = value instanceof Collection<?> several ? several : List.of(value);
    return values.stream()
            .anyMatch(each -> each instanceof BigInteger number && number.bitLength() > bits)
        ? "numeric"
        : type;
  }

  private static String[] checked(String name, Collection<?> several) {
    if (several.size() > MAX_VALUES) {
      throw new UserInputError("%s.in takes at most %,d values".formatted(name, MAX_VALUES));
    }
    return several.stream().map(Filter::text).toArray(String[]::new);
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      throw new UserInputError("in takes no null: use isNull");
    }
    var text = value.toString();
    if (text.indexOf('\0') >= 0) {
      throw new UserInputError("a text has no NUL character");
    }
    return text;
  }

  @SuppressWarnings("unchecked") // keys of an input object are texts
  private static Map<String, @Nullable Object> object(Object value) {
    return (Map<String, @Nullable Object>) value;
  }
}
