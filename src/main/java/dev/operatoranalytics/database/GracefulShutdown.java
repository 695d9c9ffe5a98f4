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
 * What is at work on the databases. When the program ends, it is interrupted and waited for: it
 * leaves off between two transactions, and does not lose its connections within one.
 */
@Singleton
public class GracefulShutdown {
  private static final Logger log = LoggerFactory.getLogger(GracefulShutdown.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final List<Thread> threads = new ArrayList<>();
  private boolean isShuttingDown;

  /** What is to be done. */
  public interface ThrowingRunnable<E extends Exception> {
    void run() throws E;
  }

  /** What is to be done, and gives something. */
  public interface ThrowingSupplier<T, E extends Exception> {
    T get() throws E;
  }

  /**
   * Does it, on this thread. Whatever it fails with once the end has begun is that it was stopped.
   *
   * @param whenStopped what there is to say then
   * @throws CancellationException when it was stopped
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

  /** The same for what gives nothing. */
  public <E extends Exception> void run(String shutdownMessage, ThrowingRunnable<E> runnable)
      throws E {
    call(
        shutdownMessage,
        () -> {
          runnable.run();
          return true;
        });
  }

  /** Interrupts whoever is at work, and waits until they have left off, or for some seconds. */
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
      throw new CancellationException("the program ends");
    }
    threads.add(Thread.currentThread());
  }

  private synchronized boolean isShuttingDown() {
    return isShuttingDown;
  }

  private synchronized void unregister() {
    threads.remove(Thread.currentThread());
    if (isShuttingDown) {
      // it was meant for the work, not for what its thread does next
      Thread.interrupted();
    }
    notifyAll();
  }
}
