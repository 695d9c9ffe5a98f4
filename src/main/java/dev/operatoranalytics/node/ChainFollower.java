package dev.operatoranalytics.node;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.pipeline.StateUpdate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the chain while a server runs: first its history, then the new blocks of each round, and
 * updates the state after each. Only one of several servers that share a state does this; another
 * takes over soon after that one stops.
 */
public final class ChainFollower {
  /** The server that reads the chain holds this lock. */
  public static final String LOCK = "chain-reader";

  private static final Logger log = LoggerFactory.getLogger(ChainFollower.class);
  private static final Duration LOCK_POLL_INTERVAL = Duration.ofSeconds(5);
  private static final Duration FAILURE_PAUSE = Duration.ofSeconds(5);
  private static final Duration REPLACED_PAUSE = Duration.ofSeconds(30);

  private final ChainSettings settings;
  private final Network network;
  private final ConnectionUrl events;
  private final ConnectionUrl state;
  private final StateUpdate stateUpdate;
  private final Clock clock;
  private final ChainFollowerListener listener;

  public ChainFollower(
      ChainSettings settings,
      Network network,
      ConnectionUrl events,
      ConnectionUrl state,
      StateUpdate stateUpdate,
      Clock clock,
      ChainFollowerListener listener) {
    this.settings = settings;
    this.network = network;
    this.events = events;
    this.state = state;
    this.stateUpdate = stateUpdate;
    this.clock = clock;
    this.listener = listener;
  }

  /** Receives progress. */
  public interface ChainFollowerListener extends ChainReading.HistoryProgress {
    /** Called when the whole history is read. */
    void followsFrom(long block);
  }

  /**
   * Runs until the thread is interrupted.
   *
   * @throws WrongChain when node, network and database are not of one chain
   */
  public void run() {
    while (true) {
      try (var lock = state.connect()) {
        AdvisoryLock.endWhenClientVanishes(lock);
        lock.setAutoCommit(false);
        while (!AdvisoryLock.tryAcquire(lock, LOCK)) {
          lock.rollback();
          StateUpdate.pause(LOCK_POLL_INTERVAL);
        }
        read(lock);
      } catch (ChainStore.Replaced e) {
        log.warn("{}; it is looked for again", e.getMessage());
        StateUpdate.pause(REPLACED_PAUSE);
      } catch (SQLException | NodeFailure e) {
        if (Thread.interrupted()) {
          throw new CancellationException("interrupted");
        }
        log.error("the chain cannot be read; the next round tries again: {}", e.getMessage());
        log.debug("failed in", e);
        StateUpdate.pause(FAILURE_PAUSE);
      }
    }
  }

  private static void follow(ChainReading reading) throws SQLException {
    try {
      reading.follow();
    } catch (Behind e) {
      // rows of blocks that this node does not have yet stay
      log.info("{}", e.getMessage());
    }
  }

  /** Reads while the lock is held; a later holder's fence prevents this reader from writing. */
  private void read(Connection lock) throws SQLException {
    try (var reading = new ChainReading(settings, network, events, state, clock, null)) {
      try {
        reading.readHistory(null, listener);
        var isReported = false;
        while (lock.isValid(5)) {
          var start = System.nanoTime();
          follow(reading);
          if (!isReported) {
            listener.followsFrom(reading.readTo());
            isReported = true;
          }
          stateUpdate.follow((done, of) -> {});
          var remaining = settings.round().minusNanos(System.nanoTime() - start);
          if (remaining.isPositive()) {
            StateUpdate.pause(remaining);
          }
        }
      } catch (NodeFailure e) {
        reading.storeFailure(String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }
}
