package dev.operatoranalytics.node;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.pipeline.RebuildRequests;
import dev.operatoranalytics.pipeline.StakerRequests;
import dev.operatoranalytics.source.Decoded;
import dev.operatoranalytics.source.EventRow;
import dev.operatoranalytics.source.EventWriter;
import dev.operatoranalytics.source.LogDecoder;
import dev.operatoranalytics.source.RawLog;
import dev.operatoranalytics.source.Rejection;
import dev.operatoranalytics.source.ReorganisedBlocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chain to the events database: logs, the blocks that may still change, and the
 * progress, each step in one transaction. A reader that another one has replaced can no longer
 * write.
 */
final class ChainStore implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String UNIQUE_VIOLATION = "23505";

  /** Kinds whose logs name a strategy of the protocol. */
  private static final Set<String> STRATEGY_EVENTS =
      Set.of("StrategyAddedToDepositWhitelist", "StrategySetForToken", "DurationVaultDeployed");

  private static final String STRATEGY = "strategy_id";

  private final Network network;
  private final LogDecoder decoder;
  private final EventWriter writer;
  private final Set<String> strategies = new HashSet<>();
  private boolean areRowsNew = true;
  private long fence;

  ChainStore(ConnectionUrl events, Network network, LogDecoder decoder) throws SQLException {
    this.network = network;
    this.decoder = decoder;
    this.writer = new EventWriter(events);
  }

  /** Another reader started after this one. */
  static final class Replaced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Replaced() {
      super("another server reads the chain into this database now");
    }
  }

  /**
   * The result of a write.
   *
   * @param logs number of rows
   * @param rejections logs of known kinds that cannot be read
   */
  record Written(long logs, List<Rejection> rejections) {}

  /**
   * Takes the right to write from the previous reader.
   *
   * @param firstBlock first block to read when none was read yet
   * @throws WrongChain when another chain was read into the database
   */
  ChainProgress begin(long firstBlock) throws SQLException {
    var events = writer.connection();
    // its transaction locks the progress
    AdvisoryLock.endWhenClientVanishes(events);
    events.commit();
    try (var insert =
            events.prepareStatement(
                """
                insert into chain_progress (network, chain_id, first_block, read_to)
                values (?, ?, ?, ?)
                on conflict do nothing
                """);
        var raise = events.prepareStatement("update chain_progress set fence = fence + 1")) {
      insert.setString(1, network.name());
      insert.setLong(2, network.chainId());
      insert.setLong(3, firstBlock);
      insert.setLong(4, firstBlock - 1);
      insert.executeUpdate();
      raise.executeUpdate();
      var progress = progress();
      if (progress.chainId() != network.chainId()) {
        throw new WrongChain(
            "the events database holds the chain with id %d (%s); the network %s has id %d"
                .formatted(
                    progress.chainId(), progress.network(), network.name(), network.chainId()));
      }
      fence = progress.fence();
      loadStrategies();
      events.commit();
      return progress;
    } catch (SQLException | RuntimeException e) {
      events.rollback();
      throw e;
    }
  }

  private ChainProgress progress() throws SQLException {
    var progress = ChainProgress.lock(writer.connection());
    if (progress == null) {
      throw new IllegalStateException("chain_progress is empty");
    }
    return progress;
  }

  /** Returns the blocks that were read and may still change, in ascending order. */
  List<BlockHeader> provisional() throws SQLException {
    var blocks = new ArrayList<BlockHeader>();
    Sql.each(
        writer.connection(),
        """
        select block_number, block_hash, parent_hash, block_timestamp
        from provisional_blocks
        order by block_number
        """,
        rows ->
            blocks.add(
                new BlockHeader(
                    rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4))));
    writer.connection().commit();
    return blocks;
  }

  /** Appends logs of final blocks that follow the last block that was read. */
  Written append(BlockHeader last, DecodedLogs logs) throws SQLException {
    return commit(
        logs,
        progress -> {
          commitWithoutWaiting();
          moveToFinal(last);
        });
  }

  private void moveToFinal(BlockHeader last) throws SQLException {
    Sql.update(
        writer.connection(),
        """
        with forgotten as (delete from provisional_blocks where block_number < ?)
        update chain_progress set
            read_to = ?, read_to_hash = ?, finalized_block = greatest(finalized_block, ?),
            changed_at = now()
        """,
        last.number(),
        last.number(),
        last.hash(),
        last.number());
  }

  /** A crash may lose the newest ranges, but their rows and the progress together. */
  private void commitWithoutWaiting() throws SQLException {
    Sql.update(writer.connection(), "set local synchronous_commit = off");
  }

  /** Adds missing logs of blocks that were read before; the progress stays. */
  Written repair(DecodedLogs logs) throws SQLException {
    areRowsNew = false;
    return commit(logs, progress -> {});
  }

  /**
   * Replaces the blocks above the fork.
   *
   * @param fork last block that stays
   * @param blocks blocks that follow it; none when the chain became shorter
   * @param logs of these blocks
   * @param finalized rows up to this block become permanent
   * @param horizon target block of the state. It only moves back when its block left the chain: a
   *     node that lags may report an older safe block
   */
  Written replace(
      BlockHeader fork,
      List<BlockHeader> blocks,
      DecodedLogs logs,
      long finalized,
      BlockHeader horizon)
      throws SQLException {
    return commit(
        logs,
        progress -> {
          var gone = Math.max(0, progress.readTo() - fork.number());
          if (gone > 0) {
            deleteAfter(fork.number());
          }
          putProvisional(blocks);
          moveTo(
              blocks.isEmpty() ? fork : blocks.getLast(),
              progress.reorganisations() + (gone > 0 ? 1 : 0),
              Math.max(progress.deepestReorganisation(), gone));
          setFinalized(finalized);
          var before = progress.horizonBlock();
          if (before == null || horizon.number() >= before) {
            setHorizon(horizon);
          } else if (before > fork.number()) {
            setHorizon(horizon.number() > fork.number() ? horizon : fork);
          }
        });
  }

  /** Makes rows up to a block permanent. */
  void finalizeUpTo(long block) throws SQLException {
    commit(DecodedLogs.NONE, progress -> setFinalized(block));
  }

  /** Reads the committed progress. */
  ChainProgress reload() throws SQLException {
    var events = writer.connection();
    var progress = requireNonNull(ChainProgress.find(events));
    events.commit();
    return progress;
  }

  private interface Step {
    void run(ChainProgress progress) throws SQLException;
  }

  /** Runs the step before it writes the logs, because the step may delete logs. */
  private Written commit(DecodedLogs logs, Step step) throws SQLException {
    var known = Set.copyOf(strategies);
    try {
      return tryCommit(logs, step);
    } catch (SQLException e) {
      rollback(known);
      if (!areRowsNew || !UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw e;
      }
      // a file with these logs was imported
      areRowsNew = false;
    } catch (RuntimeException e) {
      rollback(known);
      throw e;
    }
    try {
      return tryCommit(logs, step);
    } catch (SQLException | RuntimeException e) {
      rollback(known);
      throw e;
    }
  }

  private void rollback(Set<String> known) throws SQLException {
    writer.rollback();
    strategies.clear();
    strategies.addAll(known);
  }

  private Written tryCommit(DecodedLogs logs, Step step) throws SQLException {
    var progress = progress();
    if (progress.fence() != fence) {
      throw new Replaced();
    }
    step.run(progress);
    var rejections = new ArrayList<Rejection>();
    var rows = selectRows(logs, rejections);
    writer.put(rows, areRowsNew);
    writer.connection().commit();
    return new Written(rows.size(), rejections);
  }

  /** Returns the rows of the network's contracts and of the strategies known so far. */
  private List<EventRow> selectRows(DecodedLogs logs, List<Rejection> rejections)
      throws SQLException {
    var found = new HashSet<String>();
    for (var row : logs.rows()) {
      var strategy = strategyNamedBy(row);
      if (strategy != null && strategies.add(strategy)) {
        found.add(strategy);
      }
    }
    var rows = new ArrayList<>(logs.rows());
    var unplaced = new ArrayList<RawLog>();
    for (var decoded : found.isEmpty() ? logs.others() : withEarlier(logs.others(), found)) {
      var log = decoded.log();
      if (!decoder.isOfNetwork(log) && !strategies.contains(log.address())) {
        unplaced.add(log);
      } else if (decoded instanceof Decoded.DecodedRow(RawLog raw, EventRow row)) {
        rows.add(row);
        if (found.contains(raw.address())) {
          // stored until the log that names the strategy is final: a reorganisation may move it
          unplaced.add(raw);
        }
      } else if (decoded instanceof Decoded.Unreadable unreadable) {
        rejections.add(unreadable.rejection(network.name()));
      }
    }
    putUnplaced(unplaced);
    return rows;
  }

  private static @Nullable String strategyNamedBy(EventRow row) {
    return STRATEGY_EVENTS.contains(row.kind().name())
        ? row.values().get(row.kind().columnNames().indexOf(STRATEGY))
        : null;
  }

  private List<Decoded> withEarlier(List<Decoded> logs, Set<String> found) throws SQLException {
    var all = new ArrayList<Decoded>();
    try (var statement =
        writer
            .connection()
            .prepareStatement(
                "select log from unplaced_logs where contract_address = any(?) order by"
                    + " block_number, log_index")) {
      statement.setArray(1, array(found));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(decoder.decode(read(rows.getString(1))));
        }
      }
    }
    all.addAll(logs);
    return all;
  }

  private Array array(Collection<String> texts) throws SQLException {
    return writer.connection().createArrayOf("text", texts.toArray());
  }

  private void putUnplaced(List<RawLog> logs) throws SQLException {
    try (var statement =
        writer
            .connection()
            .prepareStatement(
                """
                insert into unplaced_logs (block_number, log_index, contract_address, log)
                values (?, ?, ?, ?)
                on conflict do nothing
                """)) {
      for (var log : logs) {
        statement.setLong(1, log.blockNumber());
        statement.setLong(2, log.logIndex());
        statement.setString(3, log.address());
        statement.setString(4, write(log));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String write(RawLog log) {
    return """
    {"address":"%s","topics":["%s"],"data":"%s","blockNumber":"%s","blockHash":"%s",\
    "blockTimestamp":"%s","transactionHash":"%s","transactionIndex":"%s","logIndex":"%s"}\
    """
        .formatted(
            log.address(),
            String.join("\",\"", log.topics()),
            log.data(),
            Quantity.text(log.blockNumber()),
            log.blockHash(),
            Quantity.text(log.blockTimestamp()),
            log.transactionHash(),
            Quantity.text(log.transactionIndex()),
            Quantity.text(log.logIndex()));
  }

  private static RawLog read(String text) {
    try (JsonParser json = JSON.createParser("[" + text + "]")) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalStateException("no log: " + text);
      }
      var log = RpcLog.readAll(json).getFirst();
      return log.at(requireNonNull(log.blockTime()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteAfter(long block) throws SQLException {
    var affected = ReorganisedBlocks.deleteAfter(block, writer.connection());
    try (var remember =
            writer
                .connection()
                .prepareStatement(
                    "insert into reorganised_operators (operator_id) select unnest(?) on conflict"
                        + " do nothing");
        var rememberStakers =
            writer
                .connection()
                .prepareStatement(
                    "insert into reorganised_stakers (staker_id) select unnest(?) on conflict do"
                        + " nothing");
        var statement = writer.connection().createStatement()) {
      remember.setArray(1, array(affected.operators()));
      remember.executeUpdate();
      rememberStakers.setArray(1, array(affected.stakers()));
      rememberStakers.executeUpdate();
      statement.executeUpdate("delete from unplaced_logs where block_number > " + block);
      statement.executeUpdate("delete from provisional_blocks where block_number > " + block);
    }
    var before = Set.copyOf(strategies);
    loadStrategies();
    deleteRowsOf(before.stream().filter(strategy -> !strategies.contains(strategy)).toList());
  }

  /** Deletes all rows of contracts that no log names as strategies any more. */
  private void deleteRowsOf(List<String> contracts) throws SQLException {
    if (contracts.isEmpty()) {
      return;
    }
    for (var kind : EventKinds.STORED) {
      if (kind.contracts().stream().noneMatch(Contract::isSingle)) {
        try (var statement =
            writer
                .connection()
                .prepareStatement(
                    "delete from %s where contract_address = any(?)".formatted(kind.table()))) {
          statement.setArray(1, array(contracts));
          statement.executeUpdate();
        }
      }
    }
  }

  private void loadStrategies() throws SQLException {
    strategies.clear();
    var tables =
        EventKinds.STORED.stream()
            .filter(kind -> STRATEGY_EVENTS.contains(kind.name()))
            .map(kind -> "select %s from %s".formatted(STRATEGY, kind.table()))
            .collect(joining(" union "));
    Sql.each(writer.connection(), tables, rows -> strategies.add(rows.getString(1)));
  }

  private void putProvisional(List<BlockHeader> blocks) throws SQLException {
    try (var statement =
        writer
            .connection()
            .prepareStatement(
                """
                insert into provisional_blocks
                    (block_number, block_hash, parent_hash, block_timestamp)
                values (?, ?, ?, ?)
                """)) {
      for (var block : blocks) {
        statement.setLong(1, block.number());
        statement.setString(2, block.hash());
        statement.setString(3, block.parentHash());
        statement.setLong(4, block.time());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void moveTo(BlockHeader last, long reorganisations, long deepest) throws SQLException {
    try (var statement =
        update("read_to = ?, read_to_hash = ?, reorganisations = ?, deepest_reorganisation = ?")) {
      statement.setLong(1, last.number());
      statement.setString(2, last.hash());
      statement.setLong(3, reorganisations);
      statement.setLong(4, deepest);
      statement.executeUpdate();
    }
  }

  private void setFinalized(long finalized) throws SQLException {
    try (var statement = update("finalized_block = greatest(finalized_block, least(read_to, ?))");
        var forget =
            writer
                .connection()
                .prepareStatement("delete from provisional_blocks where block_number < ?")) {
      statement.setLong(1, finalized);
      statement.executeUpdate();
      // the last final block stays: the next block is compared with its hash
      forget.setLong(1, finalized);
      forget.executeUpdate();
    }
  }

  private void setHorizon(BlockHeader horizon) throws SQLException {
    try (var statement = update("horizon_block = ?, horizon_time = ?")) {
      statement.setObject(1, horizon.number(), Types.BIGINT);
      statement.setObject(2, horizon.time(), Types.BIGINT);
      statement.executeUpdate();
    }
  }

  private PreparedStatement update(String columns) throws SQLException {
    return writer
        .connection()
        .prepareStatement("update chain_progress set %s, changed_at = now()".formatted(columns));
  }

  /**
   * Requests the rebuild of operators and stakers whose rows left the chain, then deletes them from
   * the lists.
   */
  void requestRebuilds(Connection state) throws SQLException {
    var events = writer.connection();
    var operators = names("select operator_id from reorganised_operators");
    var stakers = names("select staker_id from reorganised_stakers");
    if (!operators.isEmpty() || !stakers.isEmpty()) {
      new RebuildRequests(state).add(operators, RebuildRequests.RebuildReason.DELETED);
      new StakerRequests(state).add(stakers);
      state.commit();
      try (var forget =
              events.prepareStatement(
                  "delete from reorganised_operators where operator_id = any(?)");
          var forgetStakers =
              events.prepareStatement("delete from reorganised_stakers where staker_id = any(?)")) {
        forget.setArray(1, array(operators));
        forget.executeUpdate();
        forgetStakers.setArray(1, array(stakers));
        forgetStakers.executeUpdate();
      }
    }
    events.commit();
  }

  private List<String> names(String select) throws SQLException {
    return Sql.list(writer.connection(), select, rows -> rows.getString(1));
  }

  /** Updates the planner's statistics after the history. */
  void tidy() throws SQLException {
    writer.tidy();
  }

  @Override
  public void close() throws SQLException {
    writer.close();
  }
}
