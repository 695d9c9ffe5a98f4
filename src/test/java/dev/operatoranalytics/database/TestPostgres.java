package dev.operatoranalytics.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One real PostgreSQL for the whole run: {@code TEST_DATABASE_URL} if set, else a container where a
 * Docker engine answers, else the embedded one. Every test class gets databases of its own, copied
 * from migrated templates.
 */
public final class TestPostgres {
  private static final ConnectionUrl SERVER = start();
  private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String RUN = Long.toString(ProcessHandle.current().pid());

  /** A new database with the given migrations, {@code events} or {@code analytics}. */
  public static ConnectionUrl fresh(String migrations) {
    var kind = isTurkish() ? migrations + "_tr" : migrations;
    return copy(TEMPLATES.computeIfAbsent(kind, _ -> template(kind, migrations)));
  }

  /** A new database with the rows of another one, to which nobody is connected. */
  public static ConnectionUrl copy(ConnectionUrl database) {
    return copy(database.database());
  }

  private static ConnectionUrl copy(String database) {
    var name = "test_%s_%s".formatted(RUN, COUNT.incrementAndGet());
    execute("create database " + name + " template " + database);
    return SERVER.withDatabase(name);
  }

  /** Allows connections to the database again when closed. */
  public interface DatabaseLockout extends AutoCloseable {
    @Override
    void close();
  }

  /** Closes all other connections to the database, and prevents new ones. */
  public static DatabaseLockout lockOutAllExcept(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select current_database(), pg_backend_pid()")) {
      row.next();
      var database = row.getString(1);
      execute("alter database %s with allow_connections false".formatted(database));
      execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s' and pid <> %s"
              .formatted(database, row.getInt(2)));
      return () -> execute("alter database %s with allow_connections true".formatted(database));
    }
  }

  private static boolean isTurkish() {
    return Locale.getDefault().getLanguage().equals("tr");
  }

  private static String template(String kind, String migrations) {
    var name = "template_%s_%s".formatted(kind, RUN);
    execute(
        "create database "
            + name
            + (isTurkish() ? " template template0 locale_provider icu icu_locale 'tr-TR'" : ""));
    var url = SERVER.withDatabase(name);
    Flyway.configure()
        .dataSource(url.jdbc(), url.user(), url.password())
        .locations("classpath:migrations/" + migrations)
        .load()
        .migrate();
    return name;
  }

  /** Drops all created databases, because the server is external. */
  private static void dropAll() {
    TEMPLATES.values().forEach(TestPostgres::drop);
    for (var i = 1; i <= COUNT.get(); i++) {
      drop("test_%s_%s".formatted(RUN, i));
    }
  }

  /** Drops a database that no test needs any more, with its connections. */
  public static void drop(ConnectionUrl database) {
    drop(database.database());
  }

  private static void drop(String database) {
    execute("drop database if exists " + database + " with (force)");
  }

  private static void execute(String sql) {
    try (var connection = SERVER.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConnectionUrl start() {
    var configured = System.getenv("TEST_DATABASE_URL");
    if (configured != null && !configured.isBlank()) {
      Runtime.getRuntime().addShutdownHook(new Thread(TestPostgres::dropAll));
      return logged("TEST_DATABASE_URL", ConnectionUrl.parse("TEST_DATABASE_URL", configured));
    }
    if (DockerClientFactory.instance().isDockerAvailable()) {
      var container =
          new PostgreSQLContainer("postgres:18-alpine").withCommand("postgres", "-c", "fsync=off");
      container.start();
      return logged(
          "Testcontainers",
          new ConnectionUrl(
              container.getHost() + ":" + container.getFirstMappedPort(),
              container.getDatabaseName(),
              container.getUsername(),
              container.getPassword(),
              List.of()));
    }
    try {
      var embedded =
          TestDirectory.start(
              "postgres",
              Map.of(
                  "fsync", "off",
                  "full_page_writes", "off",
                  // the log is in memory, too
                  "max_wal_size", "128MB",
                  "min_wal_size", "32MB",
                  "checkpoint_completion_target", "0"));
      return logged("embedded", embedded.url());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConnectionUrl logged(String provider, ConnectionUrl url) {
    System.out.println("Tests use the PostgreSQL of: " + provider + ", " + url);
    return url;
  }

  public static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestPostgres() {}
}
