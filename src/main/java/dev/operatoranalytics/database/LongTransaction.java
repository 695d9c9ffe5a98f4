package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction that may last as long as a run. */
public final class LongTransaction {

  /**
   * Lifts the timeouts of the transaction under way. The settings of the session do not suffice:
   * behind a connection pooler each transaction may have another server connection.
   */
  public static void allow(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          select set_config(name, '0', true)
          from pg_settings
          where
              name in (
                  'statement_timeout', 'lock_timeout', 'transaction_timeout',
                  'idle_in_transaction_session_timeout'
              )
              and setting <> '0'
          """);
    }
  }

  /**
   * Begins a snapshot that is only read and may last as long as a run. The level is set within the
   * transaction: behind a connection pooler the session it was set on may not be this one.
   */
  public static void beginSnapshot(Connection connection) throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read, read only");
    }
    allow(connection);
  }

  private LongTransaction() {}
}
