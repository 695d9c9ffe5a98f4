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

/** A response of server-sent events: events wait until the socket requests them. */
final class EventStream implements Publisher<byte[]>, Subscription {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Runnable closed;
  private @Nullable Subscriber<? super byte[]> socket;
  private long demand;
  private boolean isSending;
  private boolean isEnded;
  private boolean isClosed;

  private record Pending(byte[] event, CompletableFuture<@Nullable Void> sent) {}

  /**
   * @param closed runs once, when the client or the server has ended the stream
   */
  EventStream(Runnable closed) {
    this.closed = closed;
  }

  /** Sends the headers: Micronaut does so with the first bytes of the body. */
  void begin() {
    var _ = send(COMMENT);
  }

  /**
   * Completes when the socket has accepted the event.
   *
   * @param id that the client can resume from; null for none
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

  /** Sends a comment, which clients ignore, to detect a broken connection. */
  void ping() {
    synchronized (this) {
      if (!pending.isEmpty()) {
        return;
      }
    }
    send(COMMENT);
  }

  /** Ends the stream after pending events. */
  void end() {
    synchronized (this) {
      isEnded = true;
    }
    flush();
  }

  private CompletionStage<?> send(byte[] bytes) {
    var sent = new CompletableFuture<@Nullable Void>();
    synchronized (this) {
      if (isClosed || isEnded) {
        return CompletableFuture.failedFuture(new CancellationException("the stream has ended"));
      }
      pending.add(new Pending(bytes, sent));
    }
    flush();
    return sent;
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
    List<Pending> cancelled;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      cancelled = List.copyOf(pending);
      pending.clear();
    }
    cancelled.forEach(
        each ->
            each.sent().completeExceptionally(new CancellationException("the client has left")));
    closed.run();
  }

  /** One thread at a time sends the events of all. */
  private void flush() {
    synchronized (this) {
      if (isSending) {
        return;
      }
      isSending = true;
    }
    while (true) {
      Pending next;
      Subscriber<? super byte[]> to;
      synchronized (this) {
        to = socket;
        if (to == null || isClosed || (pending.isEmpty() && !isEnded)) {
          isSending = false;
          return;
        }
        if (pending.isEmpty()) {
          isClosed = true;
          isSending = false;
          next = null;
        } else if (demand > 0) {
          demand--;
          next = pending.remove();
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
      next.sent().complete(null);
    }
  }
}
