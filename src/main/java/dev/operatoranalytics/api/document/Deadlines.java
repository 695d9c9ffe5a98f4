package dev.operatoranalytics.api.document;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Cancels requests at their deadline. A request that ends before leaves nothing in the queue; other
 * schedulers keep its document and variables until the deadline.
 */
@Singleton
final class Deadlines {
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("request-deadlines").daemon().factory());

  Deadlines() {
    clock.setRemoveOnCancelPolicy(true);
  }

  Future<?> start(Duration deadline, CancellationToken cancellation) {
    return clock.schedule(
        () ->
            Thread.startVirtualThread(
                () -> cancellation.cancel(CancellationToken.CancellationReason.TIMEOUT)),
        deadline.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
  }
}
