package dev.operatoranalytics.node;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Limits calls per second and concurrent requests. */
final class RateLimit {
  private final Semaphore permits;
  private final long nanosPerCall;
  private long next = System.nanoTime();
  private long pausedUntil = next;

  RateLimit(int concurrent, int perSecond) {
    this.permits = new Semaphore(concurrent, true);
    this.nanosPerCall = TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** Waits until a request of this many calls may start; {@link #end} must follow. */
  void begin(int calls) throws InterruptedException {
    permits.acquire();
    var wait = reserve(calls);
    if (wait > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(wait);
      } catch (InterruptedException e) {
        permits.release();
        throw e;
      }
    }
  }

  void end() {
    permits.release();
  }

  /** Starts no request for this time, because the node reported a rate limit. */
  synchronized void pause(long nanos) {
    pausedUntil = Math.max(pausedUntil, System.nanoTime() + nanos);
  }

  private synchronized long reserve(int calls) {
    var now = System.nanoTime();
    var begin = Math.max(now, Math.max(next, pausedUntil));
    next = begin + calls * nanosPerCall;
    return begin - now;
  }
}
