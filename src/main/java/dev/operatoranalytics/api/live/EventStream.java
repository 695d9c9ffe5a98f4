package dev.operatoranalytics.api.live;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A response of server-sent events: what is sent waits until the socket asks for more. */
final class EventStream implements Publisher<byte[]>, Subscription {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Runnable closed;
  private @Nullable Subscriber<? super byte[]> socket;
  private long demand;
  private boolean isSending;
  private boolean isEnded;
  private boolean isClosed;

  private record Waiting(byte[] event, CompletableFuture<@Nullable Void> taken) {}

  /**
   * @param closed told once, when the client or we have ended the stream
   */
  EventStream(Runnable closed) {
    this.closed = closed;
    // the head of a response is sent with the first bytes of its body
    waiting.add(new Waiting(COMMENT, new CompletableFuture<>()));
  }

  /**
   * Done when the socket has taken it.
   *
   * @param id that the client may go on from; null when it may not
   */
  CompletionStage<?> send(String event, @Nullable String id, byte[] data) {
    var head =
        ((id == null ? "" : "id: " + id + "\n") + "event: " + event + "\ndata: ")
            .getBytes(StandardCharsets.UTF_8);
    var bytes = new byte[head.length + data.length + 2];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(data, 0, bytes, head.length, data.length);
    bytes[bytes.length - 2] = '\n';
    bytes[bytes.length - 1] = '\n';
    return send(bytes);
  }

  /** A line that clients pass over, and that finds out whether there still is one. */
  void ping() {
    synchronized (this) {
      if (!waiting.isEmpty()) {
        return;
      }
    }
    send(COMMENT);
  }

  /** Ends the stream behind what waits. */
  void end() {
    synchronized (this) {
      isEnded = true;
    }
    flush();
  }

  private CompletionStage<?> send(byte[] bytes) {
    var taken = new CompletableFuture<@Nullable Void>();
    synchronized (this) {
      if (isClosed || isEnded) {
        return CompletableFuture.failedFuture(new CancellationException("the stream has ended"));
      }
      waiting.add(new Waiting(bytes, taken));
    }
    flush();
    return taken;
  }

  @Override
  public void subscribe(Subscriber<? super byte[]> subscriber) {
    boolean isOver;
    synchronized (this) {
      socket = subscriber;
      isOver = isClosed;
    }
    subscriber.onSubscribe(this);
    if (isOver) {
      subscriber.onComplete();
    }
  }

  @Override
  public void request(long count) {
    synchronized (this) {
      demand += count;
    }
    flush();
  }

  @Override
  public void cancel() {
    List<Waiting> left;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(
        each ->
            each.taken().completeExceptionally(new CancellationException("the client has left")));
    closed.run();
  }

  /** One thread at a time sends; others leave their event to it. */
  private void flush() {
    synchronized (this) {
      if (isSending) {
        return;
      }
      isSending = true;
    }
    while (true) {
      Waiting next;
      Subscriber<? super byte[]> to;
      synchronized (this) {
        to = socket;
        if (to == null || isClosed || (waiting.isEmpty() && !isEnded)) {
          isSending = false;
          return;
        }
        if (waiting.isEmpty()) {
          isClosed = true;
          isSending = false;
          next = null;
        } else if (demand > 0) {
          demand--;
          next = waiting.remove();
        } else {
          isSending = false;
          return;
        }
      }
      if (next == null) {
        to.onComplete();
        closed.run();
        return;
      }
      to.onNext(next.event());
      next.taken().complete(null);
    }
  }
}
