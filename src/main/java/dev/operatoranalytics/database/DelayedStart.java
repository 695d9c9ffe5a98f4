package dev.operatoranalytics.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts something that needs a database which accepts writes. After a start during an outage, each
 * {@link #isStarted} tries again.
 */
public final class DelayedStart {
  private static final Logger log = LoggerFactory.getLogger(DelayedStart.class);

  /** What the start does; it is called again after it failed. */
  public interface Attempt {
    void run() throws SQLException;
  }

  private final String name;
  private final Attempt attempt;
  private volatile boolean isStarted;
  private volatile boolean isDelayed;
  private @Nullable String reported;

  /**
   * @param name of what starts, a plural for the log
   */
  public DelayedStart(String name, Attempt attempt) {
    this.name = name;
    this.attempt = attempt;
  }

  /** Starts now; during an outage of the database, as soon as it is over. */
  public void begin() throws SQLException {
    try {
      start();
    } catch (SQLException e) {
      if (DatabaseUnavailable.outage(e).isEmpty()) {
        throw e;
      }
      log.warn("{} begin when the database accepts writes: {}", name, e.getMessage());
      isDelayed = true;
    }
  }

  /** Whether it has started; a delayed start is tried now. */
  public boolean isStarted() {
    if (!isStarted && isDelayed) {
      retry();
    }
    return isStarted;
  }

  private synchronized void start() throws SQLException {
    if (!isStarted) {
      attempt.run();
      isStarted = true;
    }
  }

  private synchronized void retry() {
    if (isStarted) {
      return;
    }
    try {
      start();
      log.info("the database accepts writes; {} begin", name);
    } catch (SQLException e) {
      report(e);
    }
  }

  /** An error that lasts is logged once, not at each try. */
  private void report(SQLException error) {
    var message = String.valueOf(error.getMessage());
    if (DatabaseUnavailable.outage(error).isPresent()) {
      log.debug("{} cannot begin yet: {}", name, message);
    } else if (!message.equals(reported)) {
      log.error("{} cannot begin: {}", name, message);
      reported = message;
    }
  }
}
