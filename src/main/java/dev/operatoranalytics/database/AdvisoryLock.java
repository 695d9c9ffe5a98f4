package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;

/** A lock that one process holds at a time among all that use the database. */
public final class AdvisoryLock {

  /** Tries to lock until the end of the transaction; lifts the transaction's timeouts. */
  public static boolean tryAcquire(Connection connection, String name) throws SQLException {
    LongTransaction.allow(connection);
    try (var statement =
        connection.prepareStatement("select pg_try_advisory_xact_lock(hashtextextended(?, 0))")) {
      statement.setString(1, name);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Makes the server end this session within 20 s after the client's machine vanished, so that its
   * locks are free; the operating system's default is two hours.
   */
  public static void endWhenClientVanishes(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          set tcp_keepalives_idle = 5;
          set tcp_keepalives_interval = 5;
          set tcp_keepalives_count = 3
          """);
    }
  }

  private AdvisoryLock() {}
}
