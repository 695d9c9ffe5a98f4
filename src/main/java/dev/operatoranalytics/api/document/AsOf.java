package dev.operatoranalytics.api.document;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Makes the tables of an earlier moment, for what is asked as of then. */
public interface AsOf {

  /**
   * @param connection takes temporary tables that hide those of today; they are thrown away after
   * @param key of what is asked for
   * @param asOf as the client gave it
   * @throws UserInputError when the state at that moment is not known
   */
  void stage(Connection connection, String key, Map<String, Object> asOf) throws SQLException;
}
