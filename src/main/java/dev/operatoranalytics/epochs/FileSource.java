package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.source.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file of JSON lines, of one document, or of an array of documents; compressed by gzip when its
 * name ends in {@code .gz}. Holds one document in memory at a time.
 */
public record FileSource(Path file) implements DocumentSource {
  private static final int BUFFER = 1 << 16;
  private static final int MAX_EXCERPT_BYTES = 40;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final String EXPECTED =
      "; expected epoch documents as JSON or JSON lines in UTF-8, optionally compressed (.gz), or a"
          + " SQLite file";

  /** The layout of documents in a file. */
  private enum FileLayout {
    LINES,
    VALUES
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public void check() throws IOException {
    form();
  }

  @Override
  public void read(DocumentSink sink) throws IOException, InterruptedException {
    switch (form()) {
      case LINES -> readLines(sink);
      case VALUES -> readValues(sink);
    }
  }

  private FileLayout form() throws IOException {
    var head = head();
    if (head.length > 0 && head[0] == '[') {
      return FileLayout.VALUES;
    }
    try (var lines = new LineReader(file)) {
      var first = nextNonBlank(lines);
      if (first.length == 0) {
        throw new IOException("it is empty" + EXPECTED);
      }
      if (isCompleteObject(first) || beginsObject(following(lines))) {
        return FileLayout.LINES;
      }
      if (beginsObject(first)) {
        return FileLayout.VALUES;
      }
      throw new IOException("found " + excerpt(first) + EXPECTED);
    }
  }

  /** The first bytes of the file without leading blanks; empty when it holds only blanks. */
  private byte[] head() throws IOException {
    try (var compressed = Files.newInputStream(file)) {
      var raw = compressed.readNBytes(BUFFER);
      if (raw.length == 0) {
        throw new IOException("it is empty" + EXPECTED);
      }
      if (!isGzip() && beginsWith(raw, 0x1f, 0x8b)) {
        throw new IOException("found gzip data in a file whose name does not end in .gz");
      }
      if (isGzip() && !beginsWith(raw, 0x1f, 0x8b)) {
        throw new IOException(
            "its name ends in .gz, but it is not gzip data: found " + excerpt(raw));
      }
    }
    try (var bytes = open()) {
      var first = new byte[BUFFER];
      var head = Arrays.copyOf(first, Math.max(0, bytes.read(first)));
      if (beginsWith(head, 0xff, 0xfe) || beginsWith(head, 0xfe, 0xff)) {
        throw new IOException("found UTF-16" + EXPECTED);
      }
      return withoutBlanks(head);
    }
  }

  private boolean isGzip() {
    return file.toString().endsWith(".gz");
  }

  private static boolean beginsWith(byte[] bytes, int first, int second) {
    return bytes.length > 1 && bytes[0] == (byte) first && bytes[1] == (byte) second;
  }

  private static boolean beginsObject(byte[] line) {
    return line.length > 0 && line[0] == '{';
  }

  private static boolean isCompleteObject(byte[] line) {
    if (!beginsObject(line)) {
      return false;
    }
    try (var json = Documents.JSON.createParser(line)) {
      json.nextToken();
      json.skipChildren();
      return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static String excerpt(byte[] bytes) {
    var text = new StringBuilder("\"");
    var all =
        new String(bytes, 0, Math.min(bytes.length, MAX_EXCERPT_BYTES), StandardCharsets.UTF_8);
    for (var each : all.toCharArray()) {
      text.append(
          Character.isISOControl(each)
              ? "\\u%04x".formatted((int) each)
              : Character.toString(each));
    }
    return text.append(bytes.length > MAX_EXCERPT_BYTES ? "…\"" : "\"").toString();
  }

  private static byte[] nextNonBlank(LineReader lines) throws IOException {
    for (byte[] line; (line = lines.next()) != null; ) {
      var begin = withoutBlanks(withoutMark(line));
      if (begin.length > 0) {
        return begin;
      }
    }
    return new byte[0];
  }

  /**
   * The line after the first; empty when the file is damaged there: reading it will report that.
   */
  private static byte[] following(LineReader lines) {
    try {
      return nextNonBlank(lines);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static byte[] withoutMark(byte[] bytes) {
    return isMarked(bytes)
        ? Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length)
        : bytes;
  }

  private static boolean isMarked(byte[] bytes) {
    return Arrays.equals(Arrays.copyOf(bytes, BYTE_ORDER_MARK.length), BYTE_ORDER_MARK);
  }

  private static byte[] withoutBlanks(byte[] bytes) {
    var begin = 0;
    while (begin < bytes.length && bytes[begin] <= ' ' && bytes[begin] >= 0) {
      begin++;
    }
    return begin == 0 ? bytes : Arrays.copyOfRange(bytes, begin, bytes.length);
  }

  private void readLines(DocumentSink sink) throws IOException, InterruptedException {
    var size = (double) Math.max(1, LineReader.size(file));
    try (var lines = new LineReader(file)) {
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        number++;
        var document = withoutMark(line);
        if (withoutBlanks(document).length > 0) {
          sink.accept(number, document, lines.read() / size);
        }
      }
    }
  }

  private void readValues(DocumentSink sink) throws IOException, InterruptedException {
    var size = (double) Math.max(1, LineReader.size(file));
    try (var channel = FileChannel.open(file, StandardOpenOption.READ);
        var bytes = new Recorder(decompressed(Channels.newInputStream(channel)));
        var json = Documents.JSON.createParser(bytes)) {
      var number = 0L;
      for (JsonToken token; (token = json.nextToken()) != null; ) {
        if (token == JsonToken.END_ARRAY || (token == JsonToken.START_ARRAY && isOutermost(json))) {
          continue;
        }
        number++;
        var from = json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        json.finishToken();
        sink.accept(
            number,
            bytes.cut(from, json.currentLocation().getByteOffset()),
            channel.position() / size);
      }
      if (number == 0) {
        throw new IOException("it holds no document" + EXPECTED);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s at line %d, column %d"
              .formatted(
                  Documents.reason(e), e.getLocation().getLineNr(), e.getLocation().getColumnNr()),
          e);
    }
  }

  private static boolean isOutermost(JsonParser json) {
    return json.getParsingContext().getParent().inRoot();
  }

  private InputStream open() throws IOException {
    return decompressed(Files.newInputStream(file));
  }

  /** The decompressed text of the file, without a byte order mark. */
  private InputStream decompressed(InputStream compressed) throws IOException {
    var bytes = isGzip() ? new GZIPInputStream(compressed, BUFFER) : compressed;
    var text = new PushbackInputStream(bytes, BYTE_ORDER_MARK.length);
    var begin = text.readNBytes(BYTE_ORDER_MARK.length);
    if (!isMarked(begin)) {
      text.unread(begin);
    }
    return text;
  }

  /** Records the bytes that were read since the last cut. */
  private static final class Recorder extends FilterInputStream {
    private ByteArrayOutputStream read = new ByteArrayOutputStream();
    private long begin;

    Recorder(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var each = in.read();
      if (each >= 0) {
        read.write(each);
      }
      return each;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var count = in.read(into, offset, length);
      if (count > 0) {
        read.write(into, offset, count);
      }
      return count;
    }

    /**
     * Returns the bytes from one offset of the stream to another, and discards the bytes before.
     */
    byte[] cut(long from, long to) {
      var all = read.toByteArray();
      var cut = Arrays.copyOfRange(all, (int) (from - begin), (int) (to - begin));
      read = new ByteArrayOutputStream();
      read.write(all, (int) (to - begin), all.length - (int) (to - begin));
      begin = to;
      return cut;
    }
  }
}
