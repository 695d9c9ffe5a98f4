package dev.operatoranalytics.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A database cannot be used; the message is one line that says what to do next. */
public final class DatabaseUnavailable extends RuntimeException {
  /** Out of disk, memory or connections; stopping or starting; unreachable. */
  private static final List<String> OUTAGES = List.of("53", "57P", "08");

  /** What HikariCP says, without a state, of a connection that it closed because it was broken. */
  private static final String CLOSED = "Connection is closed";

  private static final long serialVersionUID = 1L;

  public DatabaseUnavailable(String message) {
    this(message, null);
  }

  public DatabaseUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Logs a failure, with its stack trace unless the database can serve later. */
  public static void log(Logger log, String message, Exception failure) {
    var outage = outage(failure);
    if (outage.isEmpty() && !(failure instanceof DatabaseUnavailable)) {
      log.error(message, failure);
      return;
    }
    var reason = String.valueOf(outage.map(Throwable::getMessage).orElse(failure.getMessage()));
    log.error("{}: {}", message, reason.replaceAll("\\s*\\R\\s*", " "));
  }

  /** The error of a database that cannot serve now but can later, such as one on a full disk. */
  public static Optional<SQLException> outage(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isOutage(sql)) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }

  private static boolean isOutage(SQLException error) {
    return error.getSQLState() == null
        ? CLOSED.equals(error.getMessage())
        : OUTAGES.stream().anyMatch(error.getSQLState()::startsWith);
  }
}
