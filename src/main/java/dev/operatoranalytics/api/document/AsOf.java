package dev.operatoranalytics.api.document;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Fills temporary tables with an earlier state, for fields with {@code asOf}. */
public interface AsOf {

  /**
   * @param connection receives temporary tables that hide the current ones; they are dropped
   *     afterwards
   * @param key of the requested row
   * @param asOf the argument
   * @throws UserInputError when no state of that time is known
   */
  void stage(Connection connection, String key, Map<String, Object> asOf) throws SQLException;
}
