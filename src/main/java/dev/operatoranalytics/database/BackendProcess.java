package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** The server process of a connection. */
public final class BackendProcess {

  /** Whether a connection pooler is in between: it reports another process id. */
  public static boolean isPooled(Connection connection) throws SQLException {
    return Sql.get(
        connection,
        "select pg_backend_pid()",
        row -> row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID());
  }

  private BackendProcess() {}
}
