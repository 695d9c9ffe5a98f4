package dev.operatoranalytics.api.graphql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, in the shape of a connection.
 *
 * @param edges with cursors only where they were asked for
 * @param totalCount rows of all pages; null when it was not asked for
 */
public record Page<T>(List<Edge<T>> edges, PageInfo pageInfo, @Nullable Long totalCount) {

  /** A row and where it is in its order. */
  public record Edge<T>(String cursor, T node) {}

  /** How far a page reaches. */
  public record PageInfo(
      boolean hasNextPage,
      boolean hasPreviousPage,
      @Nullable String startCursor,
      @Nullable String endCursor) {}

  public static <T> Page<T> of(
      List<Edge<T>> edges, boolean hasNext, boolean hasPrevious, @Nullable Long totalCount) {
    return new Page<>(
        edges,
        new PageInfo(
            hasNext,
            hasPrevious,
            edges.isEmpty() ? null : edges.getFirst().cursor(),
            edges.isEmpty() ? null : edges.getLast().cursor()),
        totalCount);
  }

  public List<T> nodes() {
    return edges.stream().map(Edge::node).toList();
  }
}
