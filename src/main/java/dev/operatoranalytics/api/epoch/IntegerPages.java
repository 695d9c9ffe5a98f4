package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.Page;
import dev.operatoranalytics.api.graphql.PageRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a list that is ordered by a whole number.
 *
 * @param name of the list, bound into its cursors
 * @param key of a row
 */
record IntegerPages<T>(String name, ToIntFunction<T> key) {

  /** Where a page begins, exclusive; null at the very start or end. */
  @Nullable Integer position(PageRequest request) {
    if (request.cursor() == null) {
      return null;
    }
    try {
      var text =
          new String(Base64.getUrlDecoder().decode(request.cursor()), StandardCharsets.UTF_8);
      if (text.startsWith(name + " ")) {
        return Integer.valueOf(text.substring(name.length() + 1));
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new BadInput("not a cursor of this list: take it from an edge or from pageInfo");
  }

  /**
   * @param found rows beyond the position, nearest first, and one more than asked where there is
   */
  Page<T> page(PageRequest request, List<T> found, @Nullable Long total) {
    var hasMore = found.size() > request.size();
    var rows = new ArrayList<>(hasMore ? found.subList(0, request.size()) : found);
    if (request.isBackward()) {
      Collections.reverse(rows);
    }
    var edges = rows.stream().map(row -> new Page.Edge<>(cursor(row), row)).toList();
    var isWithin = request.cursor() != null;
    return request.isBackward()
        ? Page.of(edges, isWithin, hasMore, total)
        : Page.of(edges, hasMore, isWithin, total);
  }

  private String cursor(T row) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((name + " " + key.applyAsInt(row)).getBytes(StandardCharsets.UTF_8));
  }
}
