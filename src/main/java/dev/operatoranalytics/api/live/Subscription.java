package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent;
import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.live.EventResponses.EventQuery;
import dev.operatoranalytics.api.live.EventResponses.FeedUnavailable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of one subscription. An event is sent after the transport has accepted the
 * previous one. A virtual thread runs only while there are events to send.
 */
final class Subscription {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SubscriptionFilter filter;
  private final EventQuery query;
  private final EventResponses answers;
  private final OperationSink sink;
  private final Subscriber subscriber;
  // starts at 1 for start(): the feed may wake this before start
  private final AtomicInteger wakes = new AtomicInteger(1);
  private final AtomicBoolean isEnded = new AtomicBoolean();
  private volatile CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

  Subscription(
      ChangeFeed feed,
      SubscriptionFilter filter,
      EventQuery query,
      EventResponses answers,
      OperationSink sink)
      throws SQLException, ChangeFeed.UnknownPosition {
    this.filter = filter;
    this.query = query;
    this.answers = answers;
    this.sink = sink;
    this.subscriber = feed.subscribe(filter, this::wake);
  }

  /** Sends available events; to be called once. */
  void start() {
    Thread.startVirtualThread(this::drain);
  }

  /** Signals that events may be available. */
  void wake() {
    if (!isEnded.get() && wakes.getAndIncrement() == 0) {
      Thread.startVirtualThread(this::drain);
    }
  }

  void cancel() {
    isEnded.set(true);
    subscriber.close();
  }

  private void drain() {
    int seen;
    do {
      seen = wakes.get();
      try {
        sendAll();
      } catch (CompletionException | CancellationException e) {
        // the socket is closed
        cancel();
      } catch (RuntimeException e) {
        reject(ErrorMapper.answer(e));
      }
    } while (wakes.addAndGet(-seen) != 0);
  }

  private void sendAll() {
    while (!isEnded.get()) {
      try {
        if (!sent.isDone()) {
          // rows that arrive meanwhile may replace the next ones
          var _ = sent.whenComplete((_, _) -> wake());
          return;
        }
        sent.join();
        var events = subscriber.next();
        for (var event : events) {
          send(event);
          if (filter.endsWith(event)) {
            end();
          }
        }
        if (events.isEmpty()) {
          if (subscriber.isDone()) {
            end();
          }
          return;
        }
      } catch (SQLException e) {
        log.warn("the change feed cannot be read; the next poll tries again: {}", e.getMessage());
        pause();
      }
    }
  }

  private void send(ChangeEvent event) {
    while (!isEnded.get()) {
      try {
        if (!query.request().credentials().areValid()) {
          reject(Authorizer.expired().answer());
          return;
        }
        var answer = answers.answer(query, event);
        sent.join();
        if (!isEnded.get()) {
          sent = sink.next(answer, event.cursor()).toCompletableFuture();
        }
        return;
      } catch (FeedUnavailable e) {
        pause();
      }
    }
  }

  private void reject(Map<String, Object> answer) {
    if (isEnded.compareAndSet(false, true)) {
      subscriber.close();
      sink.reject(answer);
    }
  }

  private void end() {
    if (isEnded.compareAndSet(false, true)) {
      subscriber.close();
      sink.complete();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
