package dev.operatoranalytics.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Takes the logs of blocks that left the chain out of the events tables. */
public final class ReorganisedBlocks {

  /**
   * Deletes all rows of later blocks, in an open transaction. Rows are found by their block: in
   * another block the same transaction can have logs under other numbers.
   *
   * @return operators whose state followed from them
   */
  public static Set<String> deleteAfter(long block, Connection events) throws SQLException {
    var stored = new StoredLogs(events);
    stored.mark(
        "join unnest(?::bigint[]) as fork (block_number) on logs.block_number > fork.block_number",
        stored.array("bigint", Set.of(block), number -> number));
    var operators = stored.operators();
    stored.delete();
    return operators;
  }

  private ReorganisedBlocks() {}
}
