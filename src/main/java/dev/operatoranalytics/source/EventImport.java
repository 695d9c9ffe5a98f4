package dev.operatoranalytics.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.Workers;
import dev.operatoranalytics.pipeline.RebuildRequests;
import dev.operatoranalytics.pipeline.StakerRequests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Imports files of decoded logs into the events tables.
 *
 * <p>Idempotent by transaction and log index. Reads and checks lines while two writers store chunks
 * of them, each chunk in one transaction. Rejects an invalid line with its number and field, and
 * continues.
 */
public final class EventImport {
  private static final int CHUNK_LINES = 10_000;
  private static final int WRITERS = 2;
  private static final InputFile.InputFormat LOGS =
      new InputFile.InputFormat("decoded logs in UTF-8, one JSON object a line", 16 << 20);

  private final ConnectionUrl events;
  private final Connection state;
  private final RejectLog rejects;
  private final TimeBounds bounds;

  /**
   * @param events the embedded events database
   * @param state database that queues the rebuild of operators whose rows were deleted
   */
  public EventImport(ConnectionUrl events, Connection state, RejectLog rejects, Clock clock) {
    this.events = events;
    this.state = state;
    this.rejects = rejects;
    this.bounds = TimeBounds.at(clock);
  }

  /**
   * The result of a file.
   *
   * @param removed number of lines whose log left the chain
   * @param deleted number of stored rows that are not on the chain according to a line
   * @param withoutEffect number of lines of each known event kind that is not stored
   * @param unknown number of lines of each unknown event kind
   */
  public record EventImportResult(
      long lines,
      long inserted,
      long present,
      long removed,
      long deleted,
      long rejected,
      Map<String, Long> withoutEffect,
      Map<String, Long> unknown) {
    public static final EventImportResult NOTHING =
        new EventImportResult(0, 0, 0, 0, 0, 0, Map.of(), Map.of());

    public EventImportResult plus(EventImportResult other) {
      return new EventImportResult(
          lines + other.lines,
          inserted + other.inserted,
          present + other.present,
          removed + other.removed,
          deleted + other.deleted,
          rejected + other.rejected,
          sum(withoutEffect, other.withoutEffect),
          sum(unknown, other.unknown));
    }

    private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
      var all = new TreeMap<>(some);
      others.forEach((kind, count) -> all.merge(kind, count, Long::sum));
      return all;
    }
  }

  /** Called after every chunk. */
  public interface EventImportProgress {
    void read(long lines, long bytesOfFile);
  }

  /** Rejects a file that does not begin with a log, before the import prepares anything. */
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

  public EventImportResult run(Path file, EventImportProgress progress)
      throws IOException, SQLException {
    rejects.restart(file.toString());
    try (var lines = new LineReader(file, LOGS);
        var writing = new Writing(file, progress)) {
      var chunk = writing.newChunk();
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        chunk.add(file.toString(), ++number, line);
        if (chunk.lines == CHUNK_LINES) {
          chunk.bytesOfFile = lines.read();
          writing.add(chunk);
          chunk = writing.newChunk();
        }
      }
      chunk.bytesOfFile = lines.read();
      writing.add(chunk);
      return writing.end();
    }
  }

  /** Checked lines of the file, and the file position after them. */
  private final class Chunk {
    private final RemovedLogs removedLogs;
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final Map<String, Long> withoutEffect = new TreeMap<>();
    private final Map<String, Long> unknown = new TreeMap<>();
    private long lines;
    private long removed;
    private long bytesOfFile;

    private Chunk(RemovedLogs removedLogs) {
      this.removedLogs = removedLogs;
    }

    private void add(String file, long number, byte[] line) {
      lines++;
      if (isBlank(line)) {
        return;
      }
      try {
        var log = DecodedLog.parse(line);
        var kind = log.kind();
        if (kind.isEmpty()) {
          unknown.merge(log.event(), 1L, Long::sum);
        } else if (!kind.get().isStored()) {
          withoutEffect.merge(log.event(), 1L, Long::sum);
        } else {
          add(EventRow.of(log, kind.get(), number, bounds), log.isRemoved());
        }
      } catch (UnreadableValue e) {
        rejections.add(e.at(file, number));
      }
    }

    private void add(EventRow row, boolean isRemoved) {
      if (isRemoved) {
        removedLogs.add(row.place());
      }
      if (removedLogs.has(row.place())) {
        removed++;
      } else {
        rows.add(row);
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

  /** A chunk, and its future result. */
  private record Pending(Chunk chunk, Workers.PendingResult<EventWriter.WrittenEvents> written) {}

  /** The writers of one file; at most one chunk waits for a free writer. */
  private final class Writing implements AutoCloseable {
    private final Path file;
    private final EventImportProgress progress;
    private final LocalDateTime startedAt;
    private final RemovedLogs removedLogs;
    private final Workers<EventWriter> writers;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final Set<String> moved = new HashSet<>();
    private EventImportResult result = EventImportResult.NOTHING;

    private Writing(Path file, EventImportProgress progress) throws SQLException {
      this.file = file;
      this.progress = progress;
      try (var connection = events.connect()) {
        this.startedAt = now(connection);
        this.removedLogs = RemovedLogs.read(connection);
      }
      this.writers = new Workers<>(WRITERS, () -> new EventWriter(events));
    }

    /** Returns the database time, in the form of the rows' {@code created_at}. */
    private static LocalDateTime now(Connection events) throws SQLException {
      return Sql.get(
          events, "select now() at time zone 'UTC'", row -> row.getObject(1, LocalDateTime.class));
    }

    private Chunk newChunk() {
      return new Chunk(removedLogs);
    }

    private void add(Chunk chunk) throws SQLException {
      if (pending.size() > WRITERS) {
        await();
      }
      pending.add(
          new Pending(chunk, writers.submit(writer -> writer.write(file.toString(), chunk.rows))));
    }

    /** Takes the result of the oldest chunk, so that lines are reported in order. */
    private void await() throws SQLException {
      var oldest = pending.remove();
      var chunk = oldest.chunk;
      var written = oldest.written.await();
      var rejections = new ArrayList<>(chunk.rejections);
      rejections.addAll(written.rejections());
      rejects.add(rejections);
      result =
          result.plus(
              new EventImportResult(
                  chunk.lines,
                  written.inserted(),
                  written.present(),
                  chunk.removed,
                  0,
                  rejections.size(),
                  chunk.withoutEffect,
                  chunk.unknown));
      written.moved().forEach(row -> moved.add(row.place().transactionHash()));
      progress.read(result.lines(), chunk.bytesOfFile);
    }

    private EventImportResult end() throws IOException, SQLException {
      while (!pending.isEmpty()) {
        await();
      }
      try (var writer = new EventWriter(events)) {
        settle(writer);
        if (result.inserted() + result.deleted() > 0) {
          writer.tidy();
        }
      }
      return result;
    }

    /** Deletes rows that are not on the chain according to the file as a whole. */
    private void settle(EventWriter writer) throws IOException, SQLException {
      var settled =
          new ChainConflicts(writer.connection(), file, bounds, startedAt)
              .settle(removedLogs, moved);
      state.setAutoCommit(false);
      new RebuildRequests(state)
          .add(settled.affected().operators(), RebuildRequests.RebuildReason.DELETED);
      new StakerRequests(state).add(settled.affected().stakers());
      writer.connection().commit();
      state.commit();
      var written = writer.write(file.toString(), settled.missing());
      rejects.add(settled.rejections());
      result =
          result.plus(
              new EventImportResult(
                  0,
                  written.inserted() - settled.refused(),
                  0,
                  0,
                  settled.deleted(),
                  settled.rejections().size(),
                  Map.of(),
                  Map.of()));
    }

    @Override
    public void close() throws SQLException {
      writers.close();
    }
  }
}
