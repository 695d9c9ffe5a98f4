package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/**
 * Memory for the answers that are being made, of all clients: half of ours. An answer that finds
 * too little left waits for it in turn, and one that could take more than three quarters of our
 * memory is refused. Small answers do not count, for there are never more of them than connections.
 */
@Singleton
public final class ResponseMemoryLimit {
  private static final int BYTES_OF_PERMIT = 1 << 10;
  private static final long SMALL = 2L << 20;

  private final int most =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2 / BYTES_OF_PERMIT);
  private final long greatest = Runtime.getRuntime().maxMemory() / 4 * 3;
  private final Semaphore left = new Semaphore(most, true);

  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param bytes that the answer may take; beyond half of our memory, it waits until it is alone
   * @throws RequestRejected when it is more than an answer may take
   */
  Part take(long bytes) throws InterruptedException {
    if (bytes <= SMALL) {
      return () -> {};
    }
    if (bytes > greatest) {
      throw new RequestRejected(
          HttpStatus.BAD_REQUEST,
          ErrorCode.COST_EXCEEDED,
          "the answer could take %,d MB of memory, at most %,d are allowed: ask for smaller pages or fewer days"
              .formatted(bytes >> 20, greatest >> 20));
    }
    var taken = (int) Math.min(most, bytes / BYTES_OF_PERMIT);
    left.acquire(taken);
    return () -> left.release(taken);
  }

  /** The most that one answer may take. */
  long greatest() {
    return greatest;
  }
}
