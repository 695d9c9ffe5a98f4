package dev.operatoranalytics.node;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets so many calls a second begin, and so many requests be under way at a time. */
final class RateLimit {
  private final Semaphore underWay;
  private final long nanosPerCall;
  private long next = System.nanoTime();
  private long pausedUntil = next;

  RateLimit(int concurrent, int perSecond) {
    this.underWay = new Semaphore(concurrent, true);
    this.nanosPerCall = TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** Waits until a request of so many calls may begin; {@link #end} must follow. */
  void begin(int calls) throws InterruptedException {
    underWay.acquire();
    var wait = reserve(calls);
    if (wait > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(wait);
      } catch (InterruptedException e) {
        underWay.release();
        throw e;
      }
    }
  }

  void end() {
    underWay.release();
  }

  /** Nothing begins for so long: the node said that it is asked too much. */
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
