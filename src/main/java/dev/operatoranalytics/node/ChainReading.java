package dev.operatoranalytics.node;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.node.ChainSource.Speed;
import dev.operatoranalytics.node.ChainSource.Status;
import dev.operatoranalytics.node.ChainStore.Written;
import dev.operatoranalytics.source.LogDecoder;
import dev.operatoranalytics.source.RawLog;
import dev.operatoranalytics.source.RejectLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the chain into an events database that this product fills, and stores the progress in the
 * tables of the state. The instance that was opened last may write; older ones can no longer write.
 */
public final class ChainReading implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChainReading.class);
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);
  // for fewer logs the planner's statistics stay accurate enough
  private static final long MIN_LOGS_TO_ANALYZE = 10_000;

  private final Nodes nodes;
  private final Connection state;
  private final Connection statusConnection;
  private final ChainSource source;
  private final RejectLog rejects;
  private final ChainStore store;
  private final ChainReader reader;

  /**
   * @param events marked as an events database of this product
   * @param firstBlock first block to read; null for the network's
   */
  public ChainReading(
      ChainSettings settings,
      Network network,
      ConnectionUrl events,
      ConnectionUrl state,
      Clock clock,
      @Nullable Long firstBlock)
      throws SQLException {
    this.nodes = new Nodes(settings.urls(), network.chainId(), settings.limits(), clock);
    try {
      this.state = state.connect();
      this.statusConnection = state.connect();
      this.source = new ChainSource(statusConnection);
      this.rejects = new RejectLog(statusConnection, text -> log.error("{}", text));
      this.state.setAutoCommit(false);
      var decoder = new LogDecoder(network, clock);
      this.store = new ChainStore(events, network, decoder);
      var size = new RangeSize(settings.maxBlocks(), settings.maxLogs());
      var horizon = Horizon.parse(settings.horizon());
      this.reader =
          new ChainReader(
              nodes,
              store,
              new LogReader(
                  nodes, LogFilter.of(network), size, settings.receiptsEvery(), this::lost),
              size,
              decoder,
              horizon,
              settings.concurrentRequests(),
              firstBlock == null ? network.firstBlock() : firstBlock);
      source.begin(network, horizon, reader.progress());
      store.requestRebuilds(this.state);
    } catch (SQLException | RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  private void lost(Node node, List<RawLog> logs) {
    try {
      synchronized (statusConnection) {
        source.lost(node, logs);
      }
    } catch (SQLException e) {
      log.error("cannot keep which logs {} left out", node, e);
    }
  }

  /** Receives progress of the history, at most once a second, and at its end. */
  public interface HistoryProgress {
    /**
     * @param blocks number of blocks of the history that are read, out of {@code of}
     * @param logs number of logs stored so far
     */
    void read(long blocks, long of, long logs);
  }

  /** The result of reading a history. */
  public record History(long firstBlock, long lastBlock, long logs, long requests) {}

  /**
   * Continues reading the history.
   *
   * @param to last block; null for the finalised one
   */
  public History readHistory(@Nullable Long to, HistoryProgress progress) throws SQLException {
    var first = reader.progress().next();
    storeTips(reader.tips());
    var meter = new Meter(first, progress);
    reader.readHistory(to, meter);
    meter.end();
    store.requestRebuilds(state);
    if (meter.logs > MIN_LOGS_TO_ANALYZE) {
      store.tidy();
    }
    return new History(first, reader.progress().readTo(), meter.logs, nodes.calls());
  }

  /** Reads blocks a second time and adds missing logs. */
  public History readAgain(long from, long to, HistoryProgress progress) throws SQLException {
    var meter = new Meter(from, progress);
    reader.readAgain(from, to, meter);
    meter.end();
    return new History(from, Math.min(to, reader.progress().readTo()), meter.logs, nodes.calls());
  }

  /** Returns the first and the last block that were read; last is first - 1 when none was. */
  public long firstBlock() {
    return reader.progress().firstBlock();
  }

  public long readTo() {
    return reader.progress().readTo();
  }

  /**
   * Reads the blocks since the last round.
   *
   * @return whether blocks left the chain
   */
  public boolean follow() throws SQLException {
    var round = reader.follow();
    store.requestRebuilds(state);
    rejects.add(round.written().rejections());
    storeTips(round.tips());
    synchronized (statusConnection) {
      source.read(
          Status.FOLLOWING,
          round.last(),
          round.written().logs(),
          nodes.calls(),
          reader.progress(),
          null);
    }
    if (round.reorganised() > 0) {
      log.info(
          "{} blocks left the chain; {} is the newest that was read",
          round.reorganised(),
          reader.progress().readTo());
    }
    return round.reorganised() > 0;
  }

  private void storeTips(Horizon.Tips tips) throws SQLException {
    synchronized (statusConnection) {
      source.tips(tips);
    }
  }

  /** Stores the reason why no new blocks are read, for clients. */
  void storeFailure(String message) throws SQLException {
    synchronized (statusConnection) {
      source.failed(message);
    }
  }

  /** Measures and reports the speed of reading a history. */
  private final class Meter implements ChainReader.ChainReaderListener {
    private final long first;
    private final HistoryProgress progress;
    private final long start = System.nanoTime();
    private long reportedAt = start;
    private long logs;
    private long unreported;
    private @Nullable BlockHeader last;
    private long end;

    private Meter(long first, HistoryProgress progress) {
      this.first = first;
      this.progress = progress;
    }

    @Override
    public void read(BlockHeader block, Written written, long until) throws SQLException {
      logs += written.logs();
      unreported += written.logs();
      last = block;
      end = until;
      if (!written.rejections().isEmpty()) {
        synchronized (statusConnection) {
          rejects.add(written.rejections());
        }
      }
      if (System.nanoTime() - reportedAt >= REPORT_INTERVAL.toNanos()) {
        report();
      }
    }

    private void report() throws SQLException {
      if (last == null) {
        return;
      }
      reportedAt = System.nanoTime();
      var seconds = Math.max(1e-3, (reportedAt - start) / 1e9);
      var blocks = last.number() - first + 1;
      progress.read(blocks, end - first + 1, logs);
      synchronized (statusConnection) {
        source.read(
            Status.READING_HISTORY,
            last,
            unreported,
            nodes.calls(),
            reader.progress(),
            new Speed(logs / seconds, seconds * (end - last.number()) / blocks));
      }
      unreported = 0;
    }

    private void end() throws SQLException {
      report();
    }
  }

  @Override
  public void close() throws SQLException {
    reader.close();
    nodes.close();
    store.close();
    statusConnection.close();
    state.close();
  }
}
