package dev.operatoranalytics.api.document;

import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Admits a few requests at once that rebuild a past state, and lets a few more wait for them. Each
 * takes seconds of both databases, so it waits here before it has a connection that others need.
 */
@Singleton
final class AsOfQueue {
  private static final int MAX_CONCURRENT = 2;
  private static final int MAX_WAITING = 8;
  private static final int TIMEOUT_SECONDS = 5;

  private final Semaphore admitted = new Semaphore(MAX_CONCURRENT + MAX_WAITING);
  private final Semaphore turns = new Semaphore(MAX_CONCURRENT, true);

  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @throws RequestRejected when too many wait already, or the wait is too long
   */
  Turn enter() {
    if (!admitted.tryAcquire()) {
      throw RequestRejected.busy(TIMEOUT_SECONDS);
    }
    try {
      if (turns.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return () -> {
          turns.release();
          admitted.release();
        };
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admitted.release();
    throw RequestRejected.busy(TIMEOUT_SECONDS);
  }
}
