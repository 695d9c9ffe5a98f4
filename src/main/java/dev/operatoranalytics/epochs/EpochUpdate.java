package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.source.RejectLog;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The job that takes in what is new in the configured source; one at a time on a database. */
@Singleton
public class EpochUpdate {
  private final DataSource state;
  private final EpochSettings settings;

  EpochUpdate(
      @Named("pipeline") DataSource state, DataSourceResolver plain, EpochSettings settings) {
    this.state = plain.resolve(state);
    this.settings = settings;
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
   * @param listener hears what is wrong with documents
   */
  public EpochImport.Result run(EpochImport.Progress progress, Consumer<String> listener)
      throws IOException, SQLException, NotRun {
    var source = settings.source();
    if (source == null) {
      throw new NotRun(
          "No source of epochs: set EPOCHS_SOURCE to a PostgreSQL URL, a SQLite file or a file");
    }
    try (var lock = state.getConnection();
        var writer = state.getConnection();
        var rejects = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!AdvisoryLock.tryHold(lock, "epochs")) {
        throw new NotRun("Another run of epochs is under way; try again when it has ended");
      }
      try {
        return new EpochImport(
                writer, new RejectLog(rejects, listener), settings.domainId(), listener)
            .run(fresh(source, lock), progress);
      } finally {
        lock.rollback();
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
