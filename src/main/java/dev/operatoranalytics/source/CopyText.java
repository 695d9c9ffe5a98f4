package dev.operatoranalytics.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Rows in the text form of PostgreSQL's {@code copy}. */
public final class CopyText {
  public static final String NULL = "\\N";

  private final ByteArrayOutputStream bytes;

  public CopyText(int size) {
    this.bytes = new ByteArrayOutputStream(size);
  }

  /** Appends a value that needs no escaping. */
  public CopyText plain(String value) {
    bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public CopyText escaped(byte[] value) {
    var from = 0;
    for (var i = 0; i < value.length; i++) {
      var escape =
          switch (value[i]) {
            case '\\' -> '\\';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\r' -> 'r';
            default -> 0;
          };
      if (escape != 0) {
        bytes.write(value, from, i - from);
        bytes.write('\\');
        bytes.write(escape);
        from = i + 1;
      }
    }
    bytes.write(value, from, value.length - from);
    return this;
  }

  public CopyText next() {
    bytes.write('\t');
    return this;
  }

  /** Ends the row; another may follow. */
  public CopyText endRow() {
    bytes.write('\n');
    return this;
  }

  public int size() {
    return bytes.size();
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }

  public byte[] end() {
    return endRow().bytes();
  }
}
