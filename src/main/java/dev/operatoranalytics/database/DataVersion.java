package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One counter for all that clients read. Raised last in each transaction that changes it, so its
 * order is the order of commits.
 */
public final class DataVersion {

  public static void raise(Connection state) throws SQLException {
    try (var statement = state.createStatement()) {
      statement.executeUpdate(
          "update data_version set version = version + 1, changed_at = clock_timestamp()");
    }
  }

  private DataVersion() {}
}
