package dev.operatoranalytics.database;

import static java.util.stream.Collectors.joining;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/**
 * Saves both databases, embedded or external, in one ZIP file: every table in PostgreSQL's binary
 * copy format, while the server keeps running. Events that others write are not saved. A later
 * PostgreSQL and a later version of this program can restore it: tables are created in their old
 * version, filled, and then migrated.
 */
public final class Backup {
  private static final String VERSION_ENTRY = "/schema-version";

  /** Statements that create the partitions of the tables that follow, one in each line. */
  private static final String PARTITIONS_ENTRY = "/partitions";

  private final Databases databases;

  public Backup(Databases databases) {
    this.databases = databases;
  }

  /** The numbers of tables and rows that were written or read. */
  public record BackupResult(int tables, long rows) {
    BackupResult plus(BackupResult other) {
      return new BackupResult(tables + other.tables, rows + other.rows);
    }
  }

  public BackupResult save(Path file) throws IOException, SQLException {
    var unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    BackupResult result;
    try (var zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
      // analytics first: after a restore, its checkpoint leads to the events that arrived in
      // between
      result = save(databases.analytics(), "analytics", zip);
      if (databases.eventsAreOurs()) {
        result = result.plus(save(databases.events(), "events", zip));
      }
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return result;
  }

  /** Rejects an incomplete backup before any database is created. */
  public static void check(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is not a file; expected a backup made by `backup`");
    }
    if (Files.size(file) == 0) {
      throw new IOException(file + " is empty; expected a backup made by `backup`");
    }
    try (var zip = new ZipFile(file.toFile())) {
      if (zip.getEntry("analytics" + VERSION_ENTRY) == null) {
        throw new IOException(
            "%s holds no %s; expected a backup made by `backup`"
                .formatted(file, "analytics" + VERSION_ENTRY));
      }
    } catch (ZipException e) {
      throw new IOException(
          "%s is not a complete ZIP file (%s); expected a backup made by `backup`"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** Restores a backup into empty databases. */
  public BackupResult restore(Path file) throws IOException, SQLException {
    requireEmpty(databases.analytics());
    if (holdsEvents(file)) {
      requireEmpty(databases.events());
    }
    var references = new ArrayList<Reference>();
    var result = new BackupResult(0, 0);
    try (var analytics = databases.analytics().connect();
        var events = databases.events().connect();
        var zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        var name = entry.getName();
        var isEvents = name.startsWith("events/");
        var target = isEvents ? events : analytics;
        if (name.endsWith(VERSION_ENTRY)) {
          var version = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
          createTables(
              isEvents ? databases.events() : databases.analytics(), isEvents, version, target);
          references.addAll(dropReferences(target));
        } else if (name.endsWith(PARTITIONS_ENTRY)) {
          for (var creation :
              new String(zip.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            execute(target, creation);
          }
        } else {
          result =
              result.plus(new BackupResult(1, load(target, name.replaceFirst(".*/", ""), zip)));
        }
      }
      for (var connection : List.of(analytics, events)) {
        if (!connection.getAutoCommit()) {
          continueSequences(connection);
          for (var reference : references) {
            if (reference.connection() == connection) {
              execute(connection, reference.addition());
            }
          }
          connection.commit();
        }
      }
    }
    if (result.tables() == 0) {
      throw new IOException(file + " is not a backup of this program");
    }
    return result;
  }

  private static boolean holdsEvents(Path file) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      return zip.getEntry("events" + VERSION_ENTRY) != null;
    }
  }

  /**
   * A foreign key that is absent while the tables are filled in any order.
   *
   * @param addition the statement that adds it again
   */
  private record Reference(Connection connection, String addition) {}

  /** The owner of the tables can do this; to switch the keys off, a superuser would be needed. */
  private static List<Reference> dropReferences(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        """
        select
            format('alter table %s drop constraint %I', conrelid::regclass, conname),
            format(
                'alter table %s add constraint %I %s',
                conrelid::regclass, conname, pg_get_constraintdef(oid))
        from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace
        """,
        rows -> {
          execute(connection, rows.getString(1));
          return new Reference(connection, rows.getString(2));
        });
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    Sql.update(connection, sql);
  }

  private static BackupResult save(ConnectionUrl url, String name, ZipOutputStream zip)
      throws IOException, SQLException {
    var result = new BackupResult(0, 0);
    try (var connection = url.connect()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      zip.putNextEntry(new ZipEntry(name + VERSION_ENTRY));
      zip.write(schemaVersion(connection).getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry(name + PARTITIONS_ENTRY));
      zip.write(String.join("\n", partitions(connection)).getBytes(StandardCharsets.UTF_8));
      for (var table : tables(connection)) {
        zip.putNextEntry(new ZipEntry(name + "/" + table));
        var columns = columns(connection, table);
        var rows =
            connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                    "copy (select %s from %s) to stdout (format binary)".formatted(columns, table),
                    (OutputStream) zip);
        result = result.plus(new BackupResult(1, rows));
      }
    }
    return result;
  }

  private static void requireEmpty(ConnectionUrl url) throws SQLException {
    try (var connection = url.connect()) {
      if (!tables(connection).isEmpty()) {
        throw new DatabaseUnavailable(
            "There is data already in %s: restore into a new folder by --data-dir, or into empty databases"
                .formatted(url));
      }
    }
  }

  private static void createTables(
      ConnectionUrl url, boolean isEvents, String version, Connection connection)
      throws SQLException {
    new DatabaseSchema(url, isEvents ? "events" : "analytics").migrateTo(version);
    connection.setAutoCommit(false);
    execute(connection, "truncate " + String.join(", ", tables(connection)));
  }

  private static long load(Connection connection, String table, InputStream rows)
      throws IOException, SQLException {
    var columns = columns(connection, table);
    if (columns.isEmpty()) {
      throw new IOException("The backup holds an unknown table:  " + table);
    }
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("copy %s (%s) from stdin (format binary)".formatted(table, columns), rows);
  }

  private static void continueSequences(Connection connection) throws SQLException {
    for (var statement :
        list(
            connection,
            """
            select format(
                'select setval(%L, coalesce((select max(%I) from %I), 0) + 1, false)',
                pg_get_serial_sequence(relname, attname), attname, relname)
            from pg_attribute
            join pg_class on pg_class.oid = attrelid
            where relnamespace = 'public'::regnamespace and attidentity <> '' and not attisdropped
            """)) {
      Sql.update(connection, statement);
    }
  }

  private static String schemaVersion(Connection connection) throws SQLException {
    return list(
            connection,
            """
            select version from flyway_schema_history
            where success and version is not null
            order by installed_rank desc
            limit 1
            """)
        .getFirst();
  }

  private static List<String> tables(Connection connection) throws SQLException {
    return list(
        connection,
        """
        select quote_ident(relname)
        from pg_class
        where
            relnamespace = 'public'::regnamespace
            -- a partitioned table with the rows of its partitions
            and relkind in ('r', 'p')
            and not relispartition
            and relname <> 'flyway_schema_history'
            -- months that retention detached
            and relname not like 'detached\\_%'
        order by relname
        """);
  }

  private static List<String> partitions(Connection connection) throws SQLException {
    return list(
        connection,
        """
        select format(
            'create table %I partition of %I %s',
            children.relname, parents.relname, pg_get_expr(children.relpartbound, children.oid)
        )
        from pg_inherits
        join pg_class as children on children.oid = pg_inherits.inhrelid
        join pg_class as parents on parents.oid = pg_inherits.inhparent
        where
            parents.relkind = 'p'
            and parents.relnamespace = 'public'::regnamespace
            and not inhdetachpending
        order by children.relname
        """);
  }

  private static String columns(Connection connection, String table) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select quote_ident(attname)
            from pg_attribute
            where
                attrelid = to_regclass(?)
                and attnum > 0
                and not attisdropped
                and attgenerated = ''
            order by attnum
            """)) {
      statement.setString(1, table);
      var names = new ArrayList<String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names.stream().collect(joining(", "));
    }
  }

  private static List<String> list(Connection connection, String sql) throws SQLException {
    return Sql.list(connection, sql, rows -> rows.getString(1));
  }
}
