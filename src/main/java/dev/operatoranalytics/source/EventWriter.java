package dev.operatoranalytics.source;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** Writes logs to the events tables, on its own connection. */
public final class EventWriter implements AutoCloseable {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String DEADLOCK = "40P01";
  private static final String UNREADABLE_CLASS = "22";
  private static final int COPY_MESSAGE = 64 << 10;

  private final Connection events;
  private final Entities entities;
  private boolean isNewSoFar = true;

  public EventWriter(ConnectionUrl url) throws SQLException {
    events = url.connect();
    events.setAutoCommit(false);
    entities = new Entities(events);
  }

  /**
   * The result of writing rows; rows in none of these counts were rejected.
   *
   * @param moved rows whose transaction is stored in another block
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

  /** Returns the connection, with an open transaction that the caller commits. */
  public Connection connection() {
    return events;
  }

  /**
   * Writes rows that a node sent; existing rows stay. The caller commits the transaction.
   *
   * @param areNew whether none of them exists yet; one that does fails the transaction
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
      entities.store();
    } catch (SQLException e) {
      entities.forget();
      throw e;
    }
  }

  /** Rolls the transaction back. */
  public void rollback() throws SQLException {
    entities.forget();
    events.rollback();
  }

  WrittenEvents write(String file, List<EventRow> rows) throws SQLException {
    var written = insert(file, rows);
    entities.store();
    events.commit();
    return written;
  }

  /**
   * Updates the planner's statistics and the indexes by time; otherwise queries scan whole tables.
   */
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

  /**
   * Halves a chunk that the database rejects until the bad line is found, so that the others are
   * stored.
   */
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
        return new WrittenEvents(0, 0, List.of(), List.of(rejection(file, rows.getFirst(), e)));
      }
      var half = rows.size() / 2;
      return insert(file, rows.subList(0, half))
          .plus(insert(file, rows.subList(half, rows.size())));
    }
  }

  private static Rejection rejection(String file, EventRow row, SQLException cause) {
    return new Rejection(
        file,
        row.line(),
        "",
        new String(row.text(), StandardCharsets.UTF_8).strip(),
        String.valueOf(cause.getMessage()).replaceAll("\\s*\\n.*", ""));
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

  /** Copies straight into the tables; possible only while none of the rows exists. */
  private WrittenEvents append(Map<EventKind, List<EventRow>> byKind) throws SQLException {
    var inserted = 0L;
    for (var part : byKind.entrySet()) {
      inserted += copy(part.getKey(), part.getKey().table(), part.getValue());
    }
    return new WrittenEvents(inserted, 0, List.of(), List.of());
  }

  /** Copies into a staging table first, because rows may exist already or twice in the file. */
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
      // sorted, so that two writers cannot deadlock
      return statement.executeLargeUpdate(
          "insert into %s (%s) select %s from %s order by id, ctid on conflict (id) do nothing"
              .formatted(kind.table(), columns, columns, stage(kind)));
    }
  }

  private static Map<EventKind, List<EventRow>> byKind(List<EventRow> rows) {
    // by identity first: comparing kinds for each row would be slow
    var groups = new IdentityHashMap<EventKind, List<EventRow>>();
    for (var row : rows) {
      groups.computeIfAbsent(row.kind(), kind -> new ArrayList<>()).add(row);
    }
    var byKind = new TreeMap<EventKind, List<EventRow>>(comparing(EventKinds.STORED::indexOf));
    byKind.putAll(groups);
    return byKind;
  }

  /**
   * Finds rows that differ from the stored row of the same identity: another block, or another log.
   * Compares values, not the exporter's notation.
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
      // several rows in one message: the server handles each message anew
      var message = new ByteArrayOutputStream(2 * COPY_MESSAGE);
      for (var row : rows) {
        message.writeBytes(row.text());
        if (message.size() >= COPY_MESSAGE) {
          copy.writeToCopy(message.toByteArray(), 0, message.size());
          message.reset();
        }
      }
      copy.writeToCopy(message.toByteArray(), 0, message.size());
      // while the server still reads the rows
      entities.find(rows);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }
}
