package dev.operatoranalytics.api.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, in the shape of a connection.
 *
 * @param totalCount number of rows of all pages; null when it was not selected
 * @param source finds the rows of all pages
 */
public record Page(
    List<Edge> edges, PageInfo pageInfo, @Nullable Long totalCount, RowLoader.PageSource source) {

  /** A row and its position in the order. */
  public record Edge(String cursor, Row node) {}

  /** The cursors of both ends of a page, and whether there are rows beyond them. */
  public record PageInfo(
      boolean hasNextPage,
      boolean hasPreviousPage,
      @Nullable String startCursor,
      @Nullable String endCursor) {}

  public List<Row> nodes() {
    return edges.stream().map(Edge::node).toList();
  }
}
