package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The block up to which the chain reader has read a node into the events database.
 *
 * @param block the block that the next state is as of
 * @param time time of that block
 * @param isFinal whether the block is final and cannot leave the chain
 */
record ChainHorizon(long block, Instant time, boolean isFinal) {

  /** Null when events come from another source, and until the history is read. */
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
