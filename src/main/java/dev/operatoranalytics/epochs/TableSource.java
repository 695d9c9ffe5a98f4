package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table {@code epochs} of the previous loader, in PostgreSQL or SQLite. Only reads it. */
public final class TableSource implements DocumentSource {
  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int FETCH_SIZE = 20;
  private static final String ROWS =
      "select epoch, end_block, end_hash, epochs.\"timestamp\", data from epochs ";

  private final String name;
  private final DatabaseConnector database;
  private final Set<RowVersion> known;

  TableSource(String name, DatabaseConnector database, Set<RowVersion> known) {
    this.name = name;
    this.database = database;
    this.known = Set.copyOf(known);
  }

  /** Connects to the database of the table. */
  interface DatabaseConnector {
    Connection open() throws SQLException;
  }

  /** The values by which a row counts as imported. */
  record RowVersion(int epoch, long endBlock, long timestamp) {}

  public static TableSource postgres(ConnectionUrl url) {
    return new TableSource(url.toString(), url::connect, Set.of());
  }

  public static TableSource sqlite(Path file) {
    return new TableSource(
        file.toString(),
        () -> DriverManager.getConnection("jdbc:sqlite:" + file.toUri() + "?mode=ro"),
        Set.of());
  }

  static boolean isSqlite(Path file) throws IOException {
    try (var bytes = Files.newInputStream(file)) {
      return Arrays.equals(bytes.readNBytes(SQLITE.length), SQLITE);
    }
  }

  /** The same table without rows of these versions. */
  TableSource without(Set<RowVersion> versions) {
    return new TableSource(name, database, versions);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void check() throws IOException, SQLException {
    try (var connection = database.open();
        var statement = connection.createStatement()) {
      checkColumns(statement);
    }
  }

  private static void checkColumns(Statement statement) throws IOException {
    try (var rows = statement.executeQuery(ROWS + "limit 1")) {
      rows.next();
    } catch (SQLException e) {
      throw new IOException(
          "%s; expected the table epochs with the columns epoch, end_block, end_hash, timestamp and data"
              .formatted(Documents.reason(e)),
          e);
    }
  }

  @Override
  public void read(DocumentSink sink) throws IOException, SQLException, InterruptedException {
    try (var connection = database.open()) {
      connection.setAutoCommit(false);
      if (known.isEmpty()) {
        readAll(connection, sink);
      } else {
        readEach(connection, unknown(connection), sink);
      }
    }
  }

  private static void readAll(Connection connection, DocumentSink sink)
      throws IOException, SQLException, InterruptedException {
    double total;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from epochs")) {
      row.next();
      total = Math.max(1, row.getLong(1));
    }
    try (var statement = connection.prepareStatement(ROWS + "order by epoch")) {
      statement.setFetchSize(FETCH_SIZE);
      try (var rows = statement.executeQuery()) {
        for (var number = 1L; rows.next(); number++) {
          sink.accept(number, json(rows), number / total);
        }
      }
    }
  }

  private List<Integer> unknown(Connection connection) throws SQLException {
    var unknown = new ArrayList<Integer>();
    Sql.each(
        connection,
        "select epoch, end_block, epochs.\"timestamp\" from epochs order by epoch",
        rows -> {
          if (!isKnown(rows)) {
            unknown.add(rows.getInt(1));
          }
        });
    return unknown;
  }

  /** Whether the row was imported; false for unreadable values, so that the import reports them. */
  private boolean isKnown(ResultSet row) throws SQLException {
    var endBlock = row.getString("end_block");
    var timestamp = timestamp(row);
    if (endBlock == null || timestamp == null) {
      return false;
    }
    try {
      return known.contains(
          new RowVersion(
              row.getInt("epoch"),
              Long.parseLong(endBlock),
              IngestionTime.parse(timestamp).milliseconds()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void readEach(Connection connection, List<Integer> epochs, DocumentSink sink)
      throws IOException, SQLException, InterruptedException {
    try (var statement = connection.prepareStatement(ROWS + "where epoch = ?")) {
      for (var i = 0; i < epochs.size(); i++) {
        statement.setInt(1, epochs.get(i));
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            sink.accept(i + 1L, json(rows), (i + 1.0) / epochs.size());
          }
        }
      }
    }
  }

  private static byte[] json(ResultSet row) throws IOException, SQLException {
    var text = new ByteArrayOutputStream();
    try (var json = Documents.JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("epoch", row.getString("epoch"));
      json.writeStringField("end_block", row.getString("end_block"));
      json.writeStringField("end_hash", row.getString("end_hash"));
      json.writeStringField("timestamp", timestamp(row));
      json.writeStringField("data", row.getString("data"));
      json.writeEndObject();
    }
    return text.toByteArray();
  }

  /** The timestamp as a text that {@link IngestionTime} parses. */
  private static @Nullable String timestamp(ResultSet row) throws SQLException {
    if (!(row.getObject("timestamp") instanceof Timestamp instant)) {
      return row.getString("timestamp");
    }
    var type = row.getMetaData().getColumnTypeName(row.findColumn("timestamp"));
    // for a timestamp without time zone the driver would use the zone of this machine
    return type.equals("timestamp")
        ? row.getObject("timestamp", LocalDateTime.class).atOffset(ZoneOffset.UTC).toString()
        : instant.toInstant().toString();
  }
}
