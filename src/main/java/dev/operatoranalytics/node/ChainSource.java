package dev.operatoranalytics.node;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.node.Horizon.Tips;
import dev.operatoranalytics.source.RawLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores the status of the chain and of its reader in {@code chain_source} and {@code
 * chain_lost_logs}.
 */
final class ChainSource {
  private final Connection state;

  /**
   * @param state connection that commits each statement
   */
  ChainSource(Connection state) {
    this.state = state;
  }

  /** The activity of a reader. */
  enum Status {
    READING_HISTORY,
    FOLLOWING,
    FAILING
  }

  /**
   * The speed of reading the history.
   *
   * @param secondsLeft null when unknown
   */
  record Speed(double logsPerSecond, @Nullable Double secondsLeft) {}

  void begin(Network network, Horizon horizon, ChainProgress progress) throws SQLException {
    Sql.update(
        state,
        """
        insert into chain_source (network, chain_id, horizon, status, first_block)
        values (?, ?, ?, 'READING_HISTORY', ?)
        on conflict (is_only) do update set
            network = excluded.network,
            chain_id = excluded.chain_id,
            horizon = excluded.horizon,
            first_block = excluded.first_block,
            logs = 0,
            requests = 0,
            checked_at = now()
        """,
        network.name(),
        network.chainId(),
        horizon.toString(),
        progress.firstBlock());
  }

  void tips(Tips tips) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update chain_source set
                head_block = ?, head_at = ?, safe_head_block = ?, safe_head_at = ?,
                finalized_head_block = ?, finalized_head_at = ?, checked_at = now()
            """)) {
      block(statement, 1, tips.latest());
      block(statement, 3, tips.safe());
      block(statement, 5, tips.finalized());
      statement.executeUpdate();
    }
  }

  /**
   * @param speed null after the history is read
   */
  void read(
      Status status,
      BlockHeader last,
      long logs,
      long requests,
      ChainProgress progress,
      @Nullable Speed speed)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            update chain_source set
                status = ?, error = null, read_block = ?, read_block_at = ?, logs = logs + ?,
                requests = ?, reorganisations = ?, deepest_reorganisation = ?,
                logs_per_second = round(?::numeric, 1), seconds_left = round(?::numeric, 1)
            """)) {
      statement.setString(1, status.name());
      block(statement, 2, last);
      statement.setLong(4, logs);
      statement.setLong(5, requests);
      statement.setLong(6, progress.reorganisations());
      statement.setLong(7, progress.deepestReorganisation());
      statement.setObject(8, speed == null ? null : speed.logsPerSecond(), Types.DOUBLE);
      statement.setObject(9, speed == null ? null : speed.secondsLeft(), Types.DOUBLE);
      statement.executeUpdate();
    }
  }

  void failed(String error) throws SQLException {
    Sql.update(state, "update chain_source set status = 'FAILING', error = ?", error);
  }

  void lost(Node node, List<RawLog> logs) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into chain_lost_logs (block_number, log_index, node) values (?, ?, ?)
            on conflict (block_number, log_index) do nothing
            """)) {
      for (var log : logs) {
        statement.setLong(1, log.blockNumber());
        statement.setLong(2, log.logIndex());
        statement.setString(3, node.toString());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void block(PreparedStatement statement, int index, BlockHeader header)
      throws SQLException {
    statement.setLong(index, header.number());
    statement.setObject(index + 1, Instant.ofEpochSecond(header.time()).atOffset(ZoneOffset.UTC));
  }
}
