package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Up to where the chain was read from a node, by whoever reads it into the events database.
 *
 * @param block that the state is to be as of
 * @param time of that block
 * @param isFinal whether it cannot leave the chain any more
 */
record ChainHorizon(long block, Instant time, boolean isFinal) {

  /** Null where events come otherwise, and until the history is read. */
  static @Nullable ChainHorizon read(Connection events) throws SQLException {
    try (var statement = events.createStatement()) {
      try (var row = statement.executeQuery("select to_regclass('chain_progress') is not null")) {
        row.next();
        if (!row.getBoolean(1)) {
          return null;
        }
      }
      try (var row =
          statement.executeQuery(
              """
              select horizon_block, horizon_time, coalesce(horizon_block <= finalized_block, false)
              from chain_progress
              where horizon_block is not null
              """)) {
        return row.next()
            ? new ChainHorizon(
                row.getLong(1), Instant.ofEpochSecond(row.getLong(2)), row.getBoolean(3))
            : null;
      }
    }
  }
}
