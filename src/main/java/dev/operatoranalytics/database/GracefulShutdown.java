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
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Thread> threads = new ArrayList<>();
  private boolean isEnding;

  /** What is to be done. */
  public interface Work<E extends Exception> {
    void run() throws E;
  }

  /** What is to be done, and gives something. */
  public interface Question<T, E extends Exception> {
    T ask() throws E;
  }

  /**
   * Does it, on this thread. Whatever it fails with once the end has begun is that it was stopped.
   *
   * @param whenStopped what there is to say then
   * @throws CancellationException when it was stopped
   */
  public <T, E extends Exception> T ask(String whenStopped, Question<T, E> question) throws E {
    enter();
    try {
      return question.ask();
    } catch (Exception e) {
      if (!isEnding()) {
        throw e;
      }
      log.info("{}", whenStopped);
      log.debug("stopped in", e);
      throw new CancellationException(whenStopped);
    } finally {
      leave();
    }
  }

  /** The same for what gives nothing. */
  public <E extends Exception> void run(String whenStopped, Work<E> work) throws E {
    ask(
        whenStopped,
        () -> {
          work.run();
          return true;
        });
  }

  /** Interrupts whoever is at work, and waits until they have left off, or for some seconds. */
  @EventListener
  synchronized void end(ShutdownEvent ended) throws InterruptedException {
    isEnding = true;
    threads.forEach(Thread::interrupt);
    var giveUp = System.nanoTime() + PATIENCE.toNanos();
    for (var left = PATIENCE; !threads.isEmpty() && left.isPositive(); ) {
      wait(left.toMillis() + 1);
      left = Duration.ofNanos(giveUp - System.nanoTime());
    }
  }

  private synchronized void enter() {
    if (isEnding) {
      throw new CancellationException("the program ends");
    }
    threads.add(Thread.currentThread());
  }

  private synchronized boolean isEnding() {
    return isEnding;
  }

  private synchronized void leave() {
    threads.remove(Thread.currentThread());
    if (isEnding) {
      // it was meant for the work, not for what its thread does next
      Thread.interrupted();
    }
    notifyAll();
  }
}
