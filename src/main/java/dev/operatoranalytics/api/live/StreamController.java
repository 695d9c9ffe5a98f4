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
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /graphql/stream}: answers as server-sent events, by the protocol of graphql-sse in its
 * distinct connections mode: one connection for each operation.
 */
@Controller("${graphql.path:/graphql}/stream")
class StreamController {
  private static final byte[] NOTHING = {};

  private final Operations operations;
  private final SocketSettings settings;
  private final ClientQuotas clients;
  private final Authorizer authorizer;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final Set<OperationStream> streams = ConcurrentHashMap.newKeySet();

  StreamController(
      Operations operations,
      SocketSettings settings,
      ClientQuotas clients,
      Authorizer authorizer,
      RequestMetrics metrics,
      RequestJson json) {
    this.json = json;
    this.authorizer = authorizer;
    this.metrics = metrics;
    this.operations = operations;
    this.settings = settings;
    this.clients = clients;
  }

  @Get
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> get(HttpRequest<?> http) {
    return respond(
        () ->
            start(
                http, GraphqlRequest.of(http.getParameters(), authorizer.credentials(http), json)));
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> post(HttpRequest<?> http, @Body byte[] body) {
    return respond(
        () -> start(http, GraphqlRequest.of(json.read(http, body), authorizer.credentials(http))));
  }

  /** Ends the operations whose credentials are no longer valid. */
  void endExpired() {
    streams.forEach(OperationStream::endExpired);
  }

  void ping() {
    streams.forEach(OperationStream::ping);
  }

  private interface Handler {
    HttpResponse<?> handle();
  }

  private HttpResponse<?> respond(Handler handler) {
    try {
      return handler.handle();
    } catch (RequestRejected rejection) {
      metrics.rejected(rejection.code());
      return HttpResponse.status(rejection.status())
          .contentType(MediaType.APPLICATION_JSON_TYPE)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .body(JsonResponse.of(rejection.answer()).whole());
    }
  }

  /** The operation ends with its connection, and the connection with its operation. */
  private HttpResponse<?> start(HttpRequest<?> http, GraphqlRequest request) {
    var permit = clients.acquireSocket(http);
    if (permit == null) {
      throw new RequestRejected(
          HttpStatus.TOO_MANY_REQUESTS,
          ErrorCode.TOO_MANY_SOCKETS,
          "a client has at most %d sockets and event streams open".formatted(settings.perClient()));
    }
    var stream = new OperationStream(http, permit);
    streams.add(stream);
    stream.running = operations.start(request.goingOnFrom(lastEventId(http)), stream);
    return HttpResponse.ok(stream.events)
        .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        // otherwise proxies buffer the events
        .header("X-Accel-Buffering", "no");
  }

  private final class OperationStream implements OperationSink {
    private final EventStream events;
    private final ClientQuotas.Permit permit;
    private volatile Runnable removeListener = () -> {};
    private volatile Operations.@Nullable Running running;

    OperationStream(HttpRequest<?> http, ClientQuotas.Permit permit) {
      this.permit = permit;
      this.events = new EventStream(this::closed);
      // nothing subscribes to the events when the client disconnects before the response begins
      this.removeListener = OnDisconnect.register(http, events::cancel);
    }

    void ping() {
      events.ping();
    }

    void endExpired() {
      var begun = running;
      if (begun != null) {
        begun.endIfExpired();
      }
    }

    private void closed() {
      streams.remove(this);
      permit.close();
      removeListener.run();
      var begun = running;
      if (begun != null) {
        begun.cancel();
      }
    }

    @Override
    public CompletionStage<?> next(byte[] answer, @Nullable String cursor) {
      return events.send("next", cursor, answer);
    }

    @Override
    public void subscribed() {
      events.begin();
    }

    @Override
    public void reject(Map<String, Object> answer) {
      // event streams have no status: errors are sent as the only response
      events.send("next", null, JsonResponse.of(answer).whole());
      complete();
    }

    @Override
    public void complete() {
      events.send("complete", null, NOTHING);
      events.end();
    }
  }

  /** The last event that the client received before its connection broke. */
  private static @Nullable String lastEventId(HttpRequest<?> http) {
    var id = http.getHeaders().get("Last-Event-ID");
    return id == null || id.isBlank() ? null : id.strip();
  }
}
