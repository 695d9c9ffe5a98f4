package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of an Ethereum node, with JSON-RPC over HTTP. Retries after a pause when the node reports
 * a rate limit or an internal error, or does not respond; throws a {@link NodeFailure} for every
 * other failure.
 */
public final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
  private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);
  // the size of a response with logs depends on its range
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(64 << 20)
                  .maxDocumentLength(-1)
                  .build())
          .build();

  private final NodeUrl url;
  private final RequestLimits limits;
  private final Clock clock;
  private final HttpClient http;
  private final RateLimit rate;
  private final AtomicLong calls = new AtomicLong();

  public Node(NodeUrl url, RequestLimits limits, Clock clock) {
    this.url = url;
    this.limits = limits;
    this.clock = clock;
    this.rate = new RateLimit(limits.concurrent(), limits.perSecond());
    this.http =
        HttpClient.newBuilder()
            // without TLS the upgrade to HTTP/2 costs a request, and many nodes do not support it
            .version(
                "https".equals(url.endpoint().getScheme())
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** Returns the number of calls sent so far; each call of a batch counts. */
  public long calls() {
    return calls.get();
  }

  public <T> T call(Call<T> call) {
    return withRetries(
        List.of(call),
        body -> {
          try (var json = JSON.createParser(body)) {
            json.nextToken();
            return answer(json, call, 1).result();
          }
        });
  }

  /** Returns the results of calls of one kind, in order. */
  public <T> List<T> callAll(List<Call<T>> all) {
    var results = new ArrayList<T>(all.size());
    for (var from = 0; from < all.size(); from += limits.batch()) {
      results.addAll(callBatch(all.subList(from, Math.min(all.size(), from + limits.batch()))));
    }
    return results;
  }

  private <T> List<T> callBatch(List<Call<T>> batch) {
    if (batch.size() == 1) {
      return List.of(call(batch.getFirst()));
    }
    return withRetries(
        batch,
        body -> {
          var results = new ArrayList<@Nullable Answer<T>>();
          batch.forEach(call -> results.add(null));
          try (var json = JSON.createParser(body)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
              // the node rejected the whole batch
              answer(json, batch.getFirst(), 1);
              throw new WrongAnswer(this, "answers a batch with one object");
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
              var answer = answer(json, batch.getFirst(), 0);
              var index = (int) answer.id() - 1;
              if (index < 0 || index >= batch.size() || results.get(index) != null) {
                throw new WrongAnswer(
                    this, "answers a call that was not made: id %d".formatted(answer.id()));
              }
              results.set(index, answer);
            }
          }
          var found = new ArrayList<T>(batch.size());
          for (var i = 0; i < batch.size(); i++) {
            var answer = results.get(i);
            if (answer == null) {
              throw new WrongAnswer(this, "leaves out call %d of a batch".formatted(i + 1));
            }
            found.add(answer.result());
          }
          return found;
        });
  }

  private record Answer<T>(long id, T result) {}

  /** Reads a response body. */
  private interface Body<T> {
    T read(InputStream body) throws IOException;
  }

  /** An HTTP response after which the request is retried. */
  private static final class RetryableResponse extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Duration retryAfter;
    private final boolean isRateLimit;

    private RetryableResponse(String message, boolean isRateLimit, @Nullable Duration retryAfter) {
      super(message);
      this.isRateLimit = isRateLimit;
      this.retryAfter = retryAfter;
    }
  }

  private <T> T withRetries(List<? extends Call<?>> batch, Body<T> body) {
    var request = request(batch);
    for (var attempt = 1; ; attempt++) {
      try {
        return send(request, batch.size(), body);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      } catch (RpcError e) {
        if (!(e.isRateLimit() || e.isInternal()) || attempt >= limits.attempts()) {
          throw e;
        }
        pause(attempt, null, e);
      } catch (IOException e) {
        if (attempt >= limits.attempts()) {
          throw new NodeFailure(
              "%s does not answer %s: %s".formatted(url, batch.getFirst().method(), reason(e)), e);
        }
        pause(attempt, e instanceof RetryableResponse response ? response.retryAfter : null, e);
      }
    }
  }

  private String reason(IOException e) {
    var message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return url.withoutSecrets(message.replaceAll("\\s*\\R.*", ""));
  }

  /** Backs off with jitter, so that clients of one provider do not retry at the same time. */
  private void pause(int attempt, @Nullable Duration retryAfter, Exception cause) {
    var max = Math.min(MAX_PAUSE.toNanos(), limits.pause().toNanos() << (attempt - 1));
    var nanos = max / 2 + ThreadLocalRandom.current().nextLong(max / 2 + 1);
    if (retryAfter != null) {
      nanos = Math.max(nanos, Math.min(retryAfter.toNanos(), MAX_RETRY_AFTER.toNanos()));
    }
    log.debug("{} is asked again in {} ms: {}", url, nanos / 1_000_000, cause.getMessage());
    if ((cause instanceof RpcError error && error.isRateLimit())
        || (cause instanceof RetryableResponse response && response.isRateLimit)) {
      rate.pause(nanos);
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private HttpRequest request(List<? extends Call<?>> batch) {
    var text = new StringBuilder();
    for (var i = 0; i < batch.size(); i++) {
      text.append(i == 0 ? "" : ",")
          .append("{\"jsonrpc\":\"2.0\",\"id\":")
          .append(i + 1)
          .append(",\"method\":\"")
          .append(batch.get(i).method())
          .append("\",\"params\":")
          .append(batch.get(i).params())
          .append('}');
    }
    var request =
        HttpRequest.newBuilder(url.endpoint())
            .timeout(limits.timeout())
            .header("content-type", "application/json")
            .header("accept-encoding", "gzip")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    batch.size() == 1 ? text.toString() : "[" + text + "]"));
    url.authorization().ifPresent(value -> request.header("authorization", value));
    return request.build();
  }

  private <T> T send(HttpRequest request, int count, Body<T> body)
      throws IOException, InterruptedException {
    rate.begin(count);
    try {
      calls.addAndGet(count);
      // the timeout of a request covers its headers only; the body has its own
      var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var timed = new TimedBody(response.body(), limits.timeout())) {
        var status = response.statusCode();
        if (status == 429 || status >= 500) {
          throw new RetryableResponse("HTTP " + status, status == 429, retryAfter(response));
        }
        var isJson =
            response.headers().firstValue("content-type").orElse("").contains("json")
                || status == 200;
        if (status == 401 || status == 403 || !isJson) {
          throw new NodeFailure(url + " answers with HTTP " + status);
        }
        return body.read(isGzip(response) ? new GZIPInputStream(timed, 1 << 16) : timed);
      }
    } finally {
      rate.end();
    }
  }

  private static boolean isGzip(HttpResponse<?> response) {
    return response.headers().firstValue("content-encoding").orElse("").contains("gzip");
  }

  private @Nullable Duration retryAfter(HttpResponse<?> response) {
    var text = response.headers().firstValue("retry-after").orElse("").strip();
    if (text.matches("[0-9]{1,6}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(clock.instant(), at);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Reads one response; its fields come in any order.
   *
   * @param wantedId 0 for any
   */
  private <T> Answer<T> answer(JsonParser json, Call<T> call, long wantedId) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new WrongAnswer(this, "answers %s with no JSON object".formatted(call.method()));
    }
    Long id = null;
    Optional<T> result = Optional.empty();
    RpcError error = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" ->
            id = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : null;
        case "result" -> {
          if (json.currentToken() != JsonToken.VALUE_NULL) {
            result = Optional.of(call.result().read(json));
          }
        }
        case "error" -> error = error(json, call.method());
        default -> json.skipChildren();
      }
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      throw new EOFException("the answer is truncated");
    }
    if (error != null) {
      throw error;
    }
    if (id == null || (wantedId != 0 && id != wantedId)) {
      throw new WrongAnswer(
          this, "answers %s with id %s, asked with %d".formatted(call.method(), id, wantedId));
    }
    if (result.isEmpty()) {
      throw new NotFound(this, call.method());
    }
    return new Answer<>(id, result.get());
  }

  private @Nullable RpcError error(JsonParser json, String method) throws IOException {
    var error = JsonNodeTreeCodec.getInstance().readTree(json);
    if (error.isNull()) {
      return null;
    }
    var code = error.get("code");
    var message = error.get("message");
    return new RpcError(
        url.toString(),
        method,
        code != null && code.isNumber() ? code.getIntValue() : 0,
        url.withoutSecrets(
            message != null && message.isString()
                ? message.getStringValue()
                : String.valueOf(error)));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
