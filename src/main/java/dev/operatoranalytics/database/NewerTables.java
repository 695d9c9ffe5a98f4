package dev.operatoranalytics.database;

import io.micronaut.context.annotation.Requires;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a newer program has migrated our tables. From then on this one only reads them: it
 * leaves runs and alerts to the newer one, until this program is started again.
 */
@Singleton
@Requires(property = "schedules.is-running")
public class NewerTables {
  private static final Logger log = LoggerFactory.getLogger(NewerTables.class);

  private final DataSource state;
  private boolean areFound;

  @Inject
  NewerTables(@Named("pipeline") DataSource state, DataSourceResolver plain) {
    this(plain.resolve(state));
  }

  NewerTables(DataSource state) {
    this.state = state;
  }

  /** Whether they were found, now or before. */
  public synchronized boolean areFound() {
    if (areFound) {
      return true;
    }
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(true);
      DataVersion.requireOwnTables(connection);
    } catch (DatabaseUnavailable e) {
      log.warn("runs and alerts end here: {}", e.getMessage());
      areFound = true;
    } catch (SQLException e) {
      log.debug("the version of the tables cannot be read: {}", e.getMessage());
    }
    return areFound;
  }
}
