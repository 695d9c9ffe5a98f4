package dev.operatoranalytics.chain;

/** Hexadecimal text as the chain's tools write it. */
public final class Hex {

  /** Whether a text is {@code 0x} followed by exactly {@code digits} hex digits of any case. */
  public static boolean is(String text, int digits) {
    if (text.length() != digits + 2 || text.charAt(0) != '0' || text.charAt(1) != 'x') {
      return false;
    }
    for (var i = 2; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  private Hex() {}
}
