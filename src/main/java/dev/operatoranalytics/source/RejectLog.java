package dev.operatoranalytics.source;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Stores rejected input in {@code import_rejects} and reports it at once. */
public final class RejectLog {
  private static final int MAX_REPORTED = 20;

  private final Connection state;
  private final Consumer<String> listener;
  private int reported;

  /**
   * @param listener gets the first {@link #MAX_REPORTED} rejections; the table holds all
   */
  public RejectLog(Connection state, Consumer<String> listener) {
    this.state = state;
    this.listener = listener;
  }

  /** Deletes the rejections of a file before it is read again. */
  public void restart(String file) throws SQLException {
    Sql.update(state, "delete from import_rejects where file = ?", file);
    commit();
  }

  public void add(List<Rejection> rejections) throws SQLException {
    if (rejections.isEmpty()) {
      return;
    }
    try (var statement =
        state.prepareStatement(
            """
            insert into import_rejects (file, line, field, raw, reason, rejected_at)
            values (?, ?, ?, ?, ?, now())
            on conflict (file, line, field) do update set
                raw = excluded.raw, reason = excluded.reason, rejected_at = excluded.rejected_at
            """)) {
      for (var rejection : rejections) {
        statement.setString(1, rejection.file());
        statement.setLong(2, rejection.line());
        statement.setString(3, rejection.field());
        statement.setString(4, rejection.raw());
        statement.setString(5, rejection.reason());
        statement.addBatch();
      }
      statement.executeBatch();
    }
    commit();
    for (var rejection : rejections) {
      if (reported++ < MAX_REPORTED) {
        listener.accept(rejection.toString());
      }
    }
    if (reported > MAX_REPORTED && reported - rejections.size() <= MAX_REPORTED) {
      listener.accept("… more are in the table import_rejects");
    }
  }

  private void commit() throws SQLException {
    if (!state.getAutoCommit()) {
      state.commit();
    }
  }
}
