package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.CancellationToken;
import dev.operatoranalytics.api.document.DocumentCache;
import dev.operatoranalytics.api.document.ErrorMapper;
import dev.operatoranalytics.api.document.GraphqlEngine;
import dev.operatoranalytics.api.document.GraphqlEngine.SubscriptionResult;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.GraphqlSchema;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.live.EventResponses.EventQuery;
import dev.operatoranalytics.api.query.ErrorCode;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Runs operations of sockets and event streams, each on its own virtual thread. */
@Singleton
final class Operations {
  private final DocumentCache documents;
  private final GraphqlEngine engine;
  private final GraphqlSchema schema;
  private final ChangeFeed feed;
  private final EventResponses answers;
  private final Authorizer authorizer;
  private final RequestMetrics metrics;
  private final ClientQuotas clients;

  Operations(
      DocumentCache documents,
      GraphqlEngine engine,
      GraphqlSchema schema,
      ChangeFeed feed,
      EventResponses answers,
      Authorizer authorizer,
      RequestMetrics metrics,
      ClientQuotas clients) {
    this.clients = clients;
    this.authorizer = authorizer;
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

  /** A running operation, which can be cancelled. */
  final class Running {
    private final GraphqlRequest request;
    private final OperationSink sink;
    private boolean isCancelled;
    private @Nullable CancellationToken cancellation;
    private @Nullable Subscription subscription;

    private Running(GraphqlRequest request, OperationSink sink) {
      this.request = request;
      this.sink = sink;
    }

    /** Ends the operation with an error when its credentials are no longer valid. */
    void endIfExpired() {
      if (!request.credentials().areValid()) {
        cancel();
        sink.reject(Authorizer.expired().answer());
      }
    }

    /** Sends nothing from now on, and cancels the running statement. */
    void cancel() {
      CancellationToken active;
      synchronized (this) {
        isCancelled = true;
        active = cancellation;
        if (subscription != null) {
          subscription.cancel();
        }
      }
      if (active != null) {
        Thread.startVirtualThread(
            () -> active.cancel(CancellationToken.CancellationReason.DISCONNECTED));
      }
    }

    private void run() {
      try {
        var document = documents.find(request);
        authorizer.check(document, request);
        if (document.operation(request.operationName()) == Operation.SUBSCRIPTION
            && !document.entry().hasErrors()) {
          subscribe(document);
        } else {
          answer(document);
        }
      } catch (RequestRejected rejection) {
        metrics.rejected(rejection.code());
        sink.reject(rejection.answer());
      } catch (CompletionException | CancellationException e) {
        // the socket is closed
        cancel();
      } catch (RuntimeException e) {
        sink.reject(ErrorMapper.answer(e));
      }
    }

    private void answer(DocumentCache.ValidatedDocument document) {
      if (document.rootFields(request.operationName()).stream()
          .anyMatch(schema.streamed()::contains)) {
        throw RequestRejected.malformed("streamed fields are answered over HTTP only");
      }
      var token = new CancellationToken();
      synchronized (this) {
        if (isCancelled) {
          return;
        }
        cancellation = token;
      }
      var cost = engine.cost(document, request);
      GraphqlEngine.ExecutionOutcome outcome;
      // held until the client has read the response, but released before complete is sent
      try (var _ = clients.acquireRequest(request.caller(), cost)) {
        outcome = engine.execute(document, request, cost, token);
        synchronized (this) {
          cancellation = null;
          if (isCancelled) {
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
        sink.reject(outcome.answer());
      }
    }

    private void subscribe(DocumentCache.ValidatedDocument document) {
      switch (engine.subscribe(document, request)) {
        case SubscriptionResult.Rejected(var outcome) when outcome.hasErrors() ->
            sink.reject(outcome.answer());
        // a directive skipped the only field
        case SubscriptionResult.Rejected rejected -> sink.complete();
        case SubscriptionResult.Accepted(var filter) -> {
          try {
            var active =
                new Subscription(feed, filter, EventQuery.of(document, request), answers, sink);
            synchronized (this) {
              subscription = active;
              if (isCancelled) {
                active.cancel();
                return;
              }
            }
            sink.subscribed();
            active.start();
          } catch (ChangeFeed.UnknownPosition e) {
            throw new RequestRejected(
                HttpStatus.BAD_REQUEST, ErrorCode.BAD_USER_INPUT, String.valueOf(e.getMessage()));
          } catch (SQLException e) {
            sink.reject(ErrorMapper.answer(e));
          }
        }
      }
    }
  }
}
