package dev.operatoranalytics.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for, and what of it.
 *
 * @param order as asked; empty for the list's own
 * @param size most rows wanted
 * @param isBackward whether from the end
 * @param cursor where the page begins, null for the very start or end
 * @param isCounted whether {@code totalCount} is asked for
 * @param only what else the field was given: for each argument the values that rows may have
 */
public record PageRequest(
    List<Order> order,
    int size,
    boolean isBackward,
    @Nullable String cursor,
    boolean isCounted,
    Map<String, List<String>> only) {
  private static final Set<String> OF_PAGES = Set.of("orderBy", "first", "after", "last", "before");
  private static final int DEFAULT_SIZE = 20;
  private static final int GREATEST_SIZE = 1_000;

  /** From the arguments of a connection field. */
  public static PageRequest of(DataFetchingEnvironment field) {
    Integer first = field.getArgument("first");
    Integer last = field.getArgument("last");
    String after = field.getArgument("after");
    String before = field.getArgument("before");
    if (first != null && last != null) {
      throw new BadInput("give first or last, not both");
    }
    if (after != null && before != null) {
      throw new BadInput("give after or before, not both");
    }
    if (last == null ? before != null : after != null) {
      throw new BadInput("after goes with first, before goes with last");
    }
    return new PageRequest(
        order(field),
        size(last == null ? "first" : "last", last == null ? first : last),
        last != null,
        last == null ? after : before,
        field.getSelectionSet().contains("totalCount"),
        only(field));
  }

  private static Map<String, List<String>> only(DataFetchingEnvironment field) {
    var only = new TreeMap<String, List<String>>();
    field
        .getArguments()
        .forEach(
            (name, value) -> {
              if (!OF_PAGES.contains(name) && value != null) {
                only.put(
                    name,
                    value instanceof List<?> several
                        ? several.stream().map(String::valueOf).toList()
                        : List.of(String.valueOf(value)));
              }
            });
    return only;
  }

  private static int size(String name, @Nullable Integer asked) {
    if (asked == null) {
      return DEFAULT_SIZE;
    }
    if (asked < 1 || asked > GREATEST_SIZE) {
      throw new BadInput("%s is 1 to %,d, not %d".formatted(name, GREATEST_SIZE, asked));
    }
    return asked;
  }

  private static List<Order> order(DataFetchingEnvironment field) {
    List<Map<String, String>> terms = field.getArgument("orderBy");
    var order = new ArrayList<Order>();
    if (terms != null) {
      for (var term : terms) {
        if (order.stream().anyMatch(earlier -> earlier.field().equals(term.get("field")))) {
          throw new BadInput("orderBy names " + term.get("field") + " twice");
        }
        order.add(
            new Order(
                String.valueOf(term.get("field")),
                "DESC".equals(term.get("direction")),
                "FIRST".equals(term.get("nulls"))));
      }
    }
    return List.copyOf(order);
  }
}
