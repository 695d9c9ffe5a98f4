package dev.operatoranalytics.price;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.JsonStreamConfig;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Reads JSON from a price service. */
final class ServiceClient {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_BYTES = 8 << 20;
  // a price must not pass through a binary fraction
  private static final JsonNodeTreeCodec TREE =
      JsonNodeTreeCodec.getInstance()
          .withConfig(JsonStreamConfig.DEFAULT.withUseBigDecimalForFloats(true));

  private final URI base;
  private final Map<String, String> headers;
  private final Duration timeout;
  private final HttpClient http;

  ServiceClient(URI base, Map<String, String> headers, Duration timeout) {
    this.base = base;
    this.headers = headers;
    this.timeout = timeout;
    this.http = HttpClient.newBuilder().connectTimeout(timeout).build();
  }

  JsonNode get(String path) throws IOException {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout).GET();
    headers.forEach(request::header);
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException("%s answers status %d".formatted(base, response.statusCode()));
        }
        var bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new IOException("%s answers more than %d bytes".formatted(base, MAX_BYTES));
        }
        try (var json = JSON.createParser(bytes)) {
          return TREE.readTree(json);
        }
      }
    } catch (ConnectException e) {
      throw new IOException("%s cannot be reached".formatted(base), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Returns a positive number as it was written; empty for everything else. */
  static Optional<BigDecimal> price(@Nullable JsonNode node) {
    if (node == null || !node.isNumber()) {
      return Optional.empty();
    }
    var price = new BigDecimal(node.getNumberValue().toString());
    return price.signum() > 0 ? Optional.of(price) : Optional.empty();
  }
}
