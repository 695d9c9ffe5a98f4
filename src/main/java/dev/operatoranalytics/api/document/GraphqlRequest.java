package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import io.micronaut.http.HttpParameters;
import io.micronaut.json.tree.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client, over any transport.
 *
 * @param query the document; null when only its hash was sent
 * @param hash SHA-256 of the document in hex; null when it was not sent
 * @param credentials of the client
 * @param lastEventId cursor to resume a subscription from, instead of its argument {@code after};
 *     null for none
 */
public record GraphqlRequest(
    @Nullable String query,
    @Nullable String hash,
    @Nullable String operationName,
    Map<String, @Nullable Object> variables,
    Credentials credentials,
    @Nullable String lastEventId) {

  public Caller caller() {
    return credentials.caller();
  }

  /** From the parameters of the GraphQL-over-HTTP specification, as one JSON object. */
  public static GraphqlRequest of(JsonNode body, Credentials credentials) {
    if (!body.isObject()) {
      throw RequestRejected.malformed("a request is one JSON object");
    }
    var query = text("query", body.get("query"));
    var hash = hash(body.get("extensions"));
    if (query == null && hash == null) {
      throw RequestRejected.malformed("query is missing: it is the document, as a string");
    }
    return new GraphqlRequest(
        query,
        hash,
        text("operationName", body.get("operationName")),
        object("variables", body.get("variables")),
        credentials,
        null);
  }

  /** The same request, resumed after an event. */
  public GraphqlRequest goingOnFrom(@Nullable String event) {
    return new GraphqlRequest(query, hash, operationName, variables, credentials, event);
  }

  /** From the parameters of a URL. */
  public static GraphqlRequest of(HttpParameters sent, Credentials credentials, RequestJson json) {
    var parameters = new LinkedHashMap<String, JsonNode>();
    sent.forEach((name, values) -> parameters.put(name, parameter(name, values.getFirst(), json)));
    return of(JsonNode.createObjectNode(parameters), credentials);
  }

  private static JsonNode parameter(String name, String value, RequestJson json) {
    if (!Set.of("variables", "extensions").contains(name)) {
      return JsonNode.createStringNode(value);
    }
    // forms also send empty fields
    return value.isBlank()
        ? JsonNode.nullNode()
        : json.read(value.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String hash(@Nullable JsonNode extensions) {
    object("extensions", extensions);
    var persisted =
        extensions == null || extensions.isNull() ? null : extensions.get("persistedQuery");
    if (persisted == null || persisted.isNull()) {
      return null;
    }
    object("extensions.persistedQuery", persisted);
    return text("extensions.persistedQuery.sha256Hash", persisted.get("sha256Hash"));
  }

  private static @Nullable String text(String name, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      throw RequestRejected.malformed(name + " must be a string");
    }
    return node.getStringValue();
  }

  @SuppressWarnings("unchecked") // a JSON object has texts for keys
  private static Map<String, @Nullable Object> object(String name, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw RequestRejected.malformed(name + " must be a JSON object");
    }
    return (Map<String, @Nullable Object>) node.getValue();
  }
}
