package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.operatoranalytics.api.answer.StreamedAnswers;
import graphql.ErrorClassification;
import graphql.ExecutionResult;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
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
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /graphql} over HTTP, by the GraphQL-over-HTTP specification. */
@Controller("/graphql")
@Produces({MediaType.APPLICATION_JSON, GraphqlController.RESPONSE_JSON})
class GraphqlController {
  static final String RESPONSE_JSON = "application/graphql-response+json";
  private static final JsonFactory JSON = new JsonFactory();

  private final GraphqlEngine engine;
  private final StreamedAnswers answers;

  GraphqlController(GraphqlEngine engine, StreamedAnswers answers) {
    this.engine = engine;
    this.answers = answers;
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> post(HttpRequest<?> http, @Body byte[] body) {
    try {
      return answer(http, request(read(body)));
    } catch (MalformedRequest e) {
      return refuse(http, e);
    }
  }

  @Get
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> get(
      HttpRequest<?> http,
      @Nullable @QueryValue("query") String query,
      @Nullable @QueryValue("operationName") String operationName,
      @Nullable @QueryValue("variables") String variables) {
    try {
      if (query == null) {
        throw new MalformedRequest("the parameter query is missing");
      }
      var values =
          variables == null
              ? Map.<String, @Nullable Object>of()
              : object("variables", read(variables.getBytes(StandardCharsets.UTF_8)));
      return answer(http, new GraphqlRequest(query, operationName, values));
    } catch (MalformedRequest e) {
      return refuse(http, e);
    }
  }

  /** What came is not a GraphQL request at all. */
  private static final class MalformedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
      super(message);
    }
  }

  private static JsonNode read(byte[] text) {
    try (var parser = JSON.createParser(text)) {
      var node = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw new MalformedRequest("more than one JSON value");
      }
      return node;
    } catch (IOException e) {
      throw new MalformedRequest("not JSON");
    }
  }

  private static GraphqlRequest request(JsonNode body) {
    if (!body.isObject()) {
      throw new MalformedRequest("a request is one JSON object");
    }
    var query = body.get("query");
    if (query == null || !query.isString()) {
      throw new MalformedRequest("query must be a string");
    }
    var operationName = body.get("operationName");
    if (operationName != null && !operationName.isNull() && !operationName.isString()) {
      throw new MalformedRequest("operationName must be a string");
    }
    object("extensions", body.get("extensions"));
    return new GraphqlRequest(
        query.getStringValue(),
        operationName == null || operationName.isNull() ? null : operationName.getStringValue(),
        object("variables", body.get("variables")));
  }

  @SuppressWarnings("unchecked") // a JSON object has texts for keys
  private static Map<String, @Nullable Object> object(String name, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw new MalformedRequest(name + " must be a JSON object");
    }
    return (Map<String, @Nullable Object>) node.getValue();
  }

  private HttpResponse<?> answer(HttpRequest<?> http, GraphqlRequest request) {
    var type = mediaType(http) + "; charset=utf-8";
    return switch (engine.delivery(request)) {
      case WHOLE -> whole(http, request).response();
      case VERSIONED ->
          answers.respondWhole(http, request.toString(), type, () -> whole(http, request));
      case STREAMED -> answers.stream(http, type, streaming(request));
      case KEPT -> answers.respond(http, request.toString(), type, streaming(request));
    };
  }

  private StreamedAnswers.Whole whole(HttpRequest<?> http, GraphqlRequest request) {
    var result = engine.execute(request);
    return new StreamedAnswers.Whole(
        respond(http, status(http, result), result.toSpecification()),
        result.getErrors().isEmpty());
  }

  private StreamedAnswers.Writing streaming(GraphqlRequest request) {
    return (snapshot, output) -> {
      var result = engine.executeWithin(request);
      try (var json = JSON.createGenerator(output)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        write(
            result.toSpecification(),
            json,
            large -> {
              json.writeRawValue("");
              json.flush();
              large.write(snapshot, output);
            });
      }
      return result.getErrors().isEmpty();
    };
  }

  /** What is done with an object that writes itself. */
  private interface Large {
    void write(SelfWriting object) throws IOException, SQLException;
  }

  /** {@code application/json} tells errors inside a 200; the newer type by the status, too. */
  private static HttpStatus status(HttpRequest<?> http, ExecutionResult result) {
    if (!mediaType(http).equals(RESPONSE_JSON) || result.isDataPresent()) {
      return HttpStatus.OK;
    }
    return HttpStatus.BAD_REQUEST;
  }

  private static HttpResponse<byte[]> refuse(HttpRequest<?> http, MalformedRequest e) {
    var error =
        Map.of(
            "message", String.valueOf(e.getMessage()),
            "extensions", Map.of("code", ErrorCode.BAD_REQUEST.name()));
    return respond(http, HttpStatus.BAD_REQUEST, Map.of("errors", List.of(error)));
  }

  private static MutableHttpResponse<byte[]> respond(
      HttpRequest<?> http, HttpStatus status, Map<String, Object> answer) {
    return HttpResponse.<byte[]>status(status)
        .header(HttpHeaders.CONTENT_TYPE, mediaType(http) + "; charset=utf-8")
        .body(write(answer));
  }

  private static String mediaType(HttpRequest<?> http) {
    for (var accepted : http.getHeaders().accept()) {
      if (accepted.getName().equals(RESPONSE_JSON)) {
        return RESPONSE_JSON;
      }
      if (Set.of("application/json", "application/*", "*/*").contains(accepted.getName())) {
        return MediaType.APPLICATION_JSON;
      }
    }
    return MediaType.APPLICATION_JSON;
  }

  private static byte[] write(Map<String, Object> answer) {
    var bytes = new ByteArrayOutputStream(4_096);
    try (var json = JSON.createGenerator(bytes)) {
      write(
          answer,
          json,
          object -> {
            throw new IllegalStateException("must be streamed: " + object);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator json, Large large)
      throws IOException, SQLException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Map<?, ?> object -> {
        json.writeStartObject();
        for (var field : object.entrySet()) {
          json.writeFieldName(String.valueOf(field.getKey()));
          write(field.getValue(), json, large);
        }
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        for (var item : list) {
          write(item, json, large);
        }
        json.writeEndArray();
      }
      case SelfWriting object -> large.write(object);
      case Json raw -> json.writeRawValue(raw.text());
      case ErrorClassification classification -> json.writeString(classification.toString());
      default -> json.writeString(value.toString());
    }
  }
}
