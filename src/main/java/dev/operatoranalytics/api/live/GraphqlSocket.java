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

/** One socket that speaks {@code graphql-transport-ws}; its messages come one after the other. */
final class GraphqlSocket {
  private static final int BAD_MESSAGE = 4400;
  private static final int UNAUTHORIZED = 4401;
  private static final int FORBIDDEN = 4403;
  private static final int INIT_TIMEOUT = 4408;
  private static final int ALREADY_EXISTS = 4409;
  private static final int TOO_MANY_INITS = 4429;

  private final WebSocketSession session;
  private final Operations operations;
  private final int mostOperations;
  private final ClientQuotas clients;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final Function<@Nullable String, Credentials> logins;
  private final Map<String, Operations.Running> running = new HashMap<>();
  private boolean isInitialised;
  private @Nullable Credentials credentials;
  private boolean isClosed;

  /**
   * @param logins credentials from what is shown in place of a header
   */
  GraphqlSocket(
      WebSocketSession session,
      Operations operations,
      int mostOperations,
      ClientQuotas clients,
      RequestMetrics metrics,
      RequestJson json,
      Function<@Nullable String, Credentials> logins) {
    this.session = session;
    this.logins = logins;
    this.operations = operations;
    this.mostOperations = mostOperations;
    this.clients = clients;
    this.metrics = metrics;
    this.json = json;
  }

  /** A message that makes no sense: the protocol wants the socket closed. */
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
        case "complete" -> forget(text(node, "id"));
        case String other -> throw new BadMessage("no such type: " + other);
      }
    } catch (RequestRejected | BadMessage e) {
      close(BAD_MESSAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Closes the socket if it never said what it wants. */
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

  /** Closes the socket when its credentials are no longer valid; clients log in again then. */
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

  /** The socket is gone: everything on it ends. */
  void closed() {
    List<Operations.Running> left;
    synchronized (this) {
      isClosed = true;
      left = List.copyOf(running.values());
      running.clear();
    }
    left.forEach(Operations.Running::cancel);
  }

  /** A token may have to be checked elsewhere, so this has a thread of its own. */
  private void init(@Nullable JsonNode payload) {
    synchronized (this) {
      if (isInitialised) {
        close(TOO_MANY_INITS, "Too many initialisation requests");
        return;
      }
      isInitialised = true;
    }
    var shown = authorization(payload);
    if (shown == null) {
      acknowledge(logins.apply(null));
    } else {
      Thread.startVirtualThread(
          () -> {
            try {
              acknowledge(logins.apply(shown));
            } catch (RequestRejected e) {
              close(FORBIDDEN, "Forbidden");
            }
          });
    }
  }

  private void acknowledge(Credentials known) {
    synchronized (this) {
      credentials = known;
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
      refuse(id, RequestRejected.tooOften(waitSeconds));
    } else if (running.size() >= mostOperations) {
      refuse(
          id,
          new RequestRejected(
              HttpStatus.TOO_MANY_REQUESTS,
              ErrorCode.TOO_MANY_SUBSCRIPTIONS,
              "a socket has at most %d operations under way".formatted(mostOperations)));
    } else {
      running.put(id, operations.start(request, new SocketSink(id)));
    }
  }

  private void refuse(String id, RequestRejected refusal) {
    metrics.refused(refusal.code());
    send("error", id, errors(refusal.answer()));
  }

  private void forget(String id) {
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

  /** Where the answers of one operation go. */
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
    public void refuse(Map<String, Object> answer) {
      // a client that is told to log in again goes on from its last event, after an error it does
      // not
      if (closeIfExpired()) {
        return;
      }
      // the id is free again before the client hears of it
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
