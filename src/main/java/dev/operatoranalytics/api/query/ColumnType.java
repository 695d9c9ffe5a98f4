package dev.operatoranalytics.api.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL type of a column. */
public enum ColumnType {
  TEXT("text"),
  TEXTS("text[]"),
  /** A text of a closed set; an enum of the schema lists the values. */
  ENUM("text"),
  BOOLEAN("boolean"),
  INTEGER("integer"),
  BIGINT("bigint"),
  NUMERIC("numeric"),
  INSTANT("timestamptz"),
  DATE("date"),
  /** A text that already is JSON. */
  JSON("text");

  private final String sql;

  ColumnType(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }

  boolean isNumber() {
    return this == INTEGER || this == BIGINT || this == NUMERIC;
  }

  boolean isTime() {
    return this == INSTANT || this == DATE;
  }

  @Nullable Object read(ResultSet row, int index) throws SQLException {
    return switch (this) {
      case TEXT, ENUM, JSON -> row.getString(index);
      case TEXTS -> {
        var array = row.getArray(index);
        yield array == null ? null : List.of((Object[]) array.getArray());
      }
      case BOOLEAN -> row.getObject(index, Boolean.class);
      case INTEGER -> row.getObject(index, Integer.class);
      case BIGINT -> row.getObject(index, Long.class);
      case NUMERIC -> row.getBigDecimal(index);
      case INSTANT -> {
        var instant = row.getObject(index, OffsetDateTime.class);
        yield instant == null ? null : instant.toInstant();
      }
      case DATE -> row.getObject(index, LocalDate.class);
    };
  }
}
