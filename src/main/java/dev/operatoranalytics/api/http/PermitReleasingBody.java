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

/** A long answer, which keeps the place of its request until the client has taken it, or left. */
public final class PermitReleasingBody extends FilterInputStream {
  private final Runnable taken;
  private volatile Runnable forget = () -> {};
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private PermitReleasingBody(InputStream body, Runnable taken) {
    super(body);
    this.taken = taken;
  }

  /**
   * @param taken is run once, when the answer was taken, is given up, or could not be made
   */
  public static MutableHttpResponse<?> hold(
      HttpRequest<?> http, Runnable taken, Supplier<MutableHttpResponse<?>> answering) {
    MutableHttpResponse<?> response;
    try {
      response = answering.get();
    } catch (RuntimeException | Error e) {
      taken.run();
      throw e;
    }
    switch (response.body()) {
      case InputStream body -> response.body(held(http, body, taken));
      case StreamedFile file ->
          response.body(
              new StreamedFile(held(http, file.getInputStream(), taken), file.getMediaType()));
      case null, default -> taken.run();
    }
    return response;
  }

  private static PermitReleasingBody held(HttpRequest<?> http, InputStream body, Runnable taken) {
    var held = new PermitReleasingBody(body, taken);
    // nobody else closes the body of an answer whose client left before it began
    held.forget = OnDisconnect.tell(http, () -> Thread.startVirtualThread(held::giveUp));
    return held;
  }

  private void giveUp() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (isClosed.compareAndSet(false, true)) {
      forget.run();
      taken.run();
      super.close();
    }
  }
}
