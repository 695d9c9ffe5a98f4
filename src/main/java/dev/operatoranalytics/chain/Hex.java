package dev.operatoranalytics.chain;

/** Hexadecimal text as the chain's tools write it. */
public final class Hex {
  // a lookup: digits are random, so the processor cannot predict comparisons with them
  private static final boolean[] DIGITS = digits();

  private static boolean[] digits() {
    var digits = new boolean[128];
    for (var digit : "0123456789abcdefABCDEF".toCharArray()) {
      digits[digit] = true;
    }
    return digits;
  }

  /** Whether a text is {@code 0x} followed by exactly {@code digits} hex digits of any case. */
  public static boolean is(String text, int digits) {
    if (text.length() != digits + 2 || text.charAt(0) != '0' || text.charAt(1) != 'x') {
      return false;
    }
    for (var i = 2; i < text.length(); i++) {
      var character = text.charAt(i);
      if (character >= DIGITS.length || !DIGITS[character]) {
        return false;
      }
    }
    return true;
  }

  private Hex() {}
}
