package dev.operatoranalytics.database;

import java.util.Arrays;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database and their migration history.
 *
 * @param migrations folder below {@code migrations}
 */
public record DatabaseSchema(ConnectionUrl url, String migrations) {

  /** Rejects a database whose tables are not of this program's version; changes nothing. */
  public void requireCurrent() {
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
