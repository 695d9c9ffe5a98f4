package dev.operatoranalytics.source;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file as bytes, compressed by gzip or not, and counts the bytes read. The
 * caller decodes the lines.
 */
public final class LineReader implements Closeable {
  private static final int BUFFER = 1 << 16;

  private static final InputFile.InputFormat DOCUMENTS =
      new InputFile.InputFormat("documents of epochs as JSON in UTF-8", Integer.MAX_VALUE);

  private final InputFile input;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;

  public LineReader(Path path) throws IOException {
    this(path, DOCUMENTS);
  }

  LineReader(Path path, InputFile.InputFormat format) throws IOException {
    this.input = InputFile.open(path, format);
  }

  public static long size(Path path) throws IOException {
    return Files.size(path);
  }

  /** Returns the number of bytes read so far, compressed as in the file. */
  public long read() {
    return input.bytesOfFile();
  }

  /** Returns the next line without its line end; null after the last. */
  public byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream earlier = null;
    while (true) {
      for (var i = position; i < limit; i++) {
        if (buffer[i] == '\n') {
          var line = join(earlier, position, i);
          position = i + 1;
          return line;
        }
      }
      if (limit > position) {
        earlier = earlier == null ? new ByteArrayOutputStream() : earlier;
        earlier.write(buffer, position, limit - position);
      }
      position = 0;
      limit = input.read(buffer);
      if (limit < 0) {
        limit = 0;
        return earlier == null ? null : join(earlier, 0, 0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  private byte[] join(@Nullable ByteArrayOutputStream earlier, int from, int to) {
    if (earlier == null) {
      return withoutReturn(java.util.Arrays.copyOfRange(buffer, from, to));
    }
    earlier.write(buffer, from, to - from);
    return withoutReturn(earlier.toByteArray());
  }

  private static byte[] withoutReturn(byte[] line) {
    return line.length > 0 && line[line.length - 1] == '\r'
        ? java.util.Arrays.copyOf(line, line.length - 1)
        : line;
  }
}
