package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.micronaut.http.HttpStatus;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;

/** JSON that clients send. A megabyte of it may be many megabytes of values: they are counted. */
@Singleton
final class RequestJson {
  private final StreamReadConstraints constraints;
  private final JsonFactory factory;

  RequestJson(LimitSettings limits) {
    constraints = StreamReadConstraints.builder().maxTokenCount(limits.tokens()).build();
    factory = JsonFactory.builder().streamReadConstraints(constraints).build();
  }

  /** The one value that a text is. */
  JsonNode read(byte[] text) {
    try (var parser = factory.createParser(text)) {
      var node = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw Refusal.malformed("more than one JSON value");
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw new Refusal(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.REQUEST_TOO_LARGE,
          "the JSON of a request has at most %,d names, values and brackets, %,d levels, and numbers of %,d digits"
              .formatted(
                  constraints.getMaxTokenCount(),
                  constraints.getMaxNestingDepth(),
                  constraints.getMaxNumberLength()));
    } catch (IOException e) {
      throw Refusal.malformed("not JSON");
    }
  }
}
