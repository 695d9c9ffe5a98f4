package dev.operatoranalytics.chain;

import org.jspecify.annotations.Nullable;

/** Hexadecimal text as the chain's tools write it. */
public final class Hex {
  // a lookup: digits are random, so the processor cannot predict comparisons with them
  private static final byte[] VALUES = values();
  private static final byte NO_DIGIT = -1;

  private static byte[] values() {
    var values = new byte[128];
    for (var character = 0; character < values.length; character++) {
      values[character] = (byte) Character.digit(character, 16);
    }
    return values;
  }

  private static int value(char character) {
    return character < VALUES.length ? VALUES[character] : NO_DIGIT;
  }

  /** Whether a text is {@code 0x} followed by exactly {@code digits} hex digits of any case. */
  public static boolean is(String text, int digits) {
    if (text.length() != digits + 2 || text.charAt(0) != '0' || text.charAt(1) != 'x') {
      return false;
    }
    for (var i = 2; i < text.length(); i++) {
      if (value(text.charAt(i)) == NO_DIGIT) {
        return false;
      }
    }
    return true;
  }

  /**
   * The bytes of {@code 0x} and pairs of hex digits of any case.
   *
   * @return null when the text has another form
   */
  public static byte @Nullable [] bytes(String text) {
    if (!text.startsWith("0x") || text.length() % 2 != 0) {
      return null;
    }
    var bytes = new byte[text.length() / 2 - 1];
    for (var i = 0; i < bytes.length; i++) {
      var pair = value(text.charAt(2 * i + 2)) << 4 | value(text.charAt(2 * i + 3));
      if (pair < 0) {
        return null;
      }
      bytes[i] = (byte) pair;
    }
    return bytes;
  }

  private Hex() {}
}
