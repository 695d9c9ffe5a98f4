package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent;
import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.live.EventResponses.NotNow;
import dev.operatoranalytics.api.live.EventResponses.Question;
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
 * One client's reading of the feed. It sends an event only after the socket took the one before,
 * and has a thread only while there is something to send: the last event is not waited for.
 */
final class Subscription {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SubscriptionFilter follow;
  private final Question question;
  private final EventResponses answers;
  private final OperationSink sink;
  private final Subscriber follower;
  // the first is of start: the feed may wake before it is there
  private final AtomicInteger wakes = new AtomicInteger(1);
  private final AtomicBoolean isOver = new AtomicBoolean();
  private volatile CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

  Subscription(
      ChangeFeed feed,
      SubscriptionFilter follow,
      Question question,
      EventResponses answers,
      OperationSink sink)
      throws SQLException, ChangeFeed.UnknownPosition {
    this.follow = follow;
    this.question = question;
    this.answers = answers;
    this.sink = sink;
    this.follower = feed.follow(follow, this::wake);
  }

  /** Sends what there is; to be called once. */
  void start() {
    Thread.startVirtualThread(this::drain);
  }

  /** There may be something to send. */
  void wake() {
    if (!isOver.get() && wakes.getAndIncrement() == 0) {
      Thread.startVirtualThread(this::drain);
    }
  }

  void cancel() {
    isOver.set(true);
    follower.close();
  }

  private void drain() {
    int seen;
    do {
      seen = wakes.get();
      try {
        tellAll();
      } catch (CompletionException | CancellationException e) {
        // the socket is gone
        cancel();
      } catch (RuntimeException e) {
        refuse(ErrorMapper.answer(e));
      }
    } while (wakes.addAndGet(-seen) != 0);
  }

  private void tellAll() {
    while (!isOver.get()) {
      try {
        if (!sent.isDone()) {
          // what comes meanwhile may stand for what would have been next
          var _ = sent.whenComplete((taken, gone) -> wake());
          return;
        }
        sent.join();
        var told = follower.next();
        for (var each : told) {
          tell(each);
          if (follow.endsWith(each)) {
            end();
          }
        }
        if (told.isEmpty()) {
          if (follower.isDone()) {
            end();
          }
          return;
        }
      } catch (SQLException e) {
        log.warn("the change feed cannot be read, it will be tried again: {}", e.getMessage());
        pause();
      }
    }
  }

  private void tell(ChangeEvent told) {
    while (!isOver.get()) {
      try {
        if (!question.request().credentials().areValid()) {
          refuse(Authorizer.expired().answer());
          return;
        }
        var answer = answers.answer(question, told);
        sent.join();
        if (!isOver.get()) {
          sent = sink.next(answer, told.cursor()).toCompletableFuture();
        }
        return;
      } catch (NotNow e) {
        pause();
      }
    }
  }

  private void refuse(Map<String, Object> answer) {
    if (isOver.compareAndSet(false, true)) {
      follower.close();
      sink.refuse(answer);
    }
  }

  private void end() {
    if (isOver.compareAndSet(false, true)) {
      follower.close();
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
