package dev.operatoranalytics.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Deletes the logs of blocks that left the chain from the events tables. */
public final class ReorganisedBlocks {
  /** Whose state depended on deleted rows. */
  public record Affected(Set<String> operators, Set<String> stakers) {
    public Affected {
      operators = Set.copyOf(operators);
      stakers = Set.copyOf(stakers);
    }
  }

  /**
   * Deletes all rows of later blocks, in an open transaction. Finds rows by block, because in
   * another block the same transaction can have other log indexes.
   *
   * @return operators and stakers whose state depended on these rows
   */
  public static Affected deleteAfter(long block, Connection events) throws SQLException {
    var stored = new StoredLogs(events);
    stored.mark(
        "join unnest(?::bigint[]) as fork (block_number) on logs.block_number > fork.block_number",
        stored.array("bigint", Set.of(block), number -> number));
    var affected = new Affected(stored.operators(), stored.stakers());
    stored.delete();
    return affected;
  }

  private ReorganisedBlocks() {}
}
