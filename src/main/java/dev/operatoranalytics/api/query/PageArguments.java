package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.chain.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The page of a list that a field requests.
 *
 * @param order requested order, or that of the list; it identifies each row
 * @param size max. number of rows
 * @param isBackward whether the page is counted from the end
 * @param cursor position where the page begins; null at the start or end of the list
 */
public record PageArguments(
    Map<String, @Nullable Object> where,
    List<Order> order,
    int size,
    boolean isBackward,
    @Nullable String cursor,
    String fingerprint) {
  public static final int DEFAULT_SIZE = 20;
  static final Set<String> NAMES = Set.of("where", "orderBy", "first", "after", "last", "before");

  /**
   * @param list name of the list, which cursors are bound to
   * @param fixed columns that are the same in all rows of the list
   * @param ownOrder declared terms
   */
  static PageArguments of(
      String list,
      Noun noun,
      Set<String> fixed,
      List<String> ownOrder,
      Map<String, Object> arguments,
      int maxSize) {
    var first = (Integer) arguments.get("first");
    var last = (Integer) arguments.get("last");
    var after = (String) arguments.get("after");
    var before = (String) arguments.get("before");
    if (first != null && last != null) {
      throw new UserInputError("give first or last, not both");
    }
    if (after != null && before != null) {
      throw new UserInputError("give after or before, not both");
    }
    if (last == null ? before != null : after != null) {
      throw new UserInputError("after goes with first, before goes with last");
    }
    var where = where(arguments);
    var order = order(noun, fixed, ownOrder, arguments);
    return new PageArguments(
        where,
        order,
        size(last == null ? "first" : "last", last == null ? first : last, maxSize),
        last != null,
        last == null ? after : before,
        fingerprint(list, order, where, arguments));
  }

  @SuppressWarnings("unchecked") // keys of an input object are texts
  static Map<String, @Nullable Object> where(Map<String, Object> arguments) {
    return (Map<String, @Nullable Object>)
        Objects.requireNonNullElse(arguments.get("where"), Map.of());
  }

  private static int size(String name, @Nullable Integer requested, int maxSize) {
    if (requested == null) {
      return DEFAULT_SIZE;
    }
    if (requested < 1 || requested > maxSize) {
      throw new UserInputError("%s is 1 to %,d, not %d".formatted(name, maxSize, requested));
    }
    return requested;
  }

  /** The requested order, or the list's own. */
  static List<Order> order(
      Noun noun, Set<String> fixed, List<String> ownOrder, Map<String, Object> arguments) {
    var terms = (List<?>) Objects.requireNonNullElse(arguments.get("orderBy"), List.of());
    if (terms.isEmpty()) {
      return noun.orderOf(ownOrder, fixed);
    }
    var order = new ArrayList<Order>();
    var seen = new ArrayList<String>();
    for (var each : terms) {
      var term = (Map<?, ?>) Objects.requireNonNull(each);
      var field = String.valueOf(term.get("field"));
      if (seen.contains(field)) {
        throw new UserInputError("orderBy names " + field + " twice");
      }
      seen.add(field);
      order.add(
          noun.term(
              Objects.requireNonNull(noun.orderColumn(field), field),
              "DESC".equals(term.get("direction")),
              "FIRST".equals(term.get("nulls"))));
    }
    return noun.ended(order, fixed);
  }

  private static String fingerprint(
      String list,
      List<Order> order,
      Map<String, @Nullable Object> where,
      Map<String, Object> arguments) {
    var others = new TreeMap<String, Object>();
    arguments.forEach(
        (name, value) -> {
          if (!NAMES.contains(name) && value != null) {
            others.put(name, value);
          }
        });
    var bound =
        list
            + " "
            + order.stream().map(Order::toString).collect(joining(","))
            + Canonical.of(where)
            + Canonical.of(others);
    return Sha256.of(bound).substring(0, 16);
  }

  /** The terms in the direction in which rows are read. */
  List<Order> reading() {
    return isBackward ? order.stream().map(Order::reversed).toList() : order;
  }

  /** Empty when the page begins at the start or end. */
  List<@Nullable String> position() {
    return cursor == null ? List.of() : Cursor.values(cursor, fingerprint, order.size());
  }
}
