package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;

/** A lock that one process holds at a time among all that use the database. */
public final class AdvisoryLock {

  /** Tries to lock until the end of the transaction; lifts the transaction's timeouts. */
  public static boolean tryAcquire(Connection connection, String name) throws SQLException {
    LongTransaction.allow(connection);
    return Sql.get(
        connection,
        "select pg_try_advisory_xact_lock(hashtextextended(?, 0))",
        row -> row.getBoolean(1),
        name);
  }

  /**
   * Makes the server end this session within 20 s after the client's machine vanished, so that its
   * locks are free; the operating system's default is two hours.
   */
  public static void endWhenClientVanishes(Connection connection) throws SQLException {
    Sql.update(
        connection,
        """
        set tcp_keepalives_idle = 5;
        set tcp_keepalives_interval = 5;
        set tcp_keepalives_count = 3
        """);
  }

  private AdvisoryLock() {}
}
