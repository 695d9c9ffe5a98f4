package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer as JSON: bytes that stand, and between them long lists that are written only when the
 * socket takes them. Nothing can fail any more by then.
 */
final class Answer {
  private final List<Part> parts = new ArrayList<>();

  private sealed interface Part {}

  private record Bytes(byte[] bytes) implements Part {}

  private record LongList(Rows rows) implements Part {}

  static Answer of(Map<String, Object> result) {
    var answer = new Answer();
    var bytes = new ByteArrayOutputStream(4_096);
    try (var json = Json.FACTORY.createGenerator(bytes)) {
      answer.write(result, json, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answer.parts.add(new Bytes(bytes.toByteArray()));
    return answer;
  }

  /**
   * Writes an answer with objects that write themselves, each when it is its turn.
   *
   * @param output is not closed
   */
  static void write(Map<String, Object> result, Connection snapshot, OutputStream output)
      throws IOException, SQLException {
    try (var json = Json.FACTORY.createGenerator(output)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      write(result, json, snapshot, output);
    }
  }

  private static void write(
      @Nullable Object value, JsonGenerator json, Connection snapshot, OutputStream output)
      throws IOException, SQLException {
    switch (value) {
      case SelfWriting object -> {
        json.writeRawValue("");
        json.flush();
        object.write(snapshot, output);
      }
      case Rows list -> list.write(json, output);
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

  /** All of it, unless it is long. */
  byte @Nullable [] bytes() {
    return parts.size() == 1 && parts.getFirst() instanceof Bytes(var bytes) ? bytes : null;
  }

  /** All of it, however long. */
  byte[] whole() {
    var whole = bytes();
    if (whole != null) {
      return whole;
    }
    try (var stream = stream()) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of it, made as it is read. */
  InputStream stream() {
    return new Stream(parts.iterator());
  }

  private void write(@Nullable Object value, JsonGenerator json, ByteArrayOutputStream bytes)
      throws IOException {
    switch (value) {
      case Rows list when list.isLong() -> {
        json.writeRawValue("");
        json.flush();
        parts.add(new Bytes(bytes.toByteArray()));
        bytes.reset();
        parts.add(new LongList(list));
      }
      case Rows list -> list.write(json, bytes);
      case Map<?, ?> object -> {
        json.writeStartObject();
        for (var field : object.entrySet()) {
          json.writeFieldName(String.valueOf(field.getKey()));
          write(field.getValue(), json, bytes);
        }
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        for (var item : list) {
          write(item, json, bytes);
        }
        json.writeEndArray();
      }
      case null, default -> Json.write(value, json);
    }
  }

  private static final class Stream extends InputStream {
    private static final int CHUNK = 1 << 15;

    private final Iterator<Part> parts;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream(CHUNK + (CHUNK >> 2));
    private byte[] chunk = {};
    private int position;
    private @Nullable Iterator<Object> rows;
    private @Nullable RowWriter writer;
    private @Nullable JsonGenerator json;

    private Stream(Iterator<Part> parts) {
      this.parts = parts;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (position == chunk.length) {
        if (rows == null && !parts.hasNext()) {
          return -1;
        }
        chunk = rows == null ? begin(parts.next()) : more();
        position = 0;
      }
      var count = Math.min(length, chunk.length - position);
      System.arraycopy(chunk, position, target, offset, count);
      position += count;
      return count;
    }

    private byte[] begin(Part part) throws IOException {
      return switch (part) {
        case Bytes(var bytes) -> bytes;
        case LongList(var list) -> {
          rows = list.rows().iterator();
          writer = list.writer();
          json = Json.FACTORY.createGenerator(made);
          json.writeStartArray();
          yield more();
        }
      };
    }

    private byte[] more() throws IOException {
      var left = Objects.requireNonNull(rows);
      var target = Objects.requireNonNull(json);
      while (left.hasNext() && made.size() < CHUNK) {
        Objects.requireNonNull(writer).write(left.next(), target, made);
      }
      if (left.hasNext()) {
        target.flush();
      } else {
        target.writeEndArray();
        target.close();
        rows = null;
      }
      var bytes = made.toByteArray();
      made.reset();
      return bytes;
    }
  }
}
