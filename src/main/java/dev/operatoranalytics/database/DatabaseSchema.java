package dev.operatoranalytics.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a database and their migration history.
 *
 * @param migrations folder below {@code migrations}
 */
public record DatabaseSchema(ConnectionUrl url, String migrations) {
  private static final Logger log = LoggerFactory.getLogger(DatabaseSchema.class);

  /** Rejects a database whose tables are not of this program's version; changes nothing. */
  public void requireCurrent() {
    if (isCurrent()) {
      return;
    }
    var history = flyway().info();
    if (history.current() == null) {
      throw new DatabaseUnavailable(
          "%s holds no tables of this program; `import`, `run` or `serve` creates them"
              .formatted(url));
    }
    requireCompatible(history.all());
    if (history.pending().length > 0) {
      throw new DatabaseUnavailable(
          "The tables of %s are of version %s, this program needs version %s; `run` or `serve` brings them up to date"
              .formatted(
                  url,
                  history.current().getVersion(),
                  history.pending()[history.pending().length - 1].getVersion()));
    }
  }

  /**
   * Whether the history of the tables names exactly the migrations of this program, with their
   * checksums. Flyway would find nothing to do, and takes longer to find that.
   */
  boolean isCurrent() {
    try (var connection = url.connectWithoutSettings();
        var statement = connection.createStatement()) {
      var applied = new HashMap<String, Integer>();
      try (var rows =
          statement.executeQuery(
              "select script, checksum, success and type = 'SQL' from flyway_schema_history")) {
        while (rows.next()) {
          if (!rows.getBoolean(3) || applied.put(rows.getString(1), rows.getInt(2)) != null) {
            return false;
          }
        }
      }
      return applied.equals(checksums());
    } catch (SQLException | IOException e) {
      log.debug("Flyway checks the tables of {}, because their history is not readable", url, e);
      return false;
    }
  }

  /** The version of the newest migration of this program. */
  static int newest(String migrations) {
    try {
      return names("migrations/" + migrations + "/").stream()
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
          .max()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checksum of each migration, as Flyway computes it: of the text without line ends. */
  private Map<String, Integer> checksums() throws IOException {
    var folder = "migrations/" + migrations + "/";
    var checksums = new HashMap<String, Integer>();
    for (var name : names(folder)) {
      var checksum = new CRC32();
      try (var text = DatabaseSchema.class.getResourceAsStream("/" + folder + name)) {
        if (text == null) {
          throw new FileNotFoundException(folder + name);
        }
        new BufferedReader(new InputStreamReader(text, UTF_8))
            .lines()
            .forEach(line -> checksum.update(line.getBytes(UTF_8)));
      }
      checksums.put(name, (int) checksum.getValue());
    }
    return checksums;
  }

  /** The files of a folder of the classpath. */
  private static List<String> names(String folder) throws IOException {
    var location = DatabaseSchema.class.getResource("/" + folder);
    if (location == null) {
      throw new FileNotFoundException(folder);
    }
    if (location.openConnection() instanceof JarURLConnection jar) {
      return jar.getJarFile().stream()
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith(folder) && name.endsWith(".sql"))
          .map(name -> name.substring(folder.length()))
          .toList();
    }
    try (var files = Files.list(Path.of(URI.create(location.toString())))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Creates the tables of a backup's version; rejects a version newer than this program. */
  void migrateTo(String version) {
    var target = MigrationVersion.fromVersion(version);
    var known =
        Arrays.stream(flyway().info().all())
            .anyMatch(migration -> target.equals(migration.getVersion()));
    if (!known) {
      throw new DatabaseUnavailable(
          "The backup holds %s tables of version %s, which this older program does not know; restore it with the newer program"
              .formatted(migrations, version));
    }
    Flyway.configure()
        .dataSource(url.jdbc(), url.user(), url.password())
        .locations("classpath:migrations/" + migrations)
        .target(target)
        .load()
        .migrate();
  }

  /** Why a migration of these tables failed; empty when other tables caused the failure. */
  Optional<DatabaseUnavailable> failure(FlywayException cause) {
    try {
      var history = flyway().info();
      requireCompatible(history.all());
      return Arrays.stream(history.all())
          .filter(migration -> migration.getState().isFailed() || !migration.getState().isApplied())
          .findFirst()
          .map(
              migration ->
                  new DatabaseUnavailable(
                      "Cannot create the tables of %s (%s): %s"
                          .formatted(
                              url,
                              migration.getScript(),
                              String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ")),
                      cause));
    } catch (DatabaseUnavailable e) {
      return Optional.of(e);
    }
  }

  private void requireCompatible(MigrationInfo[] all) {
    var newest = newestUnknown(all);
    if (newest != null) {
      throw new DatabaseUnavailable(
          "The tables of %s are of version %s, which this older program does not know; use the newer program, or restore a backup into another --data-dir"
              .formatted(url, newest.getVersion()));
    }
    for (var migration : all) {
      if (migration.getResolvedChecksum() != null
          && migration.getAppliedChecksum() != null
          && !migration.getResolvedChecksum().equals(migration.getAppliedChecksum())) {
        throw new DatabaseUnavailable(
            "The tables of %s were made by another build: %s has changed since it was applied; use that build, or start with another --data-dir"
                .formatted(url, migration.getScript()));
      }
    }
  }

  private static @Nullable MigrationInfo newestUnknown(MigrationInfo[] all) {
    MigrationInfo newest = null;
    for (var migration : all) {
      var state = migration.getState();
      if (state == MigrationState.FUTURE_SUCCESS
          || state == MigrationState.FUTURE_FAILED
          || state == MigrationState.MISSING_SUCCESS) {
        newest = migration;
      }
    }
    return newest;
  }

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(url.jdbc(), url.user(), url.password())
        .locations("classpath:migrations/" + migrations)
        .outOfOrder(true)
        .load();
  }
}
