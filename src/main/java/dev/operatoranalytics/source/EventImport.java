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

  private final Connection events;
  private final RejectLog rejects;
  private final Set<EventKind> staged = new HashSet<>();

  /**
   * @param events a connection of its own to the embedded events database
   */
  public EventImport(Connection events, RejectLog rejects) {
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
  private record Row(EventKind kind, long line, String text) {}

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
    return result;
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
      chunk.rows().add(new Row(kind, number, row(log, kind, number, line)));
    } catch (UnreadableValue e) {
      chunk.rejections().add(e.at(file, number));
    }
  }

  private static String row(DecodedLog log, EventKind kind, long number, byte[] line) {
    var hash = log.transactionHash();
    var index = log.logIndex();
    var text = new StringBuilder(line.length + 512);
    text.append(number).append('\t').append(hash).append('-').append(index);
    text.append('\t').append(hash).append('\t').append(index);
    text.append('\t').append(log.blockNumber()).append('\t').append(log.blockTime()).append('\t');
    var contract = log.contract();
    text.append(contract == null ? "\\N" : contract).append('\t');
    escape(new String(line, StandardCharsets.UTF_8), text);
    for (var column : kind.columns()) {
      text.append('\t');
      escape(log.column(column), text);
    }
    kind.constants().values().forEach(constant -> text.append('\t').append(constant));
    return text.append('\n').toString();
  }

  private Result write(String file, Chunk chunk) throws SQLException {
    var rejections = new ArrayList<>(chunk.rejections());
    var written = insert(file, chunk.rows(), rejections);
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
        rejections.add(new Rejection(file, row.line(), "", row.text().strip(), reason));
        return new Written(0, 0);
      }
      var half = rows.size() / 2;
      return insert(file, rows.subList(0, half), rejections)
          .plus(insert(file, rows.subList(half, rows.size()), rejections));
    }
  }

  private Written insertAll(String file, List<Row> rows, List<Rejection> rejections)
      throws SQLException {
    var byKind = new LinkedHashMap<EventKind, StringBuilder>();
    for (var row : rows) {
      byKind.computeIfAbsent(row.kind(), kind -> new StringBuilder()).append(row.text());
    }
    var written = new Written(0, 0);
    for (var part : byKind.entrySet()) {
      written = written.plus(insert(part.getKey(), part.getValue(), file, rejections));
    }
    return written;
  }

  private Written insert(
      EventKind kind, StringBuilder text, String file, List<Rejection> rejections)
      throws SQLException {
    var stage = "staged_" + EventKinds.ALL.indexOf(kind);
    var columns =
        String.join(", ", DecodedLog.commonColumns())
            + ", "
            + String.join(", ", kind.columnNames());
    try (var statement = events.createStatement()) {
      if (staged.add(kind)) {
        statement.execute(
            """
            create temporary table if not exists %s on commit delete rows as
            select 0::bigint as line, %s from %s with no data
            """
                .formatted(stage, columns, kind.table()));
        events.commit();
      }
      var copied = copy("copy %s (line, %s) from stdin".formatted(stage, columns), text);
      var inserted =
          statement.executeLargeUpdate(
              "insert into %s (%s) select %s from %s order by line on conflict (id) do nothing"
                  .formatted(kind.table(), columns, columns, stage));
      for (var entity : entities(kind).entrySet()) {
        statement.executeUpdate(entity.getValue().formatted(stage));
      }
      var conflicting = inserted < copied ? conflicts(kind, stage, file, rejections) : 0;
      return new Written(inserted, copied - inserted - conflicting);
    }
  }

  /** Lines that say something else than the log already stored under their identity. */
  private long conflicts(EventKind kind, String stage, String file, List<Rejection> rejections)
      throws SQLException {
    var count = 0;
    try (var statement = events.createStatement();
        var rows =
            statement.executeQuery(
                """
                select staged.line, staged.raw_data::text
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
                rows.getLong(1),
                "tx_hash, log_index",
                rows.getString(2),
                "another log is stored under this transaction and log index"));
      }
    }
    return count;
  }

  private long copy(String sql, StringBuilder text) throws SQLException {
    var copy = events.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      copy.writeToCopy(bytes, 0, bytes.length);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static Map<String, String> entities(EventKind kind) {
    var statements = new HashMap<String, String>();
    for (var column : kind.columnNames()) {
      var table = ENTITY_OF.get(column);
      if (table != null) {
        statements.put(
            column,
            "insert into "
                + table
                + " (id) select distinct "
                + column
                + " from %s"
                + " on conflict (id) do nothing");
      }
    }
    if (kind.columnNames().contains("operator_set_id")) {
      statements.put(
          "operator_set_id",
          """
          insert into operator_sets (id, avs_id, operator_set_id)
          select distinct
              operator_set_id,
              split_part(operator_set_id, '-', 1),
              split_part(operator_set_id, '-', 2)::bigint
          from %s on conflict (id) do nothing
          """);
    }
    return statements;
  }

  private static final Map<String, String> ENTITY_OF =
      Map.of(
          "operator_id", "operators",
          "staker_id", "stakers",
          "avs_id", "avs",
          "strategy_id", "strategies");

  private static void escape(String value, StringBuilder text) {
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(c);
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
