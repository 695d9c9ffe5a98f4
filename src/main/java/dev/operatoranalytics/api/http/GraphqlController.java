package dev.operatoranalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.operatoranalytics.api.document.ApiSettings;
import dev.operatoranalytics.api.document.CancellationToken;
import dev.operatoranalytics.api.document.DocumentCache;
import dev.operatoranalytics.api.document.DocumentCache.ValidatedDocument;
import dev.operatoranalytics.api.document.GraphqlEngine;
import dev.operatoranalytics.api.document.GraphqlEngine.ExecutionOutcome;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.GraphqlSchema;
import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.LatestVersion;
import dev.operatoranalytics.api.document.RequestJson;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.Canonical;
import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.ReadVersion;
import dev.operatoranalytics.chain.Sha256;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.configuration.graphql.GraphQLController;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /graphql} over HTTP, by the GraphQL-over-HTTP specification. */
@Controller("${graphql.path:/graphql}")
@Replaces(GraphQLController.class)
public class GraphqlController {
  static final String MIN_VERSION = "min-version";
  static final String RESPONSE_JSON = "application/graphql-response+json";
  private static final int MAX_CACHED_BYTES = 2 << 20;
  private static final int MAX_COPIED_BYTES = 1 << 18;
  private static final Set<String> JSON_TYPES = Set.of("application/json", "application/*", "*/*");

  private final GraphqlEngine engine;
  private final DocumentCache documents;
  private final GraphqlSchema schema;
  private final LatestVersion latest;
  private final ResponseSpool spool;
  private final Authorizer authorizer;
  private final ClientQuotas clients;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final Duration minVersionTimeout;
  private final boolean cachesAnswers;
  private final Cache<EntityTag, byte[]> cache;

  GraphqlController(
      GraphqlEngine engine,
      DocumentCache documents,
      GraphqlSchema schema,
      LatestVersion latest,
      ResponseSpool spool,
      Authorizer authorizer,
      ClientQuotas clients,
      RequestMetrics metrics,
      RequestJson json,
      ApiSettings settings) {
    this.json = json;
    this.engine = engine;
    this.documents = documents;
    this.schema = schema;
    this.latest = latest;
    this.spool = spool;
    this.authorizer = authorizer;
    this.clients = clients;
    this.metrics = metrics;
    this.minVersionTimeout = settings.minVersionTimeout();
    this.cachesAnswers = settings.answerCacheMb() > 0;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight((long) settings.answerCacheMb() << 20)
            .weigher((EntityTag etag, byte[] answer) -> etag.hash().length() + answer.length)
            .build();
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.ALL)
  @ExecuteOn(RequestThreads.NAME)
  HttpResponse<?> post(HttpRequest<?> http, @Body byte[] body) {
    return respond(
        http,
        mediaType ->
            answer(
                http,
                GraphqlRequest.of(json.read(http, body), authorizer.credentials(http)),
                mediaType));
  }

  @Get
  @Produces(MediaType.ALL)
  @ExecuteOn(RequestThreads.NAME)
  HttpResponse<?> get(HttpRequest<?> http) {
    return respond(
        http,
        mediaType ->
            answer(
                http,
                GraphqlRequest.of(http.getParameters(), authorizer.credentials(http), json),
                mediaType));
  }

  /** The schema in the schema language, for tools. */
  @Get("/schema")
  @Produces(MediaType.ALL)
  HttpResponse<String> schema() {
    return HttpResponse.ok(schema.text())
        .contentType(MediaType.TEXT_PLAIN_TYPE)
        .header(HttpHeaders.ETAG, new EntityTag(schema.hash()).toString());
  }

  private interface Handler {
    HttpResponse<?> handle(String mediaType);
  }

  private HttpResponse<?> respond(HttpRequest<?> http, Handler handler) {
    var mediaType = MediaType.APPLICATION_JSON;
    try {
      mediaType = mediaType(http);
      return handler.handle(mediaType);
    } catch (RequestRejected rejection) {
      metrics.rejected(rejection.code());
      var status =
          rejection.status() == HttpStatus.OK && mediaType.equals(RESPONSE_JSON)
              ? HttpStatus.BAD_REQUEST
              : rejection.status();
      var response =
          body(HttpResponse.status(status), mediaType, rejection.answer())
              .header(HttpHeaders.CACHE_CONTROL, "no-store");
      if (rejection.waitSeconds() > 0) {
        response.header(HttpHeaders.RETRY_AFTER, Integer.toString(rejection.waitSeconds()));
      }
      return rejection.status() == HttpStatus.UNAUTHORIZED
          ? response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
          : response;
    }
  }

  private HttpResponse<?> answer(HttpRequest<?> http, GraphqlRequest request, String mediaType) {
    var start = System.nanoTime();
    var document = documents.find(request);
    var operation = document.operation(request.operationName());
    if (operation == Operation.SUBSCRIPTION) {
      throw RequestRejected.malformed(
          "subscriptions need a WebSocket (graphql-transport-ws), or event streams at"
              + " /graphql/stream");
    }
    if (http.getMethod() != HttpMethod.POST) {
      if (operation != null && operation != Operation.QUERY) {
        var rejection =
            new RequestRejected(
                HttpStatus.METHOD_NOT_ALLOWED,
                ErrorCode.BAD_REQUEST,
                "GET is for queries only: send this by POST");
        return body(HttpResponse.status(rejection.status()), mediaType, rejection.answer())
            .header(HttpHeaders.ALLOW, "POST");
      }
    }
    authorizer.check(document, request);
    // only responses to queries may be cached
    var isQuery = operation == Operation.QUERY && !document.entry().hasErrors();
    var fields = document.rootFields(request.operationName());
    var minVersion = isQuery && document.needsData() ? minVersion(http) : 0;
    if (minVersion > 0) {
      try (var _ = clients.acquireRequest(request.caller(), 0)) {
        latest.await(minVersion, minVersionTimeout);
      }
    }
    if (isQuery && fields.stream().anyMatch(schema.streamed()::contains)) {
      var cost = engine.costOutsideStream(document, request);
      return PermitReleasingBody.holdUntilSent(
          http,
          clients.acquireStream(request.caller(), cost)::close,
          () -> streamed(http, document, request, mediaType, fields));
    }
    // the lag of a standby, which the response states, changes while the version does not
    var isCacheable =
        isQuery && !document.dependsOnClock() && !(document.needsData() && latest.isBehind());
    if (isCacheable && (cachesAnswers || http.getHeaders().contains(HttpHeaders.IF_NONE_MATCH))) {
      var etag = etag(document, request, mediaType, document.needsData() ? latest.get() : null);
      if (etag.isKnownTo(http)) {
        metrics.cached(document, request, System.nanoTime() - start);
        return cacheable(http, HttpResponse.notModified(), etag);
      }
      var bytes = cache.getIfPresent(etag);
      if (bytes != null) {
        metrics.cached(document, request, System.nanoTime() - start);
        return cacheable(http, typed(HttpResponse.ok(body(bytes)), mediaType), etag);
      }
    }
    var cost = engine.cost(document, request);
    return PermitReleasingBody.holdUntilSent(
        http,
        clients.acquireRequest(request.caller(), cost)::close,
        () -> executed(http, document, request, cost, mediaType, isCacheable, minVersion));
  }

  /** The version that the response must contain at least; 0 for any. */
  private static long minVersion(HttpRequest<?> http) {
    var text = http.getHeaders().get(MIN_VERSION);
    if (text == null) {
      return 0;
    }
    try {
      var version = Long.parseLong(text.strip());
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // rejected below
    }
    throw RequestRejected.malformed(
        "the header %s is a dataVersion of an earlier response: a whole number"
            .formatted(MIN_VERSION));
  }

  /** Long bodies are copied only as the client reads them. */
  private static Object body(byte[] bytes) {
    return bytes.length <= MAX_COPIED_BYTES ? bytes : new ByteArrayInputStream(bytes);
  }

  /** Streams a response; caches it until the epochs change, or the data if it reads more. */
  private MutableHttpResponse<?> streamed(
      HttpRequest<?> http,
      ValidatedDocument document,
      GraphqlRequest request,
      String mediaType,
      Set<String> fields) {
    ResponseSpool.ResponseWriter writing =
        (snapshot, output) -> {
          var outcome = engine.executeWithin(document, request);
          JsonResponse.write(outcome.answer(), snapshot, output);
          return !outcome.hasErrors();
        };
    var type = mediaType + "; charset=utf-8";
    var isOfEpochsAlone = schema.streamed().containsAll(fields);
    if (!isOfEpochsAlone && (document.dependsOnClock() || !cachesAnswers)) {
      return spool.stream(http, type, writing);
    }
    var version = isOfEpochsAlone ? null : latest.get();
    return spool.respond(http, identity(document, request, mediaType, version), type, writing);
  }

  private MutableHttpResponse<?> executed(
      HttpRequest<?> http,
      ValidatedDocument document,
      GraphqlRequest request,
      long cost,
      String mediaType,
      boolean isCacheable,
      long minVersion) {
    var outcome = execute(http, document, request, cost);
    if (outcome.version() != null && outcome.version().number() < minVersion) {
      // of several standbys, the connection was to one that is behind
      throw LatestVersion.notReached(minVersion, outcome.version());
    }
    var response = HttpResponse.status(status(outcome, mediaType));
    var bytes = JsonResponse.of(outcome.answer()).bytes();
    typed(response, mediaType).body(body(bytes));
    if (response.code() == HttpStatus.SERVICE_UNAVAILABLE.getCode()) {
      response.header(
          HttpHeaders.RETRY_AFTER, Integer.toString(RequestRejected.SECONDS_UNTIL_RETRY));
    }
    if (!isCacheable || outcome.hasErrors() || outcome.isBehind()) {
      return response.header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    if (!cachesAnswers && http.getMethod() == HttpMethod.POST) {
      return response;
    }
    var etag = etag(document, request, mediaType, outcome.version());
    if (cachesAnswers && bytes.length <= MAX_CACHED_BYTES) {
      cache.put(etag, bytes);
    }
    return cacheable(http, response, etag);
  }

  /** Cancels the execution when the client disconnects. */
  private ExecutionOutcome execute(
      HttpRequest<?> http, ValidatedDocument document, GraphqlRequest request, long cost) {
    var cancellation = new CancellationToken();
    if (!document.needsData()) {
      return engine.execute(document, request, cost, cancellation);
    }
    var removeListener =
        OnDisconnect.register(
            http,
            () ->
                Thread.startVirtualThread(
                    () -> cancellation.cancel(CancellationToken.CancellationReason.DISCONNECTED)));
    try {
      return engine.execute(document, request, cost, cancellation);
    } finally {
      removeListener.run();
    }
  }

  private EntityTag etag(
      ValidatedDocument document,
      GraphqlRequest request,
      String mediaType,
      @Nullable ReadVersion version) {
    return new EntityTag(
        Sha256.of(identity(document, request, mediaType, version)).substring(0, 32));
  }

  /** Everything that a response depends on. */
  private String identity(
      ValidatedDocument document,
      GraphqlRequest request,
      String mediaType,
      @Nullable ReadVersion version) {
    return String.join(
        "\n",
        schema.hash(),
        document.hash(),
        String.valueOf(request.operationName()),
        Canonical.of(request.variables()),
        request.caller().role().name(),
        mediaType,
        String.valueOf(version));
  }

  private static MutableHttpResponse<?> cacheable(
      HttpRequest<?> http, MutableHttpResponse<?> response, EntityTag etag) {
    if (http.getMethod() == HttpMethod.POST) {
      return response;
    }
    return response
        .header(HttpHeaders.ETAG, etag.toString())
        .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
        .header(HttpHeaders.VARY, "Accept, Accept-Encoding");
  }

  private static HttpStatus status(ExecutionOutcome outcome, String mediaType) {
    if (!outcome.wasExecuted() && outcome.code() == ErrorCode.UNAVAILABLE) {
      return HttpStatus.SERVICE_UNAVAILABLE;
    }
    if (mediaType.equals(MediaType.APPLICATION_JSON) || outcome.wasExecuted()) {
      return HttpStatus.OK;
    }
    return switch (outcome.code()) {
      case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
      case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
      default -> HttpStatus.BAD_REQUEST;
    };
  }

  private static MutableHttpResponse<?> body(
      MutableHttpResponse<?> response, String mediaType, Map<String, Object> answer) {
    return typed(response, mediaType).body(Objects.requireNonNull(JsonResponse.of(answer).bytes()));
  }

  private static <T> MutableHttpResponse<T> typed(
      MutableHttpResponse<T> response, String mediaType) {
    return response.header(HttpHeaders.CONTENT_TYPE, mediaType + "; charset=utf-8");
  }

  /** The media type of the response: the one that the client prefers. */
  private static String mediaType(HttpRequest<?> http) {
    var accepted =
        http.getHeaders().accept().stream()
            .filter(type -> type.getQualityAsNumber().signum() > 0)
            .sorted(Comparator.comparing(MediaType::getQualityAsNumber).reversed())
            .map(MediaType::getName)
            .toList();
    for (var type : accepted) {
      if (type.equals(RESPONSE_JSON)) {
        return RESPONSE_JSON;
      }
      if (JSON_TYPES.contains(type)) {
        return MediaType.APPLICATION_JSON;
      }
    }
    if (http.getHeaders().accept().isEmpty()) {
      return MediaType.APPLICATION_JSON;
    }
    throw new RequestRejected(
        HttpStatus.NOT_ACCEPTABLE,
        ErrorCode.BAD_REQUEST,
        "answers are application/json or " + RESPONSE_JSON);
  }
}
