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
 * Cancels one request on timeout or disconnect, whether it waits for a connection or runs a
 * statement.
 */
public final class CancellationToken {
  private static final Logger log = LoggerFactory.getLogger(CancellationToken.class);
  private static final int RETRY_MS = 20;

  private final Thread thread = Thread.currentThread();
  private @Nullable CancellationReason reason;
  private boolean isWaiting;
  private @Nullable ExecutionInput input;
  private @Nullable PGConnection connection;

  /** Why a request was cancelled. */
  public enum CancellationReason {
    TIMEOUT,
    DISCONNECTED
  }

  synchronized @Nullable CancellationReason reason() {
    return reason;
  }

  /** The request starts to wait for a connection. */
  synchronized void awaitConnection(ExecutionInput execution) {
    input = execution;
    throwIfCancelled();
    isWaiting = true;
  }

  /** The request has its connection. */
  synchronized void connected(Connection acquired) throws SQLException {
    isWaiting = false;
    throwIfCancelled();
    connection = acquired.unwrap(PGConnection.class);
  }

  /** The request has released its connection, or got none. */
  synchronized void released() {
    isWaiting = false;
    connection = null;
    Thread.interrupted();
  }

  private void throwIfCancelled() {
    if (reason != null) {
      throw new CancellationException(reason.name());
    }
  }

  /** Blocks until the request has ended; not for the event loop. */
  public void cancel(CancellationReason cause) {
    synchronized (this) {
      if (reason != null) {
        return;
      }
      reason = cause;
      if (input != null) {
        input.cancel();
      }
      if (isWaiting) {
        thread.interrupt();
      }
    }
    try {
      // repeated, because a statement may start just after the cancellation
      while (cancelStatement()) {
        Thread.sleep(RETRY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Synchronized, so that the connection is not released to another request meanwhile. */
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
