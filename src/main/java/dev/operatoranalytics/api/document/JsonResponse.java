package dev.operatoranalytics.api.document;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.operatoranalytics.api.query.RawJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A response as JSON. */
public final class JsonResponse {
  private final byte[] bytes;

  private JsonResponse(byte[] bytes) {
    this.bytes = bytes;
  }

  public static JsonResponse of(Map<String, Object> result) {
    var bytes = new ByteArrayOutputStream(4_096);
    try (var json = Json.FACTORY.createGenerator(bytes)) {
      write(result, json, null, bytes);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("cannot write an answer", e);
    }
    return new JsonResponse(bytes.toByteArray());
  }

  /**
   * Writes a response with its streamed objects.
   *
   * @param output is not closed
   */
  public static void write(Map<String, Object> result, Connection snapshot, OutputStream output)
      throws IOException, SQLException {
    try (var json = Json.FACTORY.createGenerator(output)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      write(result, json, snapshot, output);
    }
  }

  private static void write(
      @Nullable Object value,
      JsonGenerator json,
      @Nullable Connection snapshot,
      OutputStream output)
      throws IOException, SQLException {
    switch (value) {
      case StreamedObject object -> {
        json.writeRawValue("");
        json.flush();
        object.write(Objects.requireNonNull(snapshot), output);
      }
      case RawJson raw -> {
        json.writeRawValue("");
        json.flush();
        output.write(raw.bytes());
      }
      case Map<?, ?> object -> {
        json.writeStartObject();
        for (var field : object.entrySet()) {
          json.writeFieldName(String.valueOf(field.getKey()));
          write(field.getValue(), json, snapshot, output);
        }
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        for (var item : list) {
          write(item, json, snapshot, output);
        }
        json.writeEndArray();
      }
      case null, default -> Json.write(value, json);
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The whole response. */
  public byte[] whole() {
    return bytes;
  }

  InputStream stream() {
    return new ByteArrayInputStream(bytes);
  }
}
