package dev.operatoranalytics.api.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.operatoranalytics.api.document.ChangeEvent;
import dev.operatoranalytics.api.document.DocumentCache;
import dev.operatoranalytics.api.document.GraphqlEngine;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Canonical;
import dev.operatoranalytics.api.query.ErrorCode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Executes the documents of subscriptions for each event. Subscribers with equal documents share
 * one execution. At most 4 run at once, so that connections are left for other requests.
 */
@Singleton
final class EventResponses {
  private static final int MAX_CONCURRENT = 4;
  private static final long MAX_WEIGHT = 32L << 20;
  private static final int ASSUMED_WEIGHT = 4_096;

  private final GraphqlEngine engine;
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);
  private final Cache<Key, CompletableFuture<byte[]>> responses =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofSeconds(30))
          .maximumWeight(MAX_WEIGHT)
          .weigher((Key key, CompletableFuture<byte[]> answer) -> ASSUMED_WEIGHT)
          .build();

  EventResponses(GraphqlEngine engine) {
    this.engine = engine;
  }

  /**
   * The document that is executed for each event.
   *
   * @param variables in canonical form
   */
  record EventQuery(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      String hash,
      String variables) {

    static EventQuery of(DocumentCache.ValidatedDocument document, GraphqlRequest request) {
      return new EventQuery(document, request, document.hash(), Canonical.of(request.variables()));
    }
  }

  private record Key(
      String document,
      @Nullable String operation,
      String variables,
      Caller.Role role,
      ChangeEvent event) {}

  /** The database cannot be reached; the caller retries. */
  static final class FeedUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FeedUnavailable() {
      super("the database cannot be reached", null, false, false);
    }
  }

  byte[] answer(EventQuery query, ChangeEvent event) {
    var key =
        new Key(
            query.hash(),
            query.request().operationName(),
            query.variables(),
            query.request().caller().role(),
            event);
    var own = new CompletableFuture<byte[]>();
    var shared = responses.asMap().putIfAbsent(key, own);
    if (shared != null) {
      return shared.handle(EventResponses::orUnavailable).join().orThrow();
    }
    try {
      var answer = execute(query, event);
      own.complete(answer);
      return answer;
    } catch (RuntimeException e) {
      responses.invalidate(key);
      own.completeExceptionally(e);
      throw e;
    }
  }

  private record Shared(byte @Nullable [] answer) {
    byte[] orThrow() {
      if (answer == null) {
        throw new FeedUnavailable();
      }
      return answer;
    }
  }

  private static Shared orUnavailable(byte @Nullable [] answer, @Nullable Throwable failure) {
    return new Shared(answer);
  }

  private byte[] execute(EventQuery query, ChangeEvent event) {
    permits.acquireUninterruptibly();
    try {
      var outcome = engine.executeEvent(query.document(), query.request(), event);
      if (!outcome.wasExecuted()
          && outcome.hasErrors()
          && outcome.code() == ErrorCode.UNAVAILABLE) {
        throw new FeedUnavailable();
      }
      return JsonResponse.of(outcome.answer()).whole();
    } finally {
      permits.release();
    }
  }
}
