package dev.operatoranalytics.api.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.operatoranalytics.api.query.RawJson;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Writes single values as JSON. */
public final class Json {
  /** Escapes like PostgreSQL. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

  static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case RawJson raw -> json.writeRawValue(raw.toString());
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeRawValue(plain(number));
      default -> json.writeString(value.toString());
    }
  }

  /** Without exponent and trailing zeros, like PostgreSQL. */
  private static String plain(double number) {
    return number == 0 ? "0" : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private Json() {}
}
