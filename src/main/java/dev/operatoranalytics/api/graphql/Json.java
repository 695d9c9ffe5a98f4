package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON in and single values out. */
final class Json {
  /** It escapes as PostgreSQL does. */
  static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

  static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case RawJson raw -> json.writeRawValue(raw.text());
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      default -> json.writeString(value.toString());
    }
  }

  /** The one value that a text is. */
  static JsonNode read(byte[] text) {
    try (var parser = FACTORY.createParser(text)) {
      var node = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw Refusal.malformed("more than one JSON value");
      }
      return node;
    } catch (IOException e) {
      throw Refusal.malformed("not JSON");
    }
  }

  private Json() {}
}
