package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** ASCII on its way out, gathered into pieces. */
final class Text {
  private static final int PIECE = 1 << 16;
  private static final int LONGEST_NUMBER = 64;

  private final OutputStream output;
  private final byte[] piece = new byte[PIECE];
  private int length;

  Text(OutputStream output) {
    this.output = output;
  }

  Text add(String ascii) throws IOException {
    return add(ascii.getBytes(StandardCharsets.US_ASCII), 0, ascii.length());
  }

  Text add(byte[] bytes, int offset, int count) throws IOException {
    if (count > PIECE - length) {
      flush();
    }
    if (count > PIECE) {
      output.write(bytes, offset, count);
    } else {
      System.arraycopy(bytes, offset, piece, length, count);
      length += count;
    }
    return this;
  }

  Text add(int number) throws IOException {
    return add(Integer.toString(number));
  }

  /** A whole number in PostgreSQL's binary form: digits to the base of 10,000. */
  Text numeric(byte[] row, int offset) throws IOException {
    if (LONGEST_NUMBER > PIECE - length) {
      flush();
    }
    var digits = ((row[offset] & 0xff) << 8) | (row[offset + 1] & 0xff);
    var weight = (short) (((row[offset + 2] & 0xff) << 8) | (row[offset + 3] & 0xff));
    if (digits == 0) {
      piece[length++] = '0';
      return this;
    }
    for (var i = 0; i <= weight; i++) {
      var at = offset + 8 + 2 * i;
      var digit = i < digits ? ((row[at] & 0xff) << 8) | (row[at + 1] & 0xff) : 0;
      if (i > 0 || digit >= 1_000) {
        piece[length++] = (byte) ('0' + digit / 1_000);
      }
      if (i > 0 || digit >= 100) {
        piece[length++] = (byte) ('0' + digit / 100 % 10);
      }
      if (i > 0 || digit >= 10) {
        piece[length++] = (byte) ('0' + digit / 10 % 10);
      }
      piece[length++] = (byte) ('0' + digit % 10);
    }
    return this;
  }

  void flush() throws IOException {
    output.write(piece, 0, length);
    length = 0;
  }
}
