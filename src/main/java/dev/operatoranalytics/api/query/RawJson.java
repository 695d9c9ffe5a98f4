package dev.operatoranalytics.api.query;

import java.nio.charset.StandardCharsets;

/**
 * A value that already is JSON; it is sent unchanged.
 *
 * @param bytes UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record RawJson(byte[] bytes) {
  public RawJson(String text) {
    this(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
