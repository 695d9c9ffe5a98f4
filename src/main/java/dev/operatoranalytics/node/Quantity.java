package dev.operatoranalytics.node;

import dev.operatoranalytics.chain.Hex;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and writes the numbers and hashes of JSON-RPC. */
final class Quantity {
  private static final int MAX_LENGTH = 2 + 15;

  static String text(long number) {
    return "0x" + Long.toHexString(number);
  }

  static long of(String field, @Nullable String text) throws IOException {
    if (text == null || text.length() < 3 || text.length() > MAX_LENGTH || !text.startsWith("0x")) {
      throw unreadable(field, text);
    }
    var number = 0L;
    for (var i = 2; i < text.length(); i++) {
      var digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        throw unreadable(field, text);
      }
      number = number << 4 | digit;
    }
    return number;
  }

  static String hash(String field, @Nullable String text) throws IOException {
    return hex(field, text, 64);
  }

  static String hex(String field, @Nullable String text, int digits) throws IOException {
    if (text == null || !Hex.is(text, digits)) {
      throw unreadable(field, text);
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static IOException unreadable(String field, @Nullable String text) {
    return new IOException("%s is %s".formatted(field, text));
  }

  private Quantity() {}
}
