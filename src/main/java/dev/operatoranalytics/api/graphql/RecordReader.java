package dev.operatoranalytics.api.graphql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes records of rows, the columns being the components' names in snake case. */
final class RecordReader<T> {
  private static final Map<Class<?>, Cell> CELLS =
      Map.ofEntries(
          Map.entry(String.class, ResultSet::getString),
          Map.entry(BigDecimal.class, ResultSet::getBigDecimal),
          Map.entry(BigInteger.class, RecordReader::bigInteger),
          Map.entry(int.class, ResultSet::getInt),
          Map.entry(Integer.class, (row, column) -> orNull(row, row.getInt(column))),
          Map.entry(long.class, ResultSet::getLong),
          Map.entry(Long.class, (row, column) -> orNull(row, row.getLong(column))),
          Map.entry(double.class, ResultSet::getDouble),
          Map.entry(Double.class, (row, column) -> orNull(row, row.getDouble(column))),
          Map.entry(boolean.class, ResultSet::getBoolean),
          Map.entry(Boolean.class, (row, column) -> orNull(row, row.getBoolean(column))),
          Map.entry(Instant.class, RecordReader::instant),
          Map.entry(LocalDate.class, (row, column) -> row.getObject(column, LocalDate.class)));

  private final MethodHandle constructor;
  private final String[] columns;
  private final Cell[] cells;

  /** Reads one value of a row. */
  private interface Cell {
    @Nullable Object read(ResultSet row, int column) throws SQLException;
  }

  /** The rows of one answer, whose columns have their places. */
  final class Answer {
    private final ResultSet rows;
    private final int[] places = new int[columns.length];

    private Answer(ResultSet rows) throws SQLException {
      this.rows = rows;
      for (var i = 0; i < columns.length; i++) {
        places[i] = rows.findColumn(columns[i]);
      }
    }

    @SuppressWarnings("unchecked") // the constructor is that of T
    T read() throws SQLException {
      var values = new @Nullable Object[columns.length];
      for (var i = 0; i < values.length; i++) {
        values[i] = cells[i].read(rows, places[i]);
      }
      try {
        return (T) constructor.invokeExact(values);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot make a record of a row", e);
      }
    }
  }

  private RecordReader(MethodHandle constructor, String[] columns, Cell[] cells) {
    this.constructor = constructor;
    this.columns = columns;
    this.cells = cells;
  }

  /** Empty when a component is not of a plain type. */
  static <T> Optional<RecordReader<T>> of(Class<T> type) {
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    if (!CELLS.keySet().containsAll(Arrays.asList(types))) {
      return Optional.empty();
    }
    try {
      var constructor =
          MethodHandles.privateLookupIn(type, MethodHandles.lookup())
              .findConstructor(type, MethodType.methodType(void.class, types))
              .asSpreader(Object[].class, types.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
      return Optional.of(
          new RecordReader<>(
              constructor,
              Arrays.stream(components)
                  .map(component -> Listing.snakeCase(component.getName()))
                  .toArray(String[]::new),
              Arrays.stream(types).map(CELLS::get).toArray(Cell[]::new)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type, e);
    }
  }

  Answer over(ResultSet rows) throws SQLException {
    return new Answer(rows);
  }

  private static <V> @Nullable V orNull(ResultSet row, V value) throws SQLException {
    return row.wasNull() ? null : value;
  }

  private static @Nullable BigInteger bigInteger(ResultSet row, int column) throws SQLException {
    var number = row.getBigDecimal(column);
    return number == null ? null : number.toBigIntegerExact();
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
