package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.AdvisoryLock;
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

/** The job that takes in what is new in the configured source; one at a time on a database. */
@Singleton
public class EpochUpdate {
  /** As {@code pipeline_runs} names it. */
  public static final String JOB = "epochs";

  private final DataSource state;
  private final EpochSettings settings;
  private final Clock clock;

  EpochUpdate(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      EpochSettings settings,
      Clock clock) {
    this.state = plain.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  /** Nothing came of it, because there is no source or somebody else is at it. */
  public static final class NotRun extends Exception {
    private static final long serialVersionUID = 1L;

    NotRun(String message) {
      super(message);
    }
  }

  public boolean isConfigured() {
    return settings.source() != null;
  }

  /**
   * Takes in what is new. A run that failed, or that something came of, is recorded in {@code
   * pipeline_runs}, and so is the first one that succeeds again; a schedule that fails in the same
   * way as before is recorded once.
   *
   * @param listener hears what is wrong with documents
   */
  public EpochImport.Result run(
      Run.Cause cause, EpochImport.Progress progress, Consumer<String> listener)
      throws IOException, SQLException, NotRun {
    var source = settings.source();
    if (source == null) {
      throw new NotRun(
          "No source of epochs: set EPOCHS_SOURCE to a PostgreSQL URL, a SQLite file or a file");
    }
    try (var lock = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!AdvisoryLock.tryHold(lock, "epochs")) {
        throw new NotRun("Another run of epochs is under way; try again when it has ended");
      }
      try {
        return runAlone(source, lock, cause, progress, listener);
      } finally {
        lock.rollback();
      }
    }
  }

  private EpochImport.Result runAlone(
      String source,
      Connection lock,
      Run.Cause cause,
      EpochImport.Progress progress,
      Consumer<String> listener)
      throws IOException, SQLException {
    var startedAt = clock.instant();
    EpochImport.Result result;
    try (var writer = state.getConnection();
        var rejects = state.getConnection()) {
      result =
          new EpochImport(writer, new RejectLog(rejects, listener), settings.domainId(), listener)
              .run(fresh(source, lock), progress);
    } catch (IOException | SQLException | RuntimeException e) {
      try {
        var error = e.getMessage() == null ? e.toString() : e.getMessage();
        keep(cause, startedAt, cause.trigger() != Run.Trigger.SCHEDULE, error);
      } catch (SQLException unkept) {
        e.addSuppressed(unkept);
      }
      throw e;
    }
    keep(cause, startedAt, result.inserted() + result.replaced() > 0, null);
    return result;
  }

  private void keep(Run.Cause cause, Instant startedAt, boolean isNews, @Nullable String error)
      throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      if (isNews || !Objects.equals(error, lastError(connection))) {
        new RunRepository(connection).recordEnded(JOB, cause, startedAt, error);
        connection.commit();
      } else {
        connection.rollback();
      }
    }
  }

  private static @Nullable String lastError(Connection connection) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select error from pipeline_runs where job = ? order by run_id desc limit 1")) {
      statement.setString(1, JOB);
      try (var row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Of a table only the rows that are not stored as they are. */
  private static DocumentSource fresh(String name, Connection connection)
      throws IOException, SQLException {
    return switch (DocumentSource.of(name)) {
      case TableSource table -> table.without(known(connection));
      case FileSource file -> file;
    };
  }

  private static Set<TableSource.Version> known(Connection connection) throws SQLException {
    var known = new HashSet<TableSource.Version>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select epoch, end_block, "timestamp" from epochs
                union all
                select epoch, end_block, "timestamp" from superseded_documents
                """)) {
      while (rows.next()) {
        known.add(new TableSource.Version(rows.getInt(1), rows.getLong(2), rows.getLong(3)));
      }
    }
    return known;
  }
}
