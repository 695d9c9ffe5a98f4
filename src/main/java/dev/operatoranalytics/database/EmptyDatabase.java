package dev.operatoranalytics.database;

import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/** Creates tables in a database that holds none. */
public final class EmptyDatabase {

  /**
   * @param migrations folder below {@code migrations}
   */
  public static void migrate(ConnectionUrl url, String migrations) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select count(*) from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
                """)) {
      row.next();
      if (row.getInt(1) > 0) {
        throw new DatabaseUnavailable(
            "%s already holds %d tables; only an empty database is prepared"
                .formatted(url, row.getInt(1)));
      }
    }
    Flyway.configure()
        .dataSource(url.jdbc(), url.user(), url.password())
        .locations("classpath:migrations/" + migrations)
        .load()
        .migrate();
  }

  private EmptyDatabase() {}
}
