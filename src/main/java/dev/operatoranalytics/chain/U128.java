package dev.operatoranalytics.chain;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * An integer from 0 to 2^128-1. Parses the forms of the chain's codec exactly and rejects any other
 * text.
 */
public record U128(BigInteger value) {
  private static final Pattern GROUPED = Pattern.compile("[1-9][0-9]{0,2}(,[0-9]{3})+");
  private static final int MAX_BITS = 128;
  private static final int MAX_HEX_DIGITS = 32;
  private static final int MAX_DIGITS = 39;
  private static final long MAX_JSON_INTEGER = (1L << 53) - 1;

  public U128 {
    if (value.signum() < 0 || value.bitLength() > MAX_BITS) {
      throw new IllegalArgumentException("outside 0..2^128-1");
    }
  }

  /** From a JSON number; rejects numbers beyond 2^53-1, because writers lose digits of them. */
  public static U128 of(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("negative");
    }
    if (number > MAX_JSON_INTEGER) {
      throw new IllegalArgumentException("a JSON number beyond 2^53-1 has lost digits");
    }
    return new U128(BigInteger.valueOf(number));
  }

  /**
   * From a text: decimal digits, decimal digits in groups of three, or {@code 0x} and big-endian
   * hex.
   *
   * @throws IllegalArgumentException with a reason that does not repeat the text
   */
  public static U128 parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    if (text.startsWith("0x")) {
      return hex(text);
    }
    return text.indexOf(',') < 0 ? decimal(text) : grouped(text);
  }

  private static U128 hex(String text) {
    var digits = text.length() - 2;
    if (digits < 1 || digits > MAX_HEX_DIGITS || !Hex.is(text, digits)) {
      throw new IllegalArgumentException("not 0x and 1 to 32 hex digits");
    }
    return new U128(new BigInteger(text.substring(2), 16));
  }

  private static U128 decimal(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw new IllegalArgumentException("not a whole number");
      }
    }
    if (text.charAt(0) == '0' && text.length() > 1) {
      throw new IllegalArgumentException("a leading zero");
    }
    if (text.length() > MAX_DIGITS) {
      throw new IllegalArgumentException("outside 0..2^128-1");
    }
    return new U128(new BigInteger(text));
  }

  private static U128 grouped(String text) {
    if (!GROUPED.matcher(text).matches()) {
      throw new IllegalArgumentException("not in groups of three digits");
    }
    return decimal(text.replace(",", ""));
  }
}
