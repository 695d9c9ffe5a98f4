package dev.operatoranalytics.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fills the events tables from files of decoded logs.
 *
 * <p>Idempotent by transaction and log index. Lines are read and checked while two writers put
 * chunks of them into the tables, each chunk a transaction. A line that cannot be taken is refused
 * by name, the rest goes on.
 */
public final class EventImport {
  private static final int CHUNK_LINES = 10_000;
  private static final int WRITERS = 2;
  private static final InputFile.Format LOGS =
      new InputFile.Format("decoded logs in UTF-8, one JSON object a line", 16 << 20);

  private final ConnectionUrl events;
  private final RejectLog rejects;

  /**
   * @param events the embedded events database
   */
  public EventImport(ConnectionUrl events, RejectLog rejects) {
    this.events = events;
    this.rejects = rejects;
  }

  /**
   * What came of a file.
   *
   * @param unknown event kinds that have no table, and how many lines each had
   */
  public record Result(
      long lines, long inserted, long present, long rejected, Map<String, Long> unknown) {
    public static final Result NOTHING = new Result(0, 0, 0, 0, Map.of());

    public Result plus(Result other) {
      var all = new TreeMap<>(unknown);
      other.unknown.forEach((kind, count) -> all.merge(kind, count, Long::sum));
      return new Result(
          lines + other.lines,
          inserted + other.inserted,
          present + other.present,
          rejected + other.rejected,
          all);
    }
  }

  /** Told after every chunk. */
  public interface Progress {
    void read(long lines, long bytesOfFile);
  }

  /** Refuses a file that does not begin with a log, before anything is made ready for it. */
  public static void check(Path file) throws IOException {
    try (var lines = new LineReader(file, LOGS)) {
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        number++;
        if (!Chunk.isBlank(line)) {
          refuseUnlessObject(file, number, line);
          return;
        }
      }
      throw InputFile.refused(file, "holds only blank lines", LOGS);
    }
  }

  private static void refuseUnlessObject(Path file, long number, byte[] line) throws IOException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString().strip();
    } catch (CharacterCodingException e) {
      throw InputFile.refused(file, "line %d is not UTF-8".formatted(number), LOGS);
    }
    if (!text.startsWith("{")) {
      throw InputFile.refused(file, "line %d is %s".formatted(number, InputFile.shown(text)), LOGS);
    }
  }

  public Result run(Path file, Progress progress) throws IOException, SQLException {
    rejects.restart(file.toString());
    try (var lines = new LineReader(file, LOGS);
        var writing = new Writing(file.toString(), progress)) {
      var chunk = new Chunk();
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        chunk.add(file.toString(), ++number, line);
        if (chunk.lines == CHUNK_LINES) {
          chunk.bytesOfFile = lines.read();
          writing.add(chunk);
          chunk = new Chunk();
        }
      }
      chunk.bytesOfFile = lines.read();
      writing.add(chunk);
      return writing.end();
    }
  }

  /** Some lines of the file, checked, and how far it had been read by then. */
  private static final class Chunk {
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final Map<String, Long> unknown = new TreeMap<>();
    private long lines;
    private long bytesOfFile;

    private void add(String file, long number, byte[] line) {
      lines++;
      if (isBlank(line)) {
        return;
      }
      try {
        var log = DecodedLog.parse(line);
        var kind = EventKinds.BY_NAME.get(log.event());
        if (kind == null) {
          unknown.merge(log.event(), 1L, Long::sum);
        } else {
          rows.add(EventRow.of(log, kind, number, line));
        }
      } catch (UnreadableValue e) {
        rejections.add(e.at(file, number));
      }
    }

    private static boolean isBlank(byte[] line) {
      for (var b : line) {
        if (b > ' ' || b < 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** A chunk, and what will come of it. */
  private record Pending(Chunk chunk, Workers.Answer<EventWriter.Written> written) {}

  /** The writers at work on one file, never more than a chunk ahead of what they can write. */
  private final class Writing implements AutoCloseable {
    private final String file;
    private final Progress progress;
    private final Workers<EventWriter> writers;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private Result result = Result.NOTHING;

    private Writing(String file, Progress progress) throws SQLException {
      this.file = file;
      this.progress = progress;
      this.writers = new Workers<>(WRITERS, () -> new EventWriter(events));
    }

    private void add(Chunk chunk) throws SQLException {
      if (pending.size() > WRITERS) {
        await();
      }
      pending.add(new Pending(chunk, writers.submit(writer -> writer.write(file, chunk.rows))));
    }

    /** Takes the oldest chunk's answer, so that lines are told in their order. */
    private void await() throws SQLException {
      var oldest = pending.remove();
      var chunk = oldest.chunk;
      var written = oldest.written.await();
      var rejections = new ArrayList<>(chunk.rejections);
      rejections.addAll(written.rejections());
      rejects.add(rejections);
      result =
          result.plus(
              new Result(
                  chunk.lines,
                  written.inserted(),
                  written.present(),
                  rejections.size(),
                  chunk.unknown));
      progress.read(result.lines(), chunk.bytesOfFile);
    }

    private Result end() throws SQLException {
      while (!pending.isEmpty()) {
        await();
      }
      if (result.inserted() > 0) {
        try (var writer = new EventWriter(events)) {
          writer.tidy();
        }
      }
      return result;
    }

    @Override
    public void close() throws SQLException {
      writers.close();
    }
  }
}
