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
 * The chain being read into an events database of ours: what is read is stored, and what there is
 * to know of it stands in the tables of the state. Whoever opens it writes; an older one can not
 * any more.
 */
public final class ChainReading implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChainReading.class);
  private static final Duration TOLD_EVERY = Duration.ofSeconds(1);
  // below that the planner's figures are near enough
  private static final long MANY_LOGS = 10_000;

  private final Nodes nodes;
  private final Connection state;
  private final Connection told;
  private final ChainSource source;
  private final RejectLog rejects;
  private final ChainStore store;
  private final ChainReader reader;

  /**
   * @param events marked as ours
   * @param firstBlock to begin with; null for the network's
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
      this.told = state.connect();
      this.source = new ChainSource(told);
      this.rejects = new RejectLog(told, text -> log.error("{}", text));
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
      synchronized (told) {
        source.lost(node, logs);
      }
    } catch (SQLException e) {
      log.error("cannot keep which logs {} left out", node, e);
    }
  }

  /** Is told of the history, a second apart at least, and at its end. */
  public interface Progress {
    /**
     * @param blocks of the history that are read, of how many
     * @param logs stored so far
     */
    void read(long blocks, long of, long logs);
  }

  /** What the reading of a history came to. */
  public record History(long firstBlock, long lastBlock, long logs, long requests) {}

  /**
   * Reads the history on from where it was left.
   *
   * @param to last block; null for the finalised one
   */
  public History readHistory(@Nullable Long to, Progress progress) throws SQLException {
    var first = reader.progress().next();
    tell(reader.tips());
    var meter = new Meter(first, progress);
    reader.readHistory(to, meter);
    meter.end();
    store.requestRebuilds(state);
    if (meter.logs > MANY_LOGS) {
      store.tidy();
    }
    return new History(first, reader.progress().readTo(), meter.logs, nodes.calls());
  }

  /** Reads blocks again that were read before; logs that are missing are added. */
  public History readAgain(long from, long to, Progress progress) throws SQLException {
    var meter = new Meter(from, progress);
    reader.readAgain(from, to, meter);
    meter.end();
    return new History(from, Math.min(to, reader.progress().readTo()), meter.logs, nodes.calls());
  }

  /** First and last block that were read; the last is one before the first when none was. */
  public long firstBlock() {
    return reader.progress().firstBlock();
  }

  public long readTo() {
    return reader.progress().readTo();
  }

  /**
   * Reads what came since.
   *
   * @return whether blocks left the chain
   */
  public boolean follow() throws SQLException {
    var round = reader.follow();
    store.requestRebuilds(state);
    rejects.add(round.written().rejections());
    tell(round.tips());
    synchronized (told) {
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

  private void tell(Horizon.Tips tips) throws SQLException {
    synchronized (told) {
      source.tips(tips);
    }
  }

  /** Lets clients see why nothing new is read. */
  void tellFailure(String message) throws SQLException {
    synchronized (told) {
      source.failed(message);
    }
  }

  /** How fast a history is read. */
  private final class Meter implements ChainReader.Listener {
    private final long first;
    private final Progress progress;
    private final long start = System.nanoTime();
    private long toldAt = start;
    private long logs;
    private long untold;
    private @Nullable BlockHeader last;
    private long end;

    private Meter(long first, Progress progress) {
      this.first = first;
      this.progress = progress;
    }

    @Override
    public void read(BlockHeader block, Written written, long until) throws SQLException {
      logs += written.logs();
      untold += written.logs();
      last = block;
      end = until;
      if (!written.rejections().isEmpty()) {
        synchronized (told) {
          rejects.add(written.rejections());
        }
      }
      if (System.nanoTime() - toldAt >= TOLD_EVERY.toNanos()) {
        tellNow();
      }
    }

    private void tellNow() throws SQLException {
      if (last == null) {
        return;
      }
      toldAt = System.nanoTime();
      var seconds = Math.max(1e-3, (toldAt - start) / 1e9);
      var blocks = last.number() - first + 1;
      progress.read(blocks, end - first + 1, logs);
      synchronized (told) {
        source.read(
            Status.READING_HISTORY,
            last,
            untold,
            nodes.calls(),
            reader.progress(),
            new Speed(logs / seconds, seconds * (end - last.number()) / blocks));
      }
      untold = 0;
    }

    private void end() throws SQLException {
      tellNow();
    }
  }

  @Override
  public void close() throws SQLException {
    reader.close();
    nodes.close();
    store.close();
    told.close();
    state.close();
  }
}
