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
 * Reads the chain while a server is up: its history, then every round what came, and lets the state
 * follow. Of several servers that share a state one does; another takes over soon after it is gone.
 */
public final class ChainFollower {
  /** Held by whoever reads the chain. */
  public static final String LOCK = "chain-reader";

  private static final Logger log = LoggerFactory.getLogger(ChainFollower.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration AFTER_REPLACED = Duration.ofSeconds(30);

  private final ChainSettings settings;
  private final Network network;
  private final ConnectionUrl events;
  private final ConnectionUrl state;
  private final StateUpdate stateUpdate;
  private final Clock clock;
  private final Listener listener;

  public ChainFollower(
      ChainSettings settings,
      Network network,
      ConnectionUrl events,
      ConnectionUrl state,
      StateUpdate stateUpdate,
      Clock clock,
      Listener listener) {
    this.settings = settings;
    this.network = network;
    this.events = events;
    this.state = state;
    this.stateUpdate = stateUpdate;
    this.clock = clock;
    this.listener = listener;
  }

  /** Is told how it goes. */
  public interface Listener extends ChainReading.Progress {
    /** The history is read. */
    void followsFrom(long block);
  }

  /**
   * Until it is interrupted.
   *
   * @throws WrongChain when node, network and database are not of one chain
   */
  public void run() {
    while (true) {
      try (var lock = state.connect()) {
        lock.setAutoCommit(false);
        while (!AdvisoryLock.tryAcquire(lock, LOCK)) {
          lock.rollback();
          StateUpdate.pause(LOOK_EVERY);
        }
        read(lock);
      } catch (ChainStore.Replaced e) {
        log.warn("{}; it is looked for again", e.getMessage());
        StateUpdate.pause(AFTER_REPLACED);
      } catch (SQLException | NodeFailure e) {
        if (Thread.interrupted()) {
          throw new CancellationException("interrupted");
        }
        log.error("the chain is not read, it will be tried again: {}", e.getMessage());
        log.debug("failed in", e);
        StateUpdate.pause(AFTER_FAILURE);
      }
    }
  }

  private static void follow(ChainReading reading) throws SQLException {
    try {
      reading.follow();
    } catch (Behind e) {
      // what it has not seen yet stays
      log.info("{}", e.getMessage());
    }
  }

  /** While the lock is held; whoever holds the next one keeps this one from writing. */
  private void read(Connection lock) throws SQLException {
    try (var reading = new ChainReading(settings, network, events, state, clock, null)) {
      try {
        reading.readHistory(null, listener);
        var isTold = false;
        while (lock.isValid(5)) {
          var start = System.nanoTime();
          follow(reading);
          if (!isTold) {
            listener.followsFrom(reading.readTo());
            isTold = true;
          }
          stateUpdate.follow((done, of) -> {});
          var left = settings.round().minusNanos(System.nanoTime() - start);
          if (left.isPositive()) {
            StateUpdate.pause(left);
          }
        }
      } catch (NodeFailure e) {
        reading.tellFailure(String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }
}
