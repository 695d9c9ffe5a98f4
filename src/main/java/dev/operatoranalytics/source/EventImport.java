package dev.operatoranalytics.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Fills the events tables from files of decoded logs.
 *
 * <p>Idempotent by transaction and log index. One thread reads and checks lines while the other
 * writes chunks of them, each chunk a transaction. A line that cannot be taken is refused by name,
 * the rest goes on.
 */
public final class EventImport {
  private static final int CHUNK_LINES = 20_000;
  private static final String UNIQUE_VIOLATION = "23505";

  private final Connection events;
  private final RejectLog rejects;
  private final Set<EventKind> staged = new HashSet<>();
  private final Entities entities;
  private boolean isNewSoFar = true;

  /**
   * @param events a connection of its own to the embedded events database
   */
  public EventImport(Connection events, RejectLog rejects) {
    this.events = events;
    this.rejects = rejects;
    this.entities = new Entities(events);
  }

  /**
   * What came of a file.
   *
   * @param unknown event kinds that have no table, and how many lines each had
   */
  public record Result(
      long lines, long inserted, long present, long rejected, Map<String, Long> unknown) {

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

  /** A line that passed the checks, ready for its table. */
  record Row(EventKind kind, long line, String id, List<String> values, byte[] text) {}

  /** Some lines of the file, and how far it had been read by then. */
  private record Chunk(
      List<Row> rows,
      List<Rejection> rejections,
      Map<String, Long> unknown,
      long lines,
      long bytes) {

    static Chunk empty() {
      return new Chunk(new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), 0, 0);
    }

    Chunk read(long lines, long bytes) {
      return new Chunk(rows, rejections, unknown, lines, bytes);
    }
  }

  public Result run(Path file, Progress progress) throws IOException, SQLException {
    var queue = new ArrayBlockingQueue<Optional<Chunk>>(2);
    var failure = new AtomicReference<@Nullable Exception>();
    var reader =
        Thread.ofPlatform()
            .name("read " + file.getFileName())
            .daemon()
            .start(() -> failure.set(readAll(file, queue)));
    events.setAutoCommit(false);
    rejects.restart(file.toString());
    var result = new Result(0, 0, 0, 0, Map.of());
    try {
      for (Optional<Chunk> next; (next = queue.take()).isPresent(); ) {
        var chunk = next.get();
        result = result.plus(write(file.toString(), chunk));
        progress.read(result.lines(), chunk.bytes());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the import was interrupted");
    } finally {
      reader.interrupt();
    }
    if (failure.get() != null) {
      throw new IOException("cannot read %s: %s".formatted(file, failure.get()), failure.get());
    }
    if (result.inserted() > 0) {
      complete();
    }
    return result;
  }

  /** The planner must know what came, or it reads whole tables for one operator. */
  private void complete() throws SQLException {
    try (var statement = events.createStatement()) {
      statement.execute("analyze");
    }
    events.commit();
  }

  private static @Nullable Exception readAll(Path file, BlockingQueue<Optional<Chunk>> queue) {
    try {
      var failure = readChunks(file, queue);
      queue.put(Optional.empty());
      return failure;
    } catch (InterruptedException e) {
      return e;
    }
  }

  private static @Nullable Exception readChunks(Path file, BlockingQueue<Optional<Chunk>> queue)
      throws InterruptedException {
    try (var lines = new LineReader(file)) {
      var chunk = Chunk.empty();
      var number = 0L;
      var first = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        number++;
        read(file.toString(), number, line, chunk);
        if (number - first == CHUNK_LINES) {
          queue.put(Optional.of(chunk.read(number - first, lines.read())));
          chunk = Chunk.empty();
          first = number;
        }
      }
      queue.put(Optional.of(chunk.read(number - first, lines.read())));
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  private static void read(String file, long number, byte[] line, Chunk chunk) {
    if (isBlank(line)) {
      return;
    }
    try {
      var log = DecodedLog.parse(line);
      var kind = EventKinds.BY_NAME.get(log.event());
      if (kind == null) {
        chunk.unknown().merge(log.event(), 1L, Long::sum);
        return;
      }
      chunk.rows().add(row(log, kind, number, line));
    } catch (UnreadableValue e) {
      chunk.rejections().add(e.at(file, number));
    }
  }

  private static Row row(DecodedLog log, EventKind kind, long number, byte[] line) {
    var hash = log.transactionHash();
    var index = Long.toString(log.logIndex());
    var id = hash + "-" + index;
    var contract = log.contract();
    var text = new CopyText(line.length + 512);
    text.plain(id).next().plain(hash).next().plain(index).next();
    text.plain(Long.toString(log.blockNumber())).next();
    text.plain(Long.toString(log.blockTime())).next();
    text.plain(contract == null ? CopyText.NULL : contract).next().escaped(line);
    var values = new ArrayList<String>(kind.columns().size());
    for (var column : kind.columns()) {
      var value = log.column(column);
      values.add(value);
      text.next().escaped(value.getBytes(StandardCharsets.UTF_8));
    }
    kind.constants().values().forEach(constant -> text.next().plain(constant));
    return new Row(kind, number, id, values, text.end());
  }

  private static String columns(EventKind kind) {
    return "id, transaction_hash, log_index, block_number, block_timestamp, contract_address,"
        + " raw_data, "
        + String.join(", ", kind.columnNames());
  }

  private Result write(String file, Chunk chunk) throws SQLException {
    var rejections = new ArrayList<>(chunk.rejections());
    var written = insert(file, chunk.rows(), rejections);
    entities.add(chunk.rows());
    events.commit();
    rejects.add(rejections);
    return new Result(
        chunk.lines(), written.inserted(), written.present(), rejections.size(), chunk.unknown());
  }

  private record Written(long inserted, long present) {
    Written plus(Written other) {
      return new Written(inserted + other.inserted, present + other.present);
    }
  }

  /** What the database refuses is looked for by halves, so that one line stops no other. */
  private Written insert(String file, List<Row> rows, List<Rejection> rejections)
      throws SQLException {
    try {
      var found = new ArrayList<Rejection>();
      var written = insertAll(file, rows, found);
      events.commit();
      rejections.addAll(found);
      return written;
    } catch (SQLException e) {
      events.rollback();
      if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
        throw e;
      }
      if (rows.size() == 1) {
        var row = rows.getFirst();
        var reason = String.valueOf(e.getMessage()).replaceAll("\\s*\\n.*", "");
        rejections.add(
            new Rejection(
                file,
                row.line(),
                "",
                new String(row.text(), StandardCharsets.UTF_8).strip(),
                reason));
        return new Written(0, 0);
      }
      var half = rows.size() / 2;
      return insert(file, rows.subList(0, half), rejections)
          .plus(insert(file, rows.subList(half, rows.size()), rejections));
    }
  }

  private Written insertAll(String file, List<Row> rows, List<Rejection> rejections)
      throws SQLException {
    var byKind = new LinkedHashMap<EventKind, List<Row>>();
    for (var row : rows) {
      byKind.computeIfAbsent(row.kind(), kind -> new ArrayList<>()).add(row);
    }
    if (isNewSoFar) {
      try {
        return append(byKind);
      } catch (SQLException e) {
        if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
          throw e;
        }
        events.rollback();
        isNewSoFar = false;
      }
    }
    var written = new Written(0, 0);
    for (var part : byKind.entrySet()) {
      written = written.plus(merge(part.getKey(), part.getValue(), file, rejections));
    }
    return written;
  }

  /** Straight into the tables, which holds as long as nothing of it is there yet. */
  private Written append(Map<EventKind, List<Row>> byKind) throws SQLException {
    var inserted = 0L;
    for (var part : byKind.entrySet()) {
      var kind = part.getKey();
      inserted +=
          copy("copy %s (%s) from stdin".formatted(kind.table(), columns(kind)), part.getValue());
    }
    return new Written(inserted, 0);
  }

  /** Staged first, for lines that may be there already or twice in the file. */
  private Written merge(EventKind kind, List<Row> rows, String file, List<Rejection> rejections)
      throws SQLException {
    var stage = "staged_" + EventKinds.ALL.indexOf(kind);
    var columns = columns(kind);
    try (var statement = events.createStatement()) {
      if (staged.add(kind)) {
        statement.execute(
            """
            create temporary table if not exists %s on commit delete rows as
            select %s from %s with no data
            """
                .formatted(stage, columns, kind.table()));
        events.commit();
      }
      var copied = copy("copy %s (%s) from stdin".formatted(stage, columns), rows);
      var inserted =
          statement.executeLargeUpdate(
              "insert into %s (%s) select %s from %s on conflict (id) do nothing"
                  .formatted(kind.table(), columns, columns, stage));
      var conflicting = inserted < copied ? conflicts(kind, stage, rows, file, rejections) : 0;
      return new Written(inserted, copied - inserted - conflicting);
    }
  }

  /** Lines that say something else than the log already stored under their identity. */
  private long conflicts(
      EventKind kind, String stage, List<Row> lines, String file, List<Rejection> rejections)
      throws SQLException {
    var numbers = new HashMap<String, Long>();
    lines.forEach(line -> numbers.put(line.id(), line.line()));
    var count = 0;
    try (var statement = events.createStatement();
        var rows =
            statement.executeQuery(
                """
                select staged.id, staged.raw_data::text
                from %s as staged
                join %s as stored using (id)
                where stored.raw_data is distinct from staged.raw_data
                """
                    .formatted(stage, kind.table()))) {
      while (rows.next()) {
        count++;
        rejections.add(
            new Rejection(
                file,
                numbers.getOrDefault(rows.getString(1), 0L),
                "tx_hash, log_index",
                rows.getString(2),
                "another log is stored under this transaction and log index"));
      }
    }
    return count;
  }

  private long copy(String sql, List<Row> rows) throws SQLException {
    var copy = events.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      for (var row : rows) {
        copy.writeToCopy(row.text(), 0, row.text().length);
      }
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
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
