package dev.operatoranalytics.api.epoch;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Rows as PostgreSQL's binary copy hands them over, one at a time. */
final class BinaryCopy implements AutoCloseable {
  private static final int HEADER = 19;
  private static final byte FIRST_OF_HEADER = 'P';

  private final CopyOut copy;
  private ByteBuffer row = ByteBuffer.allocate(0);

  /**
   * @param select takes no parameters: what it needs was {@link #set} before
   */
  BinaryCopy(Connection connection, String select) throws SQLException {
    copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("copy (" + select + ") to stdout (format binary)");
  }

  /** A setting for the rest of the transaction; {@code copy} takes no bind parameters. */
  static void set(Connection connection, String name, String value) throws SQLException {
    try (var statement = connection.prepareStatement("select set_config(?, ?, true)")) {
      statement.setString(1, "operator_analytics." + name);
      statement.setString(2, value);
      statement.execute();
    }
  }

  /** Whether there is another row, of which the fields are read from the first to the last. */
  boolean next() throws SQLException {
    byte @Nullable [] bytes = copy.readFromCopy();
    if (bytes == null) {
      return false;
    }
    row = ByteBuffer.wrap(bytes);
    if (bytes.length > HEADER && bytes[0] == FIRST_OF_HEADER) {
      row.position(HEADER);
    }
    // the last message is no row, and only behind it the copy has ended
    return row.getShort() >= 0 || next();
  }

  /** The whole row; fields begin and end within it. */
  byte[] bytes() {
    return row.array();
  }

  int integer() {
    row.getInt();
    return row.getInt();
  }

  /**
   * Steps over a field.
   *
   * @return how long it is, -1 for null; it ends where the row then stands
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

  /** Where each element of an array begins, -1 for null. */
  int[] elements() {
    var end = row.getInt() + row.position();
    var dimensions = row.getInt();
    row.position(row.position() + 8);
    if (dimensions == 0) {
      row.position(end);
      return new int[0];
    }
    var places = new int[row.getInt()];
    row.getInt();
    for (var i = 0; i < places.length; i++) {
      var length = row.getInt();
      places[i] = length < 0 ? -1 : row.position();
      row.position(row.position() + Math.max(0, length));
    }
    return places;
  }

  /** A numeric, as near as a double comes to it. */
  static double real(byte[] row, int place) {
    var numeric = ByteBuffer.wrap(row, place, row.length - place);
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
