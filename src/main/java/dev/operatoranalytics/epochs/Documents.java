package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Reads, compresses and compares documents as bytes. */
final class Documents {
  /** Accepts strings and numbers of any length; their values are checked afterwards. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final int MAX_EXCERPT_BYTES = 4_000;
  private static final int COMPRESSION_LEVEL = 1;

  static byte[] compress(byte[] document) {
    var compressed = new ByteArrayOutputStream(document.length / 4);
    var deflater = new Deflater(COMPRESSION_LEVEL);
    try (var out = new DeflaterOutputStream(compressed, deflater, 1 << 16)) {
      out.write(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return compressed.toByteArray();
  }

  static byte[] decompress(byte[] compressed) throws IOException {
    try (var in = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  /** Whether two JSON texts have equal values, regardless of formatting. */
  static boolean areEqual(byte[] one, byte[] other) throws IOException {
    return tree(one).equals(tree(other));
  }

  private static JsonNode tree(byte[] document) throws IOException {
    try (var json = JSON.createParser(document)) {
      return JsonNodeTreeCodec.getInstance().readTree(json);
    }
  }

  static String excerpt(byte[] text) {
    return new String(text, 0, Math.min(text.length, MAX_EXCERPT_BYTES), StandardCharsets.UTF_8);
  }

  /** The reason of a read failure, in one line. */
  static String reason(Throwable e) {
    return switch (e) {
      case JsonProcessingException json -> reason(json);
      case CharConversionException text -> "not UTF-8: " + line(text);
      case EOFException end -> "truncated: " + line(end);
      case ZipException zip -> "damaged gzip data: " + line(zip);
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException gone -> "no such file";
      case IOException io when io.getMessage() != null -> line(io);
      case SQLException sql when sql.getMessage() != null -> line(sql);
      default -> e.toString();
    };
  }

  private static String reason(JsonProcessingException e) {
    var message = String.valueOf(e.getOriginalMessage()).replaceAll("\\s*\\n.*", "");
    return (message.startsWith("Invalid UTF-8") ? "not UTF-8: " : "not JSON: ") + message;
  }

  private static String line(Throwable e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", " ");
  }

  private Documents() {}
}
