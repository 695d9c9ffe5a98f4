package dev.operatoranalytics.source;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** Puts logs into the events tables, on a connection of its own. */
public final class EventWriter implements AutoCloseable {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String DEADLOCK = "40P01";
  private static final String UNREADABLE_CLASS = "22";

  private final Connection events;
  private final Entities entities;
  private boolean isNewSoFar = true;

  public EventWriter(ConnectionUrl url) throws SQLException {
    events = url.connect();
    events.setAutoCommit(false);
    entities = new Entities(events);
  }

  /**
   * What came of some rows; those that are none of these were rejected.
   *
   * @param moved rows of transactions that are stored in another block
   */
  record WrittenEvents(
      long inserted, long present, List<EventRow> moved, List<Rejection> rejections) {
    static final WrittenEvents NOTHING = new WrittenEvents(0, 0, List.of(), List.of());

    WrittenEvents plus(WrittenEvents other) {
      return new WrittenEvents(
          inserted + other.inserted,
          present + other.present,
          joined(moved, other.moved),
          joined(rejections, other.rejections));
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
      var all = new ArrayList<>(some);
      all.addAll(others);
      return all;
    }
  }

  /** With a transaction that is the caller's to commit. */
  public Connection connection() {
    return events;
  }

  /**
   * Rows of a node, in the transaction that is the caller's to commit; what is there already stays.
   *
   * @param areNew whether none of them can be there: one that is fails the transaction
   */
  public void put(List<EventRow> rows, boolean areNew) throws SQLException {
    try {
      for (var part : byKind(rows).entrySet()) {
        if (areNew) {
          copy(part.getKey(), part.getKey().table(), part.getValue());
        } else {
          stageAndInsert(part.getKey(), part.getValue());
        }
      }
      entities.add(rows);
    } catch (SQLException e) {
      entities.forget();
      throw e;
    }
  }

  /** Undoes the transaction. */
  public void rollback() throws SQLException {
    entities.forget();
    events.rollback();
  }

  WrittenEvents write(String file, List<EventRow> rows) throws SQLException {
    var written = insert(file, rows);
    entities.add(rows);
    events.commit();
    return written;
  }

  /** The planner and the indexes by time must know what came, or whole tables are read. */
  public void tidy() throws SQLException {
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
  private WrittenEvents insert(String file, List<EventRow> rows) throws SQLException {
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
        return new WrittenEvents(0, 0, List.of(), List.of(refused(file, rows.getFirst(), e)));
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

  private WrittenEvents insertAll(String file, List<EventRow> rows) throws SQLException {
    var byKind = byKind(rows);
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
    var written = WrittenEvents.NOTHING;
    for (var part : byKind.entrySet()) {
      written = written.plus(merge(part.getKey(), part.getValue(), file));
    }
    return written;
  }

  /** Straight into the tables, which holds as long as nothing of it is there yet. */
  private WrittenEvents append(Map<EventKind, List<EventRow>> byKind) throws SQLException {
    var inserted = 0L;
    for (var part : byKind.entrySet()) {
      inserted += copy(part.getKey(), part.getKey().table(), part.getValue());
    }
    return new WrittenEvents(inserted, 0, List.of(), List.of());
  }

  /** Staged first, for lines that may be there already or twice in the file. */
  private WrittenEvents merge(EventKind kind, List<EventRow> rows, String file)
      throws SQLException {
    var inserted = stageAndInsert(kind, rows);
    var written = new WrittenEvents(inserted, rows.size() - inserted, List.of(), List.of());
    return inserted < rows.size() ? compared(kind, stage(kind), rows, file, written) : written;
  }

  private static String stage(EventKind kind) {
    return "staged_" + EventKinds.STORED.indexOf(kind);
  }

  private long stageAndInsert(EventKind kind, List<EventRow> rows) throws SQLException {
    var columns = EventRow.columns(kind);
    try (var statement = events.createStatement()) {
      statement.execute(
          """
          create temporary table if not exists %s on commit delete rows as
          select %s from %s with no data
          """
              .formatted(stage(kind), columns, kind.table()));
      copy(kind, stage(kind), rows);
      // in one order, so that two writers wait for each other on one side only
      return statement.executeLargeUpdate(
          "insert into %s (%s) select %s from %s order by id, ctid on conflict (id) do nothing"
              .formatted(kind.table(), columns, columns, stage(kind)));
    }
  }

  private static Map<EventKind, List<EventRow>> byKind(List<EventRow> rows) {
    var byKind = new TreeMap<EventKind, List<EventRow>>(comparing(EventKinds.STORED::indexOf));
    for (var row : rows) {
      byKind.computeIfAbsent(row.kind(), kind -> new ArrayList<>()).add(row);
    }
    return byKind;
  }

  /**
   * Of the rows that are stored already, those that say something else: of another block, or of
   * another log. What they mean is compared, not how their exporter wrote it.
   */
  private WrittenEvents compared(
      EventKind kind, String stage, List<EventRow> rows, String file, WrittenEvents written)
      throws SQLException {
    var byId = new HashMap<String, EventRow>();
    rows.forEach(row -> byId.put(row.id(), row));
    var moved = new ArrayList<EventRow>();
    var conflicts = new ArrayList<Rejection>();
    try (var statement = events.createStatement();
        var differing = statement.executeQuery(differing(kind, stage))) {
      while (differing.next()) {
        var row = byId.get(differing.getString(1));
        if (row == null) {
          continue;
        }
        if (differing.getBoolean(2)) {
          moved.add(row);
        } else {
          conflicts.add(
              new Rejection(
                  file,
                  row.line(),
                  "tx_hash, log_index",
                  differing.getString(4),
                  "another log is stored under this transaction and log index: its %s differs"
                      .formatted(differing.getString(3))));
        }
      }
    }
    return new WrittenEvents(
        written.inserted(), written.present() - moved.size() - conflicts.size(), moved, conflicts);
  }

  private static String differing(EventKind kind, String stage) {
    var compared = new ArrayList<>(kind.columnNames());
    compared.add("block_timestamp");
    var columns =
        compared.stream()
            .map(
                column ->
                    "case when stored.%1$s is distinct from staged.%1$s then '%1$s' end"
                        .formatted(column))
            .collect(joining(", "));
    return """
    with

    compared as (
        select
            staged.id,
            stored.block_number <> staged.block_number
            or coalesce(%s <> %s, false) as is_moved,
            concat_ws(
                ', ',
                %s,
                case when stored.contract_address <> staged.contract_address then 'contract' end
            ) as differing,
            staged.raw_data::text as raw
        from %s as staged
        join %s as stored using (id)
    )

    select id, is_moved, differing, raw
    from compared
    where is_moved or differing <> ''
    """
        .formatted(
            StoredLogs.BLOCK_HASH.formatted("stored"),
            StoredLogs.BLOCK_HASH.formatted("staged"),
            columns,
            stage,
            kind.table());
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
