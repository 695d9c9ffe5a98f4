package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.source.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file of JSON lines, of one document, or of an array of them; packed when it ends in {@code
 * .gz}. One document is in memory at a time.
 */
public record FileSource(Path file) implements DocumentSource {
  private static final int BUFFER = 1 << 16;

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    if (isOfLines()) {
      readLines(sink);
    } else {
      readValues(sink);
    }
  }

  /** A line is a document where the next one begins with a brace, too, or is the only one. */
  private boolean isOfLines() throws IOException {
    try (var lines = new LineReader(file)) {
      var first = nextOf(lines);
      if (first.length == 0 || first[0] != '{') {
        return false;
      }
      var second = nextOf(lines);
      return second.length > 0 ? second[0] == '{' : first.length > 1;
    }
  }

  private static byte[] nextOf(LineReader lines) throws IOException {
    for (byte[] line; (line = lines.next()) != null; ) {
      var begin = 0;
      while (begin < line.length && line[begin] <= ' ' && line[begin] >= 0) {
        begin++;
      }
      if (begin < line.length) {
        return Arrays.copyOfRange(line, begin, line.length);
      }
    }
    return new byte[0];
  }

  private void readLines(Sink sink) throws IOException, InterruptedException {
    var size = (double) Math.max(1, LineReader.size(file));
    try (var lines = new LineReader(file)) {
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        number++;
        if (!isBlank(line)) {
          sink.take(number, line, lines.read() / size);
        }
      }
    }
  }

  private static boolean isBlank(byte[] line) {
    for (var each : line) {
      if (each > ' ' || each < 0) {
        return false;
      }
    }
    return true;
  }

  private void readValues(Sink sink) throws IOException, InterruptedException {
    var size = (double) Math.max(1, LineReader.size(file));
    try (var channel = FileChannel.open(file, StandardOpenOption.READ);
        var bytes = unpacked(Channels.newInputStream(channel));
        var json = Documents.JSON.createParser(bytes)) {
      var number = 0L;
      try {
        for (JsonToken token; (token = json.nextToken()) != null; ) {
          if (token == JsonToken.END_ARRAY
              || (token == JsonToken.START_ARRAY && isOutermost(json))) {
            continue;
          }
          number++;
          var from = json.currentTokenLocation().getByteOffset();
          json.skipChildren();
          json.finishToken();
          sink.take(
              number,
              bytes.cut(from, json.currentLocation().getByteOffset()),
              channel.position() / size);
        }
      } catch (JsonProcessingException e) {
        sink.refuse(
            number + 1, new byte[0], Documents.reason(e) + "; nothing behind it can be read");
      }
    }
  }

  private static boolean isOutermost(JsonParser json) {
    return json.getParsingContext().getParent().inRoot();
  }

  private Recorder unpacked(InputStream bytes) throws IOException {
    return new Recorder(
        file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, BUFFER) : bytes);
  }

  /** Remembers what was read since the last cut. */
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

    /** Bytes of the stream from one offset to another; what is before is forgotten. */
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
