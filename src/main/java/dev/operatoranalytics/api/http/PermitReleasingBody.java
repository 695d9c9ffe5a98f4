package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A long response body that keeps its permit until the client has read it or disconnects. */
public final class PermitReleasingBody extends FilterInputStream {
  private final Runnable release;
  private volatile Runnable removeListener = () -> {};
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private PermitReleasingBody(InputStream body, Runnable release) {
    super(body);
    this.release = release;
  }

  /**
   * @param release runs once: when the response was sent, was cancelled, or failed
   */
  public static MutableHttpResponse<?> holdUntilSent(
      HttpRequest<?> http, Runnable release, Supplier<MutableHttpResponse<?>> handler) {
    MutableHttpResponse<?> response;
    try {
      response = handler.get();
    } catch (RuntimeException | Error e) {
      release.run();
      throw e;
    }
    switch (response.body()) {
      case InputStream body -> response.body(holding(http, body, release));
      case StreamedFile file ->
          response.body(
              new StreamedFile(holding(http, file.getInputStream(), release), file.getMediaType()));
      case null, default -> release.run();
    }
    return response;
  }

  private static PermitReleasingBody holding(
      HttpRequest<?> http, InputStream body, Runnable release) {
    var holding = new PermitReleasingBody(body, release);
    // Micronaut does not close the body when the client disconnects before the response begins
    holding.removeListener =
        OnDisconnect.register(http, () -> Thread.startVirtualThread(holding::closeUnchecked));
    return holding;
  }

  private void closeUnchecked() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (isClosed.compareAndSet(false, true)) {
      removeListener.run();
      release.run();
      super.close();
    }
  }
}
