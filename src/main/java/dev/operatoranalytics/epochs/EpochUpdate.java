package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunRepository;
import dev.operatoranalytics.source.RejectLog;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The job that imports new documents of the configured source; one run at a time per database. */
@Singleton
public class EpochUpdate {
  /** The name of the job in {@code pipeline_runs}. */
  public static final String JOB = "epochs";

  private final DataSource state;
  private final EpochSettings settings;
  private final Clock clock;

  EpochUpdate(
      @Named("pipeline") DataSource state,
      DataSourceResolver resolver,
      EpochSettings settings,
      Clock clock) {
    this.state = resolver.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  /** The update did not run, because no source is configured or another run is in progress. */
  public static final class EpochUpdateSkipped extends Exception {
    private static final long serialVersionUID = 1L;

    EpochUpdateSkipped(String message) {
      super(message);
    }
  }

  public boolean isConfigured() {
    return settings.source() != null;
  }

  /**
   * Imports new documents. Records in {@code pipeline_runs} a run that changed data, a run that
   * failed, and the first success after a failure. A scheduled run that fails with the previous
   * error is not recorded again.
   *
   * @param listener receives the issues of documents
   */
  public EpochImportResult run(
      Run.Cause cause, EpochImportProgress progress, Consumer<String> listener)
      throws IOException, SQLException, EpochUpdateSkipped {
    var source = settings.source();
    if (source == null) {
      throw new EpochUpdateSkipped(
          "No source of epochs: set EPOCHS_SOURCE to a PostgreSQL URL, a SQLite file or a file");
    }
    try (var lock = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, "epochs")) {
        throw new EpochUpdateSkipped(
            "Another run of epochs is in progress; try again when it has ended");
      }
      try {
        return runAlone(source, lock, cause, progress, listener);
      } finally {
        lock.rollback();
      }
    }
  }

  private EpochImportResult runAlone(
      String source,
      Connection lock,
      Run.Cause cause,
      EpochImportProgress progress,
      Consumer<String> listener)
      throws IOException, SQLException {
    var startedAt = clock.instant();
    EpochImportResult result;
    try (var writer = state.getConnection();
        var rejects = state.getConnection()) {
      result =
          new EpochImport(writer, new RejectLog(rejects, listener), settings.domainId(), listener)
              .run(sourceOfNewRows(source, lock), progress);
    } catch (IOException | SQLException | RuntimeException e) {
      try {
        var error = e.getMessage() == null ? e.toString() : e.getMessage();
        record(cause, startedAt, cause.trigger() != Run.Trigger.SCHEDULE, error);
      } catch (SQLException recordFailure) {
        e.addSuppressed(recordFailure);
      }
      throw e;
    }
    record(cause, startedAt, result.inserted() + result.replaced() > 0, null);
    return result;
  }

  private void record(
      Run.Cause cause, Instant startedAt, boolean isNoteworthy, @Nullable String error)
      throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      if (isNoteworthy || !Objects.equals(error, lastError(connection))) {
        new RunRepository(connection).recordEnded(JOB, cause, startedAt, error);
        connection.commit();
      } else {
        connection.rollback();
      }
    }
  }

  private static @Nullable String lastError(Connection connection) throws SQLException {
    return Sql.first(
            connection,
            "select error from pipeline_runs where job = ? order by run_id desc limit 1",
            row -> row.getString(1),
            JOB)
        .orElse(null);
  }

  /** The source; of a table, only rows whose version is not stored. */
  private static DocumentSource sourceOfNewRows(String name, Connection connection)
      throws IOException, SQLException {
    return switch (DocumentSource.of(name)) {
      case TableSource table -> table.without(known(connection));
      case FileSource file -> file;
    };
  }

  private static Set<TableSource.RowVersion> known(Connection connection) throws SQLException {
    var known = new HashSet<TableSource.RowVersion>();
    Sql.each(
        connection,
        """
        select epoch, end_block, "timestamp" from epochs
        union all
        select epoch, end_block, "timestamp" from superseded_documents
        """,
        rows ->
            known.add(
                new TableSource.RowVersion(rows.getInt(1), rows.getLong(2), rows.getLong(3))));
    return known;
  }
}
