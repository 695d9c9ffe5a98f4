package dev.operatoranalytics.database;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * External text in a form that PostgreSQL can store. PostgreSQL rejects a row that contains NUL or
 * an unpaired surrogate. NUL becomes U+2400; an unpaired surrogate or a byte that is not UTF-8
 * becomes U+FFFD; other characters stay the same.
 */
public record StorableText(String value) {
  private static final int NUL_PICTURE = 0x2400;
  private static final int REPLACEMENT = 0xFFFD;
  private static final int ESCAPE = "\\u0000".length();
  // two escapes can form one character; a backslash after a backslash starts no escape
  private static final Pattern ESCAPES = Pattern.compile("(?:\\\\u[0-9a-fA-F]{4})++|\\\\.");

  public StorableText {
    value = storable(value);
  }

  /** The same for JSON in a {@code jsonb} column, which also rejects escapes of such characters. */
  public static StorableText ofJson(String text) {
    return new StorableText(text.indexOf("\\u") < 0 ? text : withStorableEscapes(text));
  }

  public byte[] utf8() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  private static String withStorableEscapes(String json) {
    return ESCAPES
        .matcher(json)
        .replaceAll(
            match -> {
              var text = match.group();
              return Matcher.quoteReplacement(text.startsWith("\\u") ? rewritten(text) : text);
            });
  }

  private static String rewritten(String escapes) {
    var characters = new StringBuilder();
    for (var i = 0; i < escapes.length(); i += ESCAPE) {
      characters.append((char) Integer.parseInt(escapes, i + 2, i + ESCAPE, 16));
    }
    var unescaped = characters.toString();
    var storable = storable(unescaped);
    if (storable.equals(unescaped)) {
      return escapes;
    }
    characters.setLength(0);
    storable.chars().forEach(each -> characters.append("\\u%04x".formatted(each)));
    return characters.toString();
  }

  private static String storable(String text) {
    if (text.chars().noneMatch(each -> each == 0 || isSurrogate(each))) {
      return text;
    }
    var storable = new StringBuilder(text.length());
    text.codePoints()
        .map(each -> each == 0 ? NUL_PICTURE : isSurrogate(each) ? REPLACEMENT : each)
        .forEach(storable::appendCodePoint);
    return storable.toString();
  }

  private static boolean isSurrogate(int each) {
    return each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE;
  }
}
