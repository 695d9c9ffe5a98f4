package dev.operatoranalytics.api.document;

import graphql.ExecutionInput;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one request, which others may call off: the clock, or the client by leaving. Whatever
 * it does just then ends: waiting for a connection, or the statement that runs.
 */
public final class CancellationToken {
  private static final Logger log = LoggerFactory.getLogger(CancellationToken.class);
  private static final int AGAIN_MS = 20;

  private final Thread thread = Thread.currentThread();
  private @Nullable End end;
  private boolean isWaiting;
  private @Nullable ExecutionInput input;
  private @Nullable PGConnection connection;

  /** Why work ends before its time. */
  public enum End {
    TIMEOUT,
    CLIENT_LEFT
  }

  synchronized @Nullable End end() {
    return end;
  }

  /** The worker is about to wait for a connection. */
  synchronized void waits(ExecutionInput execution) {
    input = execution;
    refuseIfOver();
    isWaiting = true;
  }

  /** The worker has its connection. */
  synchronized void begins(Connection given) throws SQLException {
    isWaiting = false;
    refuseIfOver();
    connection = given.unwrap(PGConnection.class);
  }

  /** The worker gives its connection back, or got none. */
  synchronized void ends() {
    isWaiting = false;
    connection = null;
    Thread.interrupted();
  }

  private void refuseIfOver() {
    if (end != null) {
      throw new CancellationException(end.name());
    }
  }

  /** Blocks until the work has ended; not for the event loop. */
  public void callOff(End why) {
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = why;
      if (input != null) {
        input.cancel();
      }
      if (isWaiting) {
        thread.interrupt();
      }
    }
    try {
      // a statement may begin just after it was cancelled
      while (cancelStatement()) {
        Thread.sleep(AGAIN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Holds the worker back meanwhile, so that no later user of the connection is met. */
  private synchronized boolean cancelStatement() {
    if (connection == null) {
      return false;
    }
    try {
      connection.cancelQuery();
    } catch (SQLException e) {
      log.warn("cannot cancel a statement: {}", e.getMessage());
    }
    return true;
  }
}
