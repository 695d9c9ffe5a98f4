package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Documents as bytes: how they are read, packed and told apart. */
final class Documents {
  /** Documents hold texts and numbers of any length; what they mean is checked afterwards. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final int SHOWN = 4_000;
  private static final int PACKING = 1;

  static byte[] pack(byte[] document) {
    var packed = new ByteArrayOutputStream(document.length / 4);
    var deflater = new Deflater(PACKING);
    try (var out = new DeflaterOutputStream(packed, deflater, 1 << 16)) {
      out.write(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return packed.toByteArray();
  }

  static byte[] unpack(byte[] packed) throws IOException {
    try (var in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  static byte[] digest(byte[] document) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(document);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether two texts say the same, however they are written. */
  static boolean areEqual(byte[] one, byte[] other) throws IOException {
    return tree(one).equals(tree(other));
  }

  private static JsonNode tree(byte[] document) throws IOException {
    try (var json = JSON.createParser(document)) {
      return JsonNodeTreeCodec.getInstance().readTree(json);
    }
  }

  static String shown(byte[] text) {
    return new String(text, 0, Math.min(text.length, SHOWN), StandardCharsets.UTF_8);
  }

  static String reason(IOException e) {
    var message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return "not JSON: " + String.valueOf(message).replaceAll("\\s*\\n.*", "");
  }

  private Documents() {}
}
