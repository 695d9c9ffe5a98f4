package dev.operatoranalytics.api.document;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The complexity of a document.
 *
 * @param depth max nesting of fields, including fragments
 * @param aliases number of aliases
 */
record Complexity(int depth, int aliases) {

  static Complexity of(Document document) {
    var measure = new Measure(document);
    var depth = 0;
    for (var operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      depth = Math.max(depth, measure.depth(operation.getSelectionSet()));
    }
    for (var fragment : measure.fragments.values()) {
      depth = Math.max(depth, measure.depth(fragment.getSelectionSet()));
    }
    return new Complexity(depth, measure.aliases);
  }

  /** The message of the exceeded limit; null when none is. */
  @Nullable String exceeded(LimitSettings limits) {
    if (depth > limits.depth()) {
      return "fields are nested at most %d deep, not %d".formatted(limits.depth(), depth);
    }
    if (aliases > limits.aliases()) {
      return "a document has at most %d aliases, not %d".formatted(limits.aliases(), aliases);
    }
    return null;
  }

  private static final class Measure {
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<String, Integer> depths = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int aliases;

    Measure(Document document) {
      for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
        fragments.put(fragment.getName(), fragment);
      }
    }

    int depth(@Nullable SelectionSet selections) {
      var depth = 0;
      if (selections == null) {
        return depth;
      }
      for (Selection<?> selection : selections.getSelections()) {
        depth =
            Math.max(
                depth,
                switch (selection) {
                  case Field field -> {
                    if (field.getAlias() != null) {
                      aliases++;
                    }
                    yield 1 + depth(field.getSelectionSet());
                  }
                  case InlineFragment fragment -> depth(fragment.getSelectionSet());
                  case FragmentSpread spread -> depth(spread.getName());
                  default -> 0;
                });
      }
      return depth;
    }

    /** Measures each fragment once; validation reports cycles. */
    private int depth(String name) {
      var known = depths.get(name);
      if (known != null) {
        return known;
      }
      var fragment = fragments.get(name);
      if (fragment == null || !open.add(name)) {
        return 0;
      }
      var depth = depth(fragment.getSelectionSet());
      open.remove(name);
      depths.put(name, depth);
      return depth;
    }
  }
}
