package dev.operatoranalytics.api.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Parses JSON of clients. Limits its tokens, because a megabyte of JSON may be many megabytes of
 * values.
 */
@Singleton
public final class RequestJson {
  private final StreamReadConstraints constraints;
  private final JsonFactory factory;
  private final int maxBody;

  RequestJson(LimitSettings limits, HttpServerConfiguration server) {
    maxBody = (int) Math.min(server.getMaxRequestSize(), Integer.MAX_VALUE - 1);
    constraints = StreamReadConstraints.builder().maxTokenCount(limits.tokens()).build();
    factory = JsonFactory.builder().streamReadConstraints(constraints).build();
  }

  /** The JSON value of a request body, which may be compressed by gzip. */
  public JsonNode read(HttpRequest<?> http, byte[] body) {
    var encoding = http.getHeaders().get(HttpHeaders.CONTENT_ENCODING);
    return switch (encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> read(body);
      case "gzip", "x-gzip" -> read(decompressed(body));
      default ->
          throw new RequestRejected(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              ErrorCode.BAD_REQUEST,
              "Content-Encoding must be gzip or identity");
    };
  }

  private byte[] decompressed(byte[] body) {
    try (var text = new GZIPInputStream(new ByteArrayInputStream(body))) {
      var bytes = text.readNBytes(maxBody + 1);
      if (bytes.length > maxBody) {
        throw new RequestRejected(
            HttpStatus.REQUEST_ENTITY_TOO_LARGE,
            ErrorCode.REQUEST_TOO_LARGE,
            "a body has at most %,d bytes, decompressed too".formatted(maxBody));
      }
      return bytes;
    } catch (IOException e) {
      throw RequestRejected.malformed("the body is not gzip, though its Content-Encoding says so");
    }
  }

  /** The JSON value of a text. */
  public JsonNode read(byte[] text) {
    try (var parser = factory.createParser(text)) {
      if (parser.nextToken() == null) {
        throw RequestRejected.malformed("the JSON is empty");
      }
      var node = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw RequestRejected.malformed("more than one JSON value");
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw new RequestRejected(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.REQUEST_TOO_LARGE,
          "the JSON of a request has at most %,d names, values and brackets, %,d levels, and numbers of %,d digits"
              .formatted(
                  constraints.getMaxTokenCount(),
                  constraints.getMaxNestingDepth(),
                  constraints.getMaxNumberLength()));
    } catch (IOException e) {
      throw RequestRejected.malformed("not JSON");
    }
  }
}
