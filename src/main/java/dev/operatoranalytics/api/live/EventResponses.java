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
 * What events are told as. However many clients follow the same with the same document, an event is
 * read once for all of them; and however many documents there are, only a few are read at once, so
 * that questions find a connection, too.
 */
@Singleton
final class EventResponses {
  private static final int AT_ONCE = 4;
  private static final long GREATEST_WEIGHT = 32L << 20;
  private static final int WEIGHT_UNKNOWN = 4_096;

  private final GraphqlEngine engine;
  private final Semaphore permits = new Semaphore(AT_ONCE, true);
  private final Cache<Key, CompletableFuture<byte[]>> answers =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofSeconds(30))
          .maximumWeight(GREATEST_WEIGHT)
          .weigher((Key key, CompletableFuture<byte[]> answer) -> WEIGHT_UNKNOWN)
          .build();

  EventResponses(GraphqlEngine engine) {
    this.engine = engine;
  }

  /**
   * What is asked of every event.
   *
   * @param variables in one spelling
   */
  record Question(
      DocumentCache.Checked document, GraphqlRequest request, String hash, String variables) {

    static Question of(DocumentCache.Checked document, GraphqlRequest request) {
      return new Question(document, request, document.hash(), Canonical.of(request.variables()));
    }
  }

  private record Key(
      String document,
      @Nullable String operation,
      String variables,
      Caller.Role role,
      ChangeEvent told) {}

  /** The data cannot be read at this moment; worth another try. */
  static final class NotNow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotNow() {
      super("the database cannot be reached", null, false, false);
    }
  }

  byte[] answer(Question question, ChangeEvent told) {
    var key =
        new Key(
            question.hash(),
            question.request().operationName(),
            question.variables(),
            question.request().caller().role(),
            told);
    var mine = new CompletableFuture<byte[]>();
    var others = answers.asMap().putIfAbsent(key, mine);
    if (others != null) {
      return others.handle(EventResponses::orNotNow).join().orThrow();
    }
    try {
      var answer = make(question, told);
      mine.complete(answer);
      return answer;
    } catch (RuntimeException e) {
      answers.invalidate(key);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private record Made(byte @Nullable [] answer) {
    byte[] orThrow() {
      if (answer == null) {
        throw new NotNow();
      }
      return answer;
    }
  }

  private static Made orNotNow(byte @Nullable [] answer, @Nullable Throwable failure) {
    return new Made(answer);
  }

  private byte[] make(Question question, ChangeEvent told) {
    permits.acquireUninterruptibly();
    try {
      var outcome = engine.tell(question.document(), question.request(), told);
      if (!outcome.wasExecuted()
          && outcome.hasErrors()
          && outcome.code() == ErrorCode.UNAVAILABLE) {
        throw new NotNow();
      }
      return JsonResponse.of(outcome.answer()).whole();
    } finally {
      permits.release();
    }
  }
}
