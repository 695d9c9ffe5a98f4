package dev.operatoranalytics.node;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The progress of reading the chain into an events database.
 *
 * @param firstBlock first block that was read
 * @param readTo last block that was read; one before {@code firstBlock} when none was
 * @param readToHash its hash; null when none was read
 * @param finalizedBlock rows up to this block are permanent; null when none was read
 * @param horizonBlock target block of the state; null until the history is read
 * @param fence fencing token of the reader that may write
 */
record ChainProgress(
    String network,
    long chainId,
    long firstBlock,
    long readTo,
    @Nullable String readToHash,
    @Nullable Long finalizedBlock,
    @Nullable Long horizonBlock,
    long reorganisations,
    long deepestReorganisation,
    long fence) {

  private static final String SELECT =
      """
      select
          network, chain_id, first_block, read_to, read_to_hash, finalized_block, horizon_block,
          reorganisations, deepest_reorganisation, fence
      from chain_progress
      """;

  static @Nullable ChainProgress find(Connection events) throws SQLException {
    return find(events, SELECT);
  }

  /** Locks the row until the end of the transaction. */
  static @Nullable ChainProgress lock(Connection events) throws SQLException {
    return find(events, SELECT + " for update");
  }

  private static @Nullable ChainProgress find(Connection events, String select)
      throws SQLException {
    return Sql.first(events, select, row -> of(row)).orElse(null);
  }

  private static ChainProgress of(ResultSet row) throws SQLException {
    return new ChainProgress(
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getString(5),
        row.getObject(6, Long.class),
        row.getObject(7, Long.class),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10));
  }

  long next() {
    return readTo + 1;
  }
}
