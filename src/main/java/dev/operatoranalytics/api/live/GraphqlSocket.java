package dev.operatoranalytics.api.live;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.operatoranalytics.api.document.Credentials;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.Json;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestJson;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.exceptions.WebSocketSessionException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One {@code graphql-transport-ws} socket; its messages are received one after the other. */
final class GraphqlSocket {
  private static final int BAD_MESSAGE = 4400;
  private static final int UNAUTHORIZED = 4401;
  private static final int FORBIDDEN = 4403;
  private static final int INIT_TIMEOUT = 4408;
  private static final int ALREADY_EXISTS = 4409;
  private static final int TOO_MANY_INITS = 4429;

  private final WebSocketSession session;
  private final Operations operations;
  private final int maxOperations;
  private final ClientQuotas clients;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final Function<@Nullable String, Credentials> logins;
  private final Map<String, Operations.Running> running = new HashMap<>();
  private boolean isInitialised;
  private @Nullable Credentials credentials;
  private boolean isClosed;

  /**
   * @param logins credentials for the value that replaces the Authorization header
   */
  GraphqlSocket(
      WebSocketSession session,
      Operations operations,
      int maxOperations,
      ClientQuotas clients,
      RequestMetrics metrics,
      RequestJson json,
      Function<@Nullable String, Credentials> logins) {
    this.session = session;
    this.logins = logins;
    this.operations = operations;
    this.maxOperations = maxOperations;
    this.clients = clients;
    this.metrics = metrics;
    this.json = json;
  }

  /** A malformed message: the protocol requires that the socket is closed. */
  private static final class BadMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadMessage(String message) {
      super(message, null, false, false);
    }
  }

  void receive(String message) {
    try {
      var node = json.read(message.getBytes(StandardCharsets.UTF_8));
      switch (text(node, "type")) {
        case "connection_init" -> init(node.get("payload"));
        case "ping" -> send("pong", null, null);
        case "pong" -> {}
        case "subscribe" -> subscribe(node);
        case "complete" -> cancel(text(node, "id"));
        case String other -> throw new BadMessage("no such type: " + other);
      }
    } catch (RequestRejected | BadMessage e) {
      close(BAD_MESSAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Closes the socket if it was not initialised in time. */
  synchronized void expectInit() {
    if (!isInitialised) {
      close(INIT_TIMEOUT, "Connection initialisation timeout");
    }
  }

  void ping() {
    if (session.isOpen()) {
      send("ping", null, null);
    }
  }

  /** Closes the socket when its credentials are no longer valid, so that clients log in again. */
  boolean closeIfExpired() {
    synchronized (this) {
      if (credentials == null || credentials.areValid()) {
        return false;
      }
      if (isClosed) {
        return true;
      }
      isClosed = true;
    }
    close(FORBIDDEN, "Forbidden: the key or token has expired or was removed");
    // the client may not answer the close frame
    closed();
    return true;
  }

  /** Cancels all operations after the socket was closed. */
  void closed() {
    List<Operations.Running> cancelled;
    synchronized (this) {
      isClosed = true;
      cancelled = List.copyOf(running.values());
      running.clear();
    }
    cancelled.forEach(Operations.Running::cancel);
  }

  /** Runs on its own thread, because a token may be validated by another server. */
  private void init(@Nullable JsonNode payload) {
    synchronized (this) {
      if (isInitialised) {
        close(TOO_MANY_INITS, "Too many initialisation requests");
        return;
      }
      isInitialised = true;
    }
    var authorization = authorization(payload);
    if (authorization == null) {
      acknowledge(logins.apply(null));
    } else {
      Thread.startVirtualThread(
          () -> {
            try {
              acknowledge(logins.apply(authorization));
            } catch (RequestRejected e) {
              close(FORBIDDEN, "Forbidden");
            }
          });
    }
  }

  private void acknowledge(Credentials valid) {
    synchronized (this) {
      credentials = valid;
    }
    send("connection_ack", null, null);
  }

  private static @Nullable String authorization(@Nullable JsonNode payload) {
    if (payload == null || !payload.isObject()) {
      return null;
    }
    for (var entry : payload.entries()) {
      if (entry.getKey().equalsIgnoreCase("authorization") && entry.getValue().isString()) {
        return entry.getValue().getStringValue();
      }
    }
    return null;
  }

  private synchronized void subscribe(JsonNode message) {
    var id = text(message, "id");
    var payload = message.get("payload");
    if (id.isEmpty() || payload == null) {
      throw new BadMessage("subscribe has an id and a payload");
    }
    if (credentials == null) {
      close(UNAUTHORIZED, "Unauthorized");
      return;
    }
    if (closeIfExpired()) {
      return;
    }
    if (running.containsKey(id)) {
      close(ALREADY_EXISTS, "Subscriber for " + id + " already exists");
      return;
    }
    if (isClosed) {
      return;
    }
    var request = GraphqlRequest.of(payload, credentials);
    var waitSeconds = clients.waitSeconds(request.caller().name());
    if (waitSeconds > 0) {
      reject(id, RequestRejected.rateLimited(waitSeconds));
    } else if (running.size() >= maxOperations) {
      reject(
          id,
          new RequestRejected(
              HttpStatus.TOO_MANY_REQUESTS,
              ErrorCode.TOO_MANY_SUBSCRIPTIONS,
              "a socket has at most %d concurrent operations".formatted(maxOperations)));
    } else {
      running.put(id, operations.start(request, new SocketSink(id)));
    }
  }

  private void reject(String id, RequestRejected rejection) {
    metrics.rejected(rejection.code());
    send("error", id, errors(rejection.answer()));
  }

  private void cancel(String id) {
    Operations.Running ended;
    synchronized (this) {
      ended = running.remove(id);
    }
    if (ended != null) {
      ended.cancel();
    }
  }

  private synchronized void end(String id) {
    running.remove(id);
  }

  private synchronized boolean isRunning(String id) {
    return running.containsKey(id);
  }

  /** Sends the responses of one operation. */
  private final class SocketSink implements OperationSink {
    private static final String NO_PAYLOAD = "null}";

    private final String id;
    private final String next;

    SocketSink(String id) {
      this.id = id;
      var message = message("next", id, "null");
      this.next = message.substring(0, message.length() - NO_PAYLOAD.length());
    }

    @Override
    public CompletionStage<?> next(byte[] answer, @Nullable String cursor) {
      return send(next + new String(answer, StandardCharsets.UTF_8) + "}");
    }

    @Override
    public void reject(Map<String, Object> answer) {
      // after close code 4403 a client logs in again and continues from its last event; after an
      // error it does not
      if (closeIfExpired()) {
        return;
      }
      // the id must be free before the client receives the message
      if (isRunning(id)) {
        end(id);
        send("error", id, errors(answer));
      }
    }

    @Override
    public void complete() {
      if (isRunning(id)) {
        end(id);
        send("complete", id, null);
      }
    }
  }

  private static String errors(Map<String, Object> answer) {
    var errors = Map.of("errors", Objects.requireNonNull(answer.get("errors")));
    var text = new String(JsonResponse.of(errors).whole(), StandardCharsets.UTF_8);
    return text.substring("{\"errors\":".length(), text.length() - 1);
  }

  /**
   * @param payload JSON already
   */
  private void send(String type, @Nullable String id, @Nullable String payload) {
    send(message(type, id, payload));
  }

  private static String message(String type, @Nullable String id, @Nullable String payload) {
    var text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      if (id != null) {
        json.writeStringField("id", id);
      }
      json.writeStringField("type", type);
      if (payload != null) {
        json.writeFieldName("payload");
        json.writeRawValue(payload);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private CompletionStage<?> send(String message) {
    try {
      return session.sendAsync(message);
    } catch (WebSocketSessionException e) {
      // it has been closed meanwhile
      return CompletableFuture.failedFuture(e);
    }
  }

  private void close(int code, String reason) {
    session.close(new CloseReason(code, reason.length() > 100 ? reason.substring(0, 100) : reason));
  }

  private static String text(JsonNode node, String field) {
    var value = node.isObject() ? node.get(field) : null;
    if (value == null || !value.isString()) {
      throw new BadMessage(field + " must be a string");
    }
    return value.getStringValue();
  }
}
