package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.database.Sql;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads rows of PostgreSQL's binary copy, one at a time. */
final class BinaryCopy implements AutoCloseable {
  private static final int HEADER = 19;
  private static final byte FIRST_OF_HEADER = 'P';

  private final CopyOut copy;
  private ByteBuffer row = ByteBuffer.allocate(0);

  /**
   * @param select has no parameters; it reads settings that {@link #set} has set
   */
  BinaryCopy(Connection connection, String select) throws SQLException {
    copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("copy (" + select + ") to stdout (format binary)");
  }

  /** Sets a setting for the transaction, because {@code copy} takes no bind parameters. */
  static void set(Connection connection, String name, String value) throws SQLException {
    Sql.update(connection, "select set_config(?, ?, true)", "operator_analytics." + name, value);
  }

  /** Moves to the next row, whose fields are read in order; false at the end. */
  boolean next() throws SQLException {
    byte @Nullable [] bytes = copy.readFromCopy();
    if (bytes == null) {
      return false;
    }
    row = ByteBuffer.wrap(bytes);
    if (bytes.length > HEADER && bytes[0] == FIRST_OF_HEADER) {
      row.position(HEADER);
    }
    // the last message is a trailer; the copy ends after it
    return row.getShort() >= 0 || next();
  }

  /** The bytes of the row, including all fields. */
  byte[] bytes() {
    return row.array();
  }

  int integer() {
    row.getInt();
    return row.getInt();
  }

  /**
   * Skips a field.
   *
   * @return its length, -1 for null; it ends at the row's position
   */
  int skip() {
    var length = row.getInt();
    if (length > 0) {
      row.position(row.position() + length);
    }
    return length;
  }

  int position() {
    return row.position();
  }

  /** The offset of each element of an array, -1 for null. */
  int[] elements() {
    var end = row.getInt() + row.position();
    var dimensions = row.getInt();
    row.position(row.position() + 8);
    if (dimensions == 0) {
      row.position(end);
      return new int[0];
    }
    var offsets = new int[row.getInt()];
    row.getInt();
    for (var i = 0; i < offsets.length; i++) {
      var length = row.getInt();
      offsets[i] = length < 0 ? -1 : row.position();
      row.position(row.position() + Math.max(0, length));
    }
    return offsets;
  }

  /** A numeric as the nearest double. */
  static double real(byte[] row, int offset) {
    var numeric = ByteBuffer.wrap(row, offset, row.length - offset);
    var digits = numeric.getShort();
    var weight = numeric.getShort();
    numeric.getInt();
    var value = 0.0;
    for (var i = 0; i < digits; i++) {
      value += numeric.getShort() * Math.pow(10_000, weight - i);
    }
    return value;
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
