package dev.operatoranalytics.source;

import java.util.Arrays;

/** Rows in the text form of PostgreSQL's {@code copy}. */
public final class CopyText {
  public static final String NULL = "\\N";

  private byte[] bytes;
  private int size;

  public CopyText(int capacity) {
    this.bytes = new byte[Math.max(64, capacity)];
  }

  private void ensureCapacity(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  private void add(byte[] value, int from, int length) {
    ensureCapacity(length);
    System.arraycopy(value, from, bytes, size, length);
    size += length;
  }

  private void add(char character) {
    ensureCapacity(1);
    bytes[size++] = (byte) character;
  }

  /** Appends ASCII characters that need no escaping. */
  @SuppressWarnings("deprecation") // of ASCII the low byte is all, and no array is made
  public CopyText plain(String value) {
    ensureCapacity(value.length());
    value.getBytes(0, value.length(), bytes, size);
    size += value.length();
    return this;
  }

  public CopyText escaped(byte[] value) {
    var from = 0;
    for (var i = 0; i < value.length; i++) {
      var character = value[i];
      // most characters: bytes of longer ones are negative
      if (character != '\\' && (character > '\r' || character < 0)) {
        continue;
      }
      var escape =
          switch (character) {
            case '\\' -> '\\';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\r' -> 'r';
            default -> 0;
          };
      if (escape != 0) {
        add(value, from, i - from);
        add('\\');
        add((char) escape);
        from = i + 1;
      }
    }
    add(value, from, value.length - from);
    return this;
  }

  public CopyText next() {
    add('\t');
    return this;
  }

  /** Ends the row; another may follow. */
  public CopyText endRow() {
    add('\n');
    return this;
  }

  /** Forgets all rows, so that others can be written without new memory. */
  CopyText clear() {
    size = 0;
    return this;
  }

  public int size() {
    return size;
  }

  public byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  public byte[] end() {
    return endRow().bytes();
  }
}
