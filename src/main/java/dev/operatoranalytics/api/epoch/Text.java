package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes ASCII text through a buffer. */
final class Text {
  private static final int PIECE = 1 << 16;
  private static final int LONGEST_NUMBER = 64;
  private static final int[] POWERS = {1_000, 100, 10, 1};

  /** The four digits of each number below 10,000. */
  private static final byte[] DIGITS = digits();

  private final OutputStream output;
  private final byte[] piece = new byte[PIECE];
  private int length;

  Text(OutputStream output) {
    this.output = output;
  }

  private static byte[] digits() {
    var digits = new byte[40_000];
    for (var i = 0; i < 40_000; i++) {
      digits[i] = (byte) ('0' + i / 4 / POWERS[i % 4] % 10);
    }
    return digits;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  Text add(String ascii) throws IOException {
    return add(ascii(ascii));
  }

  Text add(byte[] bytes) throws IOException {
    return add(bytes, 0, bytes.length);
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
      var group = i < digits ? ((row[at] & 0xff) << 8) | (row[at + 1] & 0xff) : 0;
      var skipped = i > 0 || group >= 1_000 ? 0 : group >= 100 ? 1 : group >= 10 ? 2 : 3;
      for (var place = skipped; place < 4; place++) {
        piece[length++] = DIGITS[4 * group + place];
      }
    }
    return this;
  }

  void flush() throws IOException {
    output.write(piece, 0, length);
    length = 0;
  }
}
