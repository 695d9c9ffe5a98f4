package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.feed.Feed;
import dev.operatoranalytics.api.graphql.EventAnswers.Question;
import dev.operatoranalytics.api.graphql.GraphqlEngine.Asked;
import dev.operatoranalytics.api.query.ErrorCode;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Runs operations that are answered piece by piece, each on a thread of its own. */
@Singleton
final class Operations {
  private final Documents documents;
  private final GraphqlEngine engine;
  private final Schema schema;
  private final Feed feed;
  private final EventAnswers answers;
  private final Gate gate;
  private final RequestMetrics metrics;
  private final Clients clients;

  Operations(
      Documents documents,
      GraphqlEngine engine,
      Schema schema,
      Feed feed,
      EventAnswers answers,
      Gate gate,
      RequestMetrics metrics,
      Clients clients) {
    this.clients = clients;
    this.gate = gate;
    this.metrics = metrics;
    this.documents = documents;
    this.engine = engine;
    this.schema = schema;
    this.feed = feed;
    this.answers = answers;
  }

  Running start(GraphqlRequest request, Sink sink) {
    var running = new Running(request, sink);
    Thread.startVirtualThread(running::run);
    return running;
  }

  /** An operation under way, which its client may call off. */
  final class Running {
    private final GraphqlRequest request;
    private final Sink sink;
    private boolean isOver;
    private @Nullable Work work;
    private @Nullable Subscription subscription;

    private Running(GraphqlRequest request, Sink sink) {
      this.request = request;
      this.sink = sink;
    }

    /** Ends the operation with an error when its credentials are no longer valid. */
    void endIfExpired() {
      if (!request.credentials().areValid()) {
        cancel();
        sink.refuse(Gate.expired().answer());
      }
    }

    /** Nothing is sent from now on; what runs is called off. */
    void cancel() {
      Work begun;
      synchronized (this) {
        isOver = true;
        begun = work;
        if (subscription != null) {
          subscription.cancel();
        }
      }
      if (begun != null) {
        Thread.startVirtualThread(() -> begun.callOff(Work.End.CLIENT_LEFT));
      }
    }

    private void run() {
      try {
        var document = documents.find(request);
        gate.check(document, request);
        if (document.operation(request.operationName()) == Operation.SUBSCRIPTION
            && !document.entry().hasErrors()) {
          subscribe(document);
        } else {
          answer(document);
        }
      } catch (Refusal refusal) {
        metrics.refused(refusal.code());
        sink.refuse(refusal.answer());
      } catch (CompletionException | CancellationException e) {
        // the socket is gone
        cancel();
      } catch (RuntimeException e) {
        sink.refuse(Faults.answer(e));
      }
    }

    private void answer(Documents.Checked document) {
      if (document.rootFields(request.operationName()).stream()
          .anyMatch(schema.selfWriting()::contains)) {
        throw Refusal.malformed("what writes itself is answered by POST alone");
      }
      var own = new Work();
      synchronized (this) {
        if (isOver) {
          return;
        }
        work = own;
      }
      var cost = engine.cost(document, request);
      GraphqlEngine.Outcome outcome;
      // until the client has taken the answer, but not when it may ask for the next
      try (var _ = clients.takeRequest(request.caller(), cost)) {
        outcome = engine.execute(document, request, cost, own);
        synchronized (this) {
          work = null;
          if (isOver) {
            return;
          }
        }
        if (outcome.wasExecuted()) {
          sink.next(Answer.of(outcome.answer()).whole(), null).toCompletableFuture().join();
        }
      }
      if (outcome.wasExecuted()) {
        sink.complete();
      } else {
        sink.refuse(outcome.answer());
      }
    }

    private void subscribe(Documents.Checked document) {
      switch (engine.ask(document, request)) {
        case Asked.Refused(var outcome) when outcome.hasErrors() -> sink.refuse(outcome.answer());
        // the only field was left out
        case Asked.Refused refused -> sink.complete();
        case Asked.Following(var follow) -> {
          try {
            var begun =
                new Subscription(feed, follow, Question.of(document, request), answers, sink);
            synchronized (this) {
              subscription = begun;
              if (isOver) {
                begun.cancel();
                return;
              }
            }
            begun.start();
          } catch (Feed.UnknownPosition e) {
            throw new Refusal(
                HttpStatus.BAD_REQUEST, ErrorCode.BAD_USER_INPUT, String.valueOf(e.getMessage()));
          } catch (SQLException e) {
            sink.refuse(Faults.answer(e));
          }
        }
      }
    }
  }
}
