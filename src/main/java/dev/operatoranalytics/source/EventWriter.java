package dev.operatoranalytics.source;

import static java.util.Comparator.comparing;

import dev.operatoranalytics.database.ConnectionUrl;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** Puts logs into the events tables, on a connection of its own. */
final class EventWriter implements AutoCloseable {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String DEADLOCK = "40P01";
  private static final String UNREADABLE_CLASS = "22";

  private final Connection events;
  private final Entities entities;
  private final Set<EventKind> staged = new HashSet<>();
  private boolean isNewSoFar = true;

  EventWriter(ConnectionUrl url) throws SQLException {
    events = url.connect();
    events.setAutoCommit(false);
    entities = new Entities(events);
  }

  /** What came of some rows; those that are neither were rejected. */
  record Written(long inserted, long present, List<Rejection> rejections) {
    static final Written NOTHING = new Written(0, 0, List.of());

    Written plus(Written other) {
      var all = new ArrayList<>(rejections);
      all.addAll(other.rejections);
      return new Written(inserted + other.inserted, present + other.present, all);
    }
  }

  Written write(String file, List<EventRow> rows) throws SQLException {
    var written = insert(file, rows);
    entities.add(rows);
    events.commit();
    return written;
  }

  /** The planner and the indexes by time must know what came, or whole tables are read. */
  void tidy() throws SQLException {
    events.setAutoCommit(true);
    try (var statement = events.createStatement();
        var tables =
            statement.executeQuery(
                """
                select string_agg(quote_ident(tablename), ', ')
                from pg_tables
                where schemaname = current_schema()
                """)) {
      tables.next();
      var all = tables.getString(1);
      statement.execute("vacuum (analyze) " + all);
    }
    events.setAutoCommit(false);
  }

  @Override
  public void close() throws SQLException {
    events.close();
  }

  /** What the database refuses is looked for by halves, so that one line stops no other. */
  private Written insert(String file, List<EventRow> rows) throws SQLException {
    try {
      var written = insertAll(file, rows);
      events.commit();
      return written;
    } catch (SQLException e) {
      events.rollback();
      if (DEADLOCK.equals(e.getSQLState())) {
        return insert(file, rows);
      }
      if (e.getSQLState() == null || !e.getSQLState().startsWith(UNREADABLE_CLASS)) {
        throw e;
      }
      if (rows.size() == 1) {
        return new Written(0, 0, List.of(refused(file, rows.getFirst(), e)));
      }
      var half = rows.size() / 2;
      return insert(file, rows.subList(0, half))
          .plus(insert(file, rows.subList(half, rows.size())));
    }
  }

  private static Rejection refused(String file, EventRow row, SQLException because) {
    return new Rejection(
        file,
        row.line(),
        "",
        new String(row.text(), StandardCharsets.UTF_8).strip(),
        String.valueOf(because.getMessage()).replaceAll("\\s*\\n.*", ""));
  }

  private Written insertAll(String file, List<EventRow> rows) throws SQLException {
    var byKind = new TreeMap<EventKind, List<EventRow>>(comparing(EventKind::name));
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
    var written = Written.NOTHING;
    for (var part : byKind.entrySet()) {
      written = written.plus(merge(part.getKey(), part.getValue(), file));
    }
    return written;
  }

  /** Straight into the tables, which holds as long as nothing of it is there yet. */
  private Written append(Map<EventKind, List<EventRow>> byKind) throws SQLException {
    var inserted = 0L;
    for (var part : byKind.entrySet()) {
      inserted += copy(part.getKey(), part.getKey().table(), part.getValue());
    }
    return new Written(inserted, 0, List.of());
  }

  /** Staged first, for lines that may be there already or twice in the file. */
  private Written merge(EventKind kind, List<EventRow> rows, String file) throws SQLException {
    var stage = "staged_" + EventKinds.ALL.indexOf(kind);
    var columns = EventRow.columns(kind);
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
      var copied = copy(kind, stage, rows);
      // in one order, so that two writers wait for each other on one side only
      var inserted =
          statement.executeLargeUpdate(
              "insert into %s (%s) select %s from %s order by id on conflict (id) do nothing"
                  .formatted(kind.table(), columns, columns, stage));
      var conflicts = inserted < copied ? conflicts(kind, stage, rows, file) : List.<Rejection>of();
      return new Written(inserted, copied - inserted - conflicts.size(), conflicts);
    }
  }

  /** Lines that say something else than the log already stored under their identity. */
  private List<Rejection> conflicts(EventKind kind, String stage, List<EventRow> lines, String file)
      throws SQLException {
    var numbers = new HashMap<String, Long>();
    lines.forEach(line -> numbers.put(line.id(), line.line()));
    var conflicts = new ArrayList<Rejection>();
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
        conflicts.add(
            new Rejection(
                file,
                numbers.getOrDefault(rows.getString(1), 0L),
                "tx_hash, log_index",
                rows.getString(2),
                "another log is stored under this transaction and log index"));
      }
    }
    return conflicts;
  }

  private long copy(EventKind kind, String table, List<EventRow> rows) throws SQLException {
    var copy =
        events
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy %s (%s) from stdin".formatted(table, EventRow.columns(kind)));
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
}
