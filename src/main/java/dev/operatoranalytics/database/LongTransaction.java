package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction that may last as long as a run. */
public final class LongTransaction {

  /**
   * Disables the timeouts of the current transaction. Session settings do not suffice: behind a
   * connection pooler each transaction may use another server connection.
   */
  public static void allow(Connection connection) throws SQLException {
    Sql.update(
        connection,
        """
        select set_config(name, '0', true)
        from unnest(array[
            'statement_timeout', 'lock_timeout', 'transaction_timeout',
            'idle_in_transaction_session_timeout'
        ]) as name
        -- null for a setting that an older server does not know
        where current_setting(name, true) <> '0'
        """);
  }

  /**
   * Begins a read-only snapshot that may last as long as a run. Sets the isolation level within the
   * transaction, because behind a connection pooler each transaction may use another session.
   */
  public static void beginSnapshot(Connection connection) throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    Sql.update(connection, "set transaction isolation level repeatable read, read only");
    allow(connection);
  }

  private LongTransaction() {}
}
