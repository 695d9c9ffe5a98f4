package dev.operatoranalytics.database;

import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks threads that work on the databases. At shutdown it interrupts them and waits, so that they
 * stop between two transactions and do not lose a connection within one.
 */
@Singleton
public class GracefulShutdown {
  private static final Logger log = LoggerFactory.getLogger(GracefulShutdown.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final List<Thread> threads = new ArrayList<>();
  private boolean isShuttingDown;

  /** A runnable that may throw a checked exception. */
  public interface ThrowingRunnable<E extends Exception> {
    void run() throws E;
  }

  /** A supplier that may throw a checked exception. */
  public interface ThrowingSupplier<T, E extends Exception> {
    T get() throws E;
  }

  /**
   * Calls {@code supplier} on this thread. A failure after shutdown began is reported as a
   * cancellation.
   *
   * @param shutdownMessage message of the cancellation
   * @throws CancellationException when shutdown stopped the call
   */
  public <T, E extends Exception> T call(String shutdownMessage, ThrowingSupplier<T, E> supplier)
      throws E {
    register();
    try {
      return supplier.get();
    } catch (Exception e) {
      if (!isShuttingDown()) {
        throw e;
      }
      log.info("{}", shutdownMessage);
      log.debug("stopped in", e);
      throw new CancellationException(shutdownMessage);
    } finally {
      unregister();
    }
  }

  /** The same without a result. */
  public <E extends Exception> void run(String shutdownMessage, ThrowingRunnable<E> runnable)
      throws E {
    call(
        shutdownMessage,
        () -> {
          runnable.run();
          return true;
        });
  }

  /** Interrupts the registered threads and waits until they end, for 10 seconds at most. */
  @EventListener
  synchronized void shutDown(ShutdownEvent event) throws InterruptedException {
    isShuttingDown = true;
    threads.forEach(Thread::interrupt);
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    for (var remaining = TIMEOUT; !threads.isEmpty() && remaining.isPositive(); ) {
      wait(remaining.toMillis() + 1);
      remaining = Duration.ofNanos(deadline - System.nanoTime());
    }
  }

  private synchronized void register() {
    if (isShuttingDown) {
      throw new CancellationException("the program is ending");
    }
    threads.add(Thread.currentThread());
  }

  private synchronized boolean isShuttingDown() {
    return isShuttingDown;
  }

  private synchronized void unregister() {
    threads.remove(Thread.currentThread());
    if (isShuttingDown) {
      // the interrupt was for this work, not for the next work of the thread
      Thread.interrupted();
    }
    notifyAll();
  }
}
