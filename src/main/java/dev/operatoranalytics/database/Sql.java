package dev.operatoranalytics.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs one statement with its parameters, and reads all that it returns. */
public final class Sql {
  /** Reads the current row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes the current row. */
  @FunctionalInterface
  public interface RowConsumer {
    void accept(ResultSet row) throws SQLException;
  }

  /** Runs a statement; returns the number of rows that it changed. */
  public static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (var statement = execute(connection, sql, parameters)) {
      return Math.max(0, statement.getUpdateCount());
    }
  }

  public static <T> List<T> list(
      Connection connection, String sql, RowReader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    var list = new ArrayList<T>();
    each(connection, sql, row -> list.add(reader.read(row)), parameters);
    return list;
  }

  /** Reads rows one after the other. */
  public static void each(
      Connection connection, String sql, RowConsumer consumer, @Nullable Object... parameters)
      throws SQLException {
    try (var statement = execute(connection, sql, parameters);
        var rows = statement.getResultSet()) {
      while (rows.next()) {
        consumer.accept(rows);
      }
    }
  }

  /** Returns the only row of a statement that always has one. */
  public static <T> T get(
      Connection connection, String sql, RowReader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    return list(connection, sql, reader, parameters).getFirst();
  }

  /** Returns the first row; empty when there is none, or its value is null. */
  public static <T> Optional<T> first(
      Connection connection, String sql, RowReader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    var rows = list(connection, sql, reader, parameters);
    return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.getFirst());
  }

  /**
   * Without parameters nothing is prepared: the tables of a repeated text may be temporary and
   * differ.
   */
  private static Statement execute(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    var statement =
        parameters.length == 0 ? connection.createStatement() : connection.prepareStatement(sql);
    try {
      if (statement instanceof PreparedStatement prepared) {
        for (var index = 0; index < parameters.length; index++) {
          prepared.setObject(index + 1, parameters[index]);
        }
        prepared.execute();
      } else {
        statement.execute(sql);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private Sql() {}
}
