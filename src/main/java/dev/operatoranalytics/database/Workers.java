package dev.operatoranalytics.database;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.MDC;

/**
 * A fixed number of threads and as many connections; each task has one connection for itself.
 *
 * @param <C> a connection, or an object that holds connections
 */
public final class Workers<C extends AutoCloseable> implements AutoCloseable {
  private final List<C> all = new ArrayList<>();
  private final BlockingQueue<C> idle;
  private final ExecutorService threads;

  public Workers(int count, ConnectionOpener<C> opener) throws SQLException {
    idle = new ArrayBlockingQueue<>(count);
    threads = Executors.newFixedThreadPool(count);
    try {
      for (var i = 0; i < count; i++) {
        all.add(opener.open());
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
    idle.addAll(all);
  }

  /** Opens a connection. */
  public interface ConnectionOpener<C> {
    C open() throws SQLException;
  }

  /** Work on a connection. */
  public interface WorkerTask<C, T> {
    T run(C connection) throws SQLException;
  }

  /** The result of a task that may still run. */
  public record PendingResult<T>(Future<T> future) {

    /** Waits for the result; throws the task's failure. */
    public T await() throws SQLException {
      try {
        return future.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case SQLException cause -> throw cause;
          case RuntimeException cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }
  }

  public int count() {
    return all.size();
  }

  public <T> PendingResult<T> submit(WorkerTask<C, T> task) {
    // log lines of the task carry the run of the caller
    var context = MDC.getCopyOfContextMap();
    Callable<T> callable =
        () -> {
          var connection = idle.take();
          MDC.setContextMap(context);
          try {
            return task.run(connection);
          } finally {
            MDC.clear();
            idle.add(connection);
          }
        };
    return new PendingResult<>(threads.submit(callable));
  }

  /**
   * Interrupts running tasks, waits for their end, drops the others, and closes the connections.
   */
  @Override
  public void close() throws SQLException {
    threads.shutdownNow();
    threads.close();
    for (var connection : all) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
