package dev.operatoranalytics.database;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;

/** A primary and a standby that streams from it. */
public final class StandbyPair implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of("fsync", "off", "shared_buffers", "32MB", "max_prepared_transactions", "2");

  private final Path directory;
  private final EmbeddedPostgres primary;
  private final EmbeddedPostgres standby;
  private final Set<String> templates = new HashSet<>();

  private StandbyPair(Path directory, EmbeddedPostgres primary, EmbeddedPostgres standby) {
    this.directory = directory;
    this.primary = primary;
    this.standby = standby;
  }

  /** The standby is a copy of the stopped primary and then replicates it. */
  public static StandbyPair start() throws IOException {
    var directory = TestDirectory.create("standby");
    var first = directory.resolve("primary");
    var second = directory.resolve("standby");
    EmbeddedPostgres.join(first, SETTINGS).close();
    copy(first, second);
    Files.delete(second.resolve("port"));
    var primary = EmbeddedPostgres.join(first, SETTINGS);
    var url = primary.url();
    Files.createFile(second.resolve("pg/standby.signal"));
    Files.writeString(
        second.resolve("pg/postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%s user=%s password=%s'%n"
            .formatted(url.address().replaceFirst(".*:", ""), url.user(), url.password()));
    return new StandbyPair(directory, primary, EmbeddedPostgres.join(second, SETTINGS));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** A new database with the given migrations, {@code events} or {@code analytics}. */
  public ConnectionUrl create(String name, String migrations) {
    if (templates.add(migrations)) {
      var template = primary.database(migrations);
      Flyway.configure()
          .dataSource(template.jdbc(), template.user(), template.password())
          .locations("classpath:migrations/" + migrations)
          .load()
          .migrate();
    }
    execute(primary.url(), "create database %s template %s".formatted(name, migrations));
    awaitReplay();
    return primary.url().withDatabase(name);
  }

  /** The database of the same name on the standby. */
  public ConnectionUrl standby(ConnectionUrl database) {
    return standby.url().withDatabase(database.database());
  }

  public void pauseReplay() {
    execute(standby.url(), "select pg_wal_replay_pause()");
  }

  public void resumeReplay() {
    execute(standby.url(), "select pg_wal_replay_resume()");
  }

  public void promote() {
    execute(standby.url(), "select pg_promote()");
  }

  /** Waits until the standby has all that the primary has written. */
  public void awaitReplay() {
    var written = value(primary.url(), "select pg_current_wal_flush_lsn()");
    await()
        .until(
            () ->
                value(standby.url(), "select pg_last_wal_replay_lsn() >= '%s'".formatted(written))
                    .equals("t"));
  }

  private static void execute(ConnectionUrl url, String sql) {
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String value(ConnectionUrl url, String sql) {
    try (var connection = url.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    standby.close();
    primary.close();
    TestPostgres.delete(directory);
  }
}
