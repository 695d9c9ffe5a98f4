package dev.operatoranalytics.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the text of a file to import: decompresses gzip and skips a byte order mark. Rejects a file
 * that is not such text, and a line that is too long, with a one-line message that names what was
 * found and what was expected.
 */
final class InputFile extends InputStream {
  private static final int BUFFER = 1 << 16;
  private static final int SIGNATURE = 8;
  private static final String GZIP = "1f8b";
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "504b0304", "a ZIP archive",
          "504b0506", "an empty ZIP archive",
          "425a68", "packed by bzip2",
          "fd377a585a00", "packed by xz",
          "28b52ffd", "packed by zstd",
          "53514c6974652066", "a SQLite database",
          "feff", "text in UTF-16",
          "fffe", "text in UTF-16");

  private final Path path;
  private final InputFormat format;
  private final CountedInput file;
  private final InputStream text;
  private long line = 1;
  private long lengthOfLine;

  /**
   * The expected format of a file.
   *
   * @param expected description for messages
   * @param maxLineBytes length limit of a line
   */
  record InputFormat(String expected, int maxLineBytes) {}

  private InputFile(Path path, InputFormat format, CountedInput file, InputStream text) {
    this.path = path;
    this.format = format;
    this.file = file;
    this.text = text;
  }

  static InputFile open(Path path, InputFormat format) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isDirectory(path)) {
      throw refused(path, "is a directory", format);
    }
    var file = new CountedInput(Files.newInputStream(path));
    try {
      return new InputFile(path, format, file, unpacked(path, file, format));
    } catch (EOFException | ZipException e) {
      file.close();
      throw damaged(path, e);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static InputStream unpacked(Path path, InputStream file, InputFormat format)
      throws IOException {
    var raw = new PushbackInputStream(file, SIGNATURE);
    var isPacked = signature(raw).startsWith(GZIP);
    if (!isPacked && path.toString().endsWith(".gz") && !signature(raw).isEmpty()) {
      throw refused(path, "is not gzip, though its name ends in .gz", format);
    }
    var text =
        isPacked ? new PushbackInputStream(new GZIPInputStream(raw, BUFFER), SIGNATURE) : raw;
    if (signature(text).startsWith("efbbbf")) {
      // Excel writes this mark at the start of UTF-8 files
      text.skipNBytes(3);
    }
    var signature = signature(text);
    if (signature.isEmpty()) {
      throw refused(path, "is empty", format);
    }
    for (var known : SIGNATURES.entrySet()) {
      if (signature.startsWith(known.getKey())) {
        throw refused(path, "is " + known.getValue(), format);
      }
    }
    if (signature.startsWith("00") || signature.startsWith("00", 2)) {
      throw refused(path, "holds zero bytes, as text in UTF-16 does", format);
    }
    return text;
  }

  /** Returns the first bytes in hex and resets the stream to the start. */
  private static String signature(PushbackInputStream input) throws IOException {
    var bytes = input.readNBytes(SIGNATURE);
    input.unread(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns the number of bytes read so far, compressed as in the file. */
  long bytesOfFile() {
    return file.count;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      count = text.read(into, offset, length);
    } catch (EOFException | ZipException e) {
      throw damaged(path, e);
    }
    for (var i = offset; i < offset + count; i++) {
      if (into[i] == '\n') {
        line++;
        lengthOfLine = 0;
      } else if (++lengthOfLine > format.maxLineBytes()) {
        throw new IOException(
            "%s line %d is longer than %,d bytes; expected %s"
                .formatted(path, line, format.maxLineBytes(), format.expected()));
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      text.close();
    }
  }

  static IOException refused(Path path, String found, InputFormat format) {
    return new IOException("%s %s; expected %s".formatted(path, found, format.expected()));
  }

  /** Returns the text of a line, cut to a printable length. */
  static String shown(String text) {
    return "`" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "`";
  }

  private static IOException damaged(Path path, IOException e) {
    return new IOException(
        e instanceof EOFException
            ? path + " ends in the middle of its gzip data; expected the whole file"
            : "%s holds damaged gzip data: %s".formatted(path, e.getMessage()),
        e);
  }

  private static final class CountedInput extends InputStream {
    private final InputStream file;
    private long count;

    CountedInput(InputStream file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      var each = file.read();
      count += each < 0 ? 0 : 1;
      return each;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var read = file.read(into, offset, length);
      count += Math.max(0, read);
      return read;
    }

    @Override
    public int available() throws IOException {
      return file.available();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
