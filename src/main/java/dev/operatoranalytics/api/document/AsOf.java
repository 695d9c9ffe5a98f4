package dev.operatoranalytics.api.document;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * Fills temporary tables for a field of the query: with an earlier state when it has {@code asOf},
 * with what a preview computes when it is {@code @staged}.
 */
public interface AsOf {

  /**
   * @param connection receives temporary tables that hide the current ones; they are dropped
   *     afterwards
   * @param arguments of the field
   * @throws UserInputError when no state of that time is known, or an argument is wrong
   */
  void stage(Connection connection, Map<String, Object> arguments) throws SQLException;
}
