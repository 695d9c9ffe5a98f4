package dev.operatoranalytics.node;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes a response body that is late, because {@code HttpClient} waits forever. */
final class TimedBody extends FilterInputStream {
  private static final ScheduledExecutorService TIMERS =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("node-timeouts").factory());

  private final ScheduledFuture<?> timer;
  private volatile boolean isLate;

  TimedBody(InputStream body, Duration timeout) {
    super(body);
    timer = TIMERS.schedule(this::onTimeout, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void onTimeout() {
    isLate = true;
    try {
      in.close();
    } catch (IOException e) {
      // the reader gets it, too
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return unlessLate(in.read());
    } catch (IOException e) {
      throw isLate ? late() : e;
    }
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      return unlessLate(in.read(bytes, from, length));
    } catch (IOException e) {
      throw isLate ? late() : e;
    }
  }

  private int unlessLate(int read) throws HttpTimeoutException {
    if (isLate) {
      throw late();
    }
    return read;
  }

  private static HttpTimeoutException late() {
    return new HttpTimeoutException("the answer took too long");
  }

  @Override
  public void close() throws IOException {
    timer.cancel(false);
    super.close();
  }
}
