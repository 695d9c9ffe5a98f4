package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestJson;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.http.OnDisconnect;
import dev.operatoranalytics.api.http.SocketSettings;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /graphql/stream}: answers as server-sent events, by the protocol of graphql-sse. Each
 * operation on a connection of its own, or, with a token taken by PUT, many on one.
 */
@Controller("${graphql.path:/graphql}/stream")
class StreamController {
  private static final String TOKEN = "x-graphql-event-stream-token";
  private static final byte[] NOTHING = {};

  private final Operations operations;
  private final SocketSettings settings;
  private final ClientQuotas clients;
  private final Authorizer gate;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final Map<String, SharedStream> shared = new ConcurrentHashMap<>();
  private final Set<LoneStream> alone = ConcurrentHashMap.newKeySet();
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  StreamController(
      Operations operations,
      SocketSettings settings,
      ClientQuotas clients,
      Authorizer gate,
      RequestMetrics metrics,
      RequestJson json) {
    this.json = json;
    this.gate = gate;
    this.metrics = metrics;
    this.operations = operations;
    this.settings = settings;
    this.clients = clients;
  }

  /** Reserves a stream that many operations share; the answer is its token. */
  @Put
  @Produces(MediaType.ALL)
  HttpResponse<?> reserve(HttpRequest<?> http) {
    return respond(
        () -> {
          var token = UUID.randomUUID().toString();
          var stream = new SharedStream(token, place(http));
          shared.put(token, stream);
          return HttpResponse.created(token).contentType(MediaType.TEXT_PLAIN_TYPE);
        });
  }

  @Get
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> get(HttpRequest<?> http) {
    return respond(
        () -> {
          var token = token(http);
          return token == null
              ? alone(
                  http,
                  GraphqlRequest.of(http.getParameters(), gate.credentials(http), json)
                      .goingOnFrom(lastEventId(http)))
              : events(http, stream(token).connect());
        });
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> post(HttpRequest<?> http, @Body byte[] body) {
    return respond(
        () -> {
          var node = json.read(http, body);
          var request =
              GraphqlRequest.of(node, gate.credentials(http)).goingOnFrom(lastEventId(http));
          var token = token(http);
          if (token == null) {
            return alone(http, request);
          }
          stream(token).start(operationId(node), request);
          return HttpResponse.accepted();
        });
  }

  /** Ends an operation of a shared stream. */
  @Delete
  HttpResponse<?> delete(HttpRequest<?> http) {
    return respond(
        () -> {
          var token = token(http);
          var id = http.getParameters().get("operationId");
          if (token == null || id == null) {
            throw RequestRejected.malformed("the token and an operationId are needed");
          }
          stream(token).forget(id);
          return HttpResponse.ok();
        });
  }

  /** Ends the operations whose credentials are no longer valid. */
  void endExpired() {
    alone.forEach(LoneStream::endExpired);
    shared.values().forEach(SharedStream::endExpired);
  }

  void ping() {
    open.forEach(EventStream::ping);
    shared.values().forEach(SharedStream::expectReader);
  }

  private interface Handler {
    HttpResponse<?> handle();
  }

  private HttpResponse<?> respond(Handler handler) {
    try {
      return handler.handle();
    } catch (RequestRejected refusal) {
      metrics.refused(refusal.code());
      return HttpResponse.status(refusal.status())
          .contentType(MediaType.APPLICATION_JSON_TYPE)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .body(JsonResponse.of(refusal.answer()).whole());
    }
  }

  private ClientQuotas.Permit place(HttpRequest<?> http) {
    var place = clients.takeSocket(http);
    if (place == null) {
      throw new RequestRejected(
          HttpStatus.TOO_MANY_REQUESTS,
          ErrorCode.TOO_MANY_SOCKETS,
          "a client has at most %d sockets and event streams open".formatted(settings.perClient()));
    }
    return place;
  }

  /** One operation, which ends with its connection and the other way round. */
  private HttpResponse<?> alone(HttpRequest<?> http, GraphqlRequest request) {
    var lone = new LoneStream(place(http));
    alone.add(lone);
    lone.running = operations.start(request, lone);
    return events(http, lone.stream);
  }

  private MutableHttpResponse<?> events(HttpRequest<?> http, EventStream stream) {
    open.add(stream);
    // nobody reads a stream whose client left before it began
    var forget = OnDisconnect.tell(http, stream::cancel);
    stream.whenClosed(
        () -> {
          forget.run();
          open.remove(stream);
        });
    return HttpResponse.ok(stream)
        .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        // proxies would keep the events back until there are enough of them
        .header("X-Accel-Buffering", "no");
  }

  private final class LoneStream implements OperationSink {
    private final EventStream stream;
    private final ClientQuotas.Permit place;
    private volatile Operations.@Nullable Running running;

    LoneStream(ClientQuotas.Permit place) {
      this.place = place;
      this.stream = new EventStream(this::closed);
    }

    void endExpired() {
      var begun = running;
      if (begun != null) {
        begun.endIfExpired();
      }
    }

    private void closed() {
      alone.remove(this);
      place.close();
      var begun = running;
      if (begun != null) {
        begun.cancel();
      }
    }

    @Override
    public CompletionStage<?> next(byte[] answer, @Nullable String cursor) {
      return stream.send("next", cursor, answer);
    }

    @Override
    public void refuse(Map<String, Object> answer) {
      // readers of events see no status: errors come as the only answer
      stream.send("next", null, JsonResponse.of(answer).whole());
      complete();
    }

    @Override
    public void complete() {
      stream.send("complete", null, NOTHING);
      stream.end();
    }
  }

  /** Many operations on one connection. */
  private final class SharedStream {
    private final String token;
    private final ClientQuotas.Permit place;
    private final EventStream stream = new EventStream(this::closed);
    private final Map<String, Operations.Running> running = new ConcurrentHashMap<>();
    private boolean isConnected;
    private boolean wasSeenAlone;

    SharedStream(String token, ClientQuotas.Permit place) {
      this.token = token;
      this.place = place;
    }

    synchronized EventStream connect() {
      if (isConnected) {
        throw new RequestRejected(
            HttpStatus.CONFLICT, ErrorCode.BAD_REQUEST, "the stream is read already");
      }
      isConnected = true;
      return stream;
    }

    /** A stream that nobody comes to read is given up. */
    synchronized void expectReader() {
      if (!isConnected && wasSeenAlone) {
        stream.cancel();
      }
      wasSeenAlone = true;
    }

    void start(String id, GraphqlRequest request) {
      synchronized (this) {
        if (running.containsKey(id)) {
          throw new RequestRejected(
              HttpStatus.CONFLICT, ErrorCode.BAD_REQUEST, "an operation of this id is under way");
        }
        if (running.size() >= settings.operations()) {
          throw new RequestRejected(
              HttpStatus.TOO_MANY_REQUESTS,
              ErrorCode.TOO_MANY_SUBSCRIPTIONS,
              "a stream has at most %d operations under way".formatted(settings.operations()));
        }
        running.put(id, operations.start(request, new SharedSink(id)));
      }
    }

    void forget(String id) {
      var ended = running.remove(id);
      if (ended != null) {
        ended.cancel();
      }
    }

    void endExpired() {
      running.values().forEach(Operations.Running::endIfExpired);
    }

    private void closed() {
      shared.remove(token);
      place.close();
      running.values().forEach(Operations.Running::cancel);
      running.clear();
    }

    private final class SharedSink implements OperationSink {
      private final String id;

      SharedSink(String id) {
        this.id = id;
      }

      @Override
      public CompletionStage<?> next(byte[] answer, @Nullable String cursor) {
        return stream.send("next", cursor, ofOperation(answer));
      }

      @Override
      public void refuse(Map<String, Object> answer) {
        stream.send("next", null, ofOperation(JsonResponse.of(answer).whole()));
        complete();
      }

      @Override
      public void complete() {
        // not before start has put it there
        synchronized (SharedStream.this) {
          running.remove(id);
        }
        stream.send("complete", null, JsonResponse.of(Map.of("id", id)).whole());
      }

      private byte[] ofOperation(byte[] answer) {
        var named = JsonResponse.of(Map.of("id", id)).whole();
        var text = new String(named, 0, named.length - 1, StandardCharsets.UTF_8);
        return (text + ",\"payload\":" + new String(answer, StandardCharsets.UTF_8) + "}")
            .getBytes(StandardCharsets.UTF_8);
      }
    }
  }

  private SharedStream stream(String token) {
    var stream = shared.get(token);
    if (stream == null) {
      throw new RequestRejected(
          HttpStatus.NOT_FOUND, ErrorCode.BAD_REQUEST, "no stream of this token");
    }
    return stream;
  }

  /** The last event that the client has heard of, before its connection broke. */
  private static @Nullable String lastEventId(HttpRequest<?> http) {
    var id = http.getHeaders().get("Last-Event-ID");
    return id == null || id.isBlank() ? null : id.strip();
  }

  private static @Nullable String token(HttpRequest<?> http) {
    var token = http.getHeaders().get(TOKEN);
    return token == null ? http.getParameters().get("token") : token;
  }

  private static String operationId(JsonNode body) {
    var extensions = body.get("extensions");
    var id = extensions == null || !extensions.isObject() ? null : extensions.get("operationId");
    if (id == null || !id.isString()) {
      throw RequestRejected.malformed("extensions.operationId must be a string");
    }
    return Objects.requireNonNull(id.getStringValue());
  }
}
