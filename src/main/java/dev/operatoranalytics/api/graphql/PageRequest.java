package dev.operatoranalytics.api.graphql;

import graphql.language.Field;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for, and what of it.
 *
 * @param where as asked; empty for all rows
 * @param order as asked; empty for the list's own
 * @param size most rows wanted
 * @param isBackward whether from the end
 * @param cursor where the page begins, null for the very start or end
 * @param isCounted whether {@code totalCount} is asked for
 * @param hasCursors whether any cursor is asked for
 * @param only what else the field was given: for each argument the values that rows may have
 */
public record PageRequest(
    Map<String, @Nullable Object> where,
    List<Order> order,
    int size,
    boolean isBackward,
    @Nullable String cursor,
    boolean isCounted,
    boolean hasCursors,
    Map<String, List<String>> only) {
  static final Set<String> OF_PAGES =
      Set.of("where", "orderBy", "first", "after", "last", "before");
  static final int DEFAULT_SIZE = 20;
  private static final Set<String> CURSORS = Set.of("cursor", "startCursor", "endCursor");

  /** From the arguments of a connection field. */
  static PageRequest of(DataFetchingEnvironment field, int greatestSize) {
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
    var asked = selected(field);
    return new PageRequest(
        where(field),
        order(field),
        size(last == null ? "first" : "last", last == null ? first : last, greatestSize),
        last != null,
        last == null ? after : before,
        asked.contains("totalCount"),
        asked.stream().anyMatch(CURSORS::contains),
        only(field));
  }

  /** Everything, in the list's own order. */
  static PageRequest all() {
    return new PageRequest(
        Map.of(), List.of(), Integer.MAX_VALUE - 1, false, null, false, false, Map.of());
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

  static Map<String, @Nullable Object> where(DataFetchingEnvironment field) {
    Map<String, @Nullable Object> where = field.getArgument("where");
    return where == null ? Map.of() : where;
  }

  private static int size(String name, @Nullable Integer asked, int greatest) {
    if (asked == null) {
      return DEFAULT_SIZE;
    }
    if (asked < 1 || asked > greatest) {
      throw new BadInput("%s is 1 to %,d, not %d".formatted(name, greatest, asked));
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

  /** Names of the fields of the connection, its edges and its page info. */
  private static Set<String> selected(DataFetchingEnvironment field) {
    var names = new HashSet<String>();
    for (var each : field.getMergedField().getFields()) {
      collect(each.getSelectionSet(), field, names);
    }
    return names;
  }

  private static void collect(
      @Nullable SelectionSet selections, DataFetchingEnvironment field, Set<String> names) {
    if (selections == null) {
      return;
    }
    for (Selection<?> selection : selections.getSelections()) {
      if (selection instanceof Field selected) {
        names.add(selected.getName());
        if (Set.of("edges", "pageInfo").contains(selected.getName())) {
          collect(selected.getSelectionSet(), field, names);
        }
      } else if (selection instanceof InlineFragment fragment) {
        collect(fragment.getSelectionSet(), field, names);
      } else if (selection instanceof FragmentSpread spread) {
        collect(
            Objects.requireNonNull(field.getFragmentsByName().get(spread.getName()))
                .getSelectionSet(),
            field,
            names);
      }
    }
  }
}
