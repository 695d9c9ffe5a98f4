package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.CancellationToken;
import dev.operatoranalytics.api.document.DocumentCache;
import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.GraphqlEngine;
import dev.operatoranalytics.api.document.GraphqlEngine.Asked;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.GraphqlSchema;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.live.EventResponses.Question;
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
  private final DocumentCache documents;
  private final GraphqlEngine engine;
  private final GraphqlSchema schema;
  private final ChangeFeed feed;
  private final EventResponses answers;
  private final Authorizer gate;
  private final RequestMetrics metrics;
  private final ClientQuotas clients;

  Operations(
      DocumentCache documents,
      GraphqlEngine engine,
      GraphqlSchema schema,
      ChangeFeed feed,
      EventResponses answers,
      Authorizer gate,
      RequestMetrics metrics,
      ClientQuotas clients) {
    this.clients = clients;
    this.gate = gate;
    this.metrics = metrics;
    this.documents = documents;
    this.engine = engine;
    this.schema = schema;
    this.feed = feed;
    this.answers = answers;
  }

  Running start(GraphqlRequest request, OperationSink sink) {
    var running = new Running(request, sink);
    Thread.startVirtualThread(running::run);
    return running;
  }

  /** An operation under way, which its client may call off. */
  final class Running {
    private final GraphqlRequest request;
    private final OperationSink sink;
    private boolean isOver;
    private @Nullable CancellationToken work;
    private @Nullable Subscription subscription;

    private Running(GraphqlRequest request, OperationSink sink) {
      this.request = request;
      this.sink = sink;
    }

    /** Ends the operation with an error when its credentials are no longer valid. */
    void endIfExpired() {
      if (!request.credentials().areValid()) {
        cancel();
        sink.refuse(Authorizer.expired().answer());
      }
    }

    /** Nothing is sent from now on; what runs is called off. */
    void cancel() {
      CancellationToken begun;
      synchronized (this) {
        isOver = true;
        begun = work;
        if (subscription != null) {
          subscription.cancel();
        }
      }
      if (begun != null) {
        Thread.startVirtualThread(() -> begun.callOff(CancellationToken.End.CLIENT_LEFT));
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
      } catch (RequestRejected refusal) {
        metrics.refused(refusal.code());
        sink.refuse(refusal.answer());
      } catch (CompletionException | CancellationException e) {
        // the socket is gone
        cancel();
      } catch (RuntimeException e) {
        sink.refuse(ErrorMapper.answer(e));
      }
    }

    private void answer(DocumentCache.Checked document) {
      if (document.rootFields(request.operationName()).stream()
          .anyMatch(schema.selfWriting()::contains)) {
        throw RequestRejected.malformed("what writes itself is answered by POST alone");
      }
      var own = new CancellationToken();
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
          sink.next(JsonResponse.of(outcome.answer()).whole(), null).toCompletableFuture().join();
        }
      }
      if (outcome.wasExecuted()) {
        sink.complete();
      } else {
        sink.refuse(outcome.answer());
      }
    }

    private void subscribe(DocumentCache.Checked document) {
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
          } catch (ChangeFeed.UnknownPosition e) {
            throw new RequestRejected(
                HttpStatus.BAD_REQUEST, ErrorCode.BAD_USER_INPUT, String.valueOf(e.getMessage()));
          } catch (SQLException e) {
            sink.refuse(ErrorMapper.answer(e));
          }
        }
      }
    }
  }
}
