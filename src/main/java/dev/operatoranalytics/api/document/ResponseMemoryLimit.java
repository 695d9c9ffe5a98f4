package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/**
 * Limits the memory of responses in progress, of all clients, to half of the heap. A response waits
 * in turn when too little is available; one above three quarters of the heap is rejected. Responses
 * up to 2 MB are not counted, because the connection pool limits their number.
 */
@Singleton
public final class ResponseMemoryLimit {
  private static final int BYTES_OF_PERMIT = 1 << 10;
  private static final long SMALL = 2L << 20;

  private final int totalPermits =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2 / BYTES_OF_PERMIT);
  private final long maxResponseBytes = Runtime.getRuntime().maxMemory() / 4 * 3;
  private final Semaphore available = new Semaphore(totalPermits, true);

  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param bytes max memory of the response; above half of the heap, it waits until it is alone
   * @throws RequestRejected when it exceeds the max memory of a response
   */
  Part acquire(long bytes) throws InterruptedException {
    if (bytes <= SMALL) {
      return () -> {};
    }
    if (bytes > maxResponseBytes) {
      throw new RequestRejected(
          HttpStatus.BAD_REQUEST,
          ErrorCode.COST_EXCEEDED,
          "the response could take %,d MB of memory, at most %,d are allowed: ask for smaller pages or fewer days"
              .formatted(bytes >> 20, maxResponseBytes >> 20));
    }
    var permits = (int) Math.min(totalPermits, bytes / BYTES_OF_PERMIT);
    available.acquire(permits);
    return () -> available.release(permits);
  }

  /** Max memory of one response. */
  long maxResponseBytes() {
    return maxResponseBytes;
  }
}
