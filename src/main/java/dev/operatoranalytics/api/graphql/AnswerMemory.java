package dev.operatoranalytics.api.graphql;

import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/**
 * Memory for the answers that are being made, of all clients: half of ours. Who finds too little
 * left waits for it in turn. Small answers do not count, for there are never more of them than
 * connections.
 */
@Singleton
final class AnswerMemory {
  /** What an object of an answer takes while it is made, roughly: 183,001 pass in 256 MB. */
  private static final int BYTES_OF_OBJECT = 1 << 10;

  private static final int SMALL = 2_000;

  private final int most =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2 / BYTES_OF_OBJECT);
  private final Semaphore left = new Semaphore(most, true);

  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param objects that the answer may hold; beyond all there is, it waits until it is alone
   */
  Part take(long objects) throws InterruptedException {
    if (objects <= SMALL) {
      return () -> {};
    }
    var taken = (int) Math.min(most, objects);
    left.acquire(taken);
    return () -> left.release(taken);
  }
}
