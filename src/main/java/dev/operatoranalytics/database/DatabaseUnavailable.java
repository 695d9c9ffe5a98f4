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

  private static final long serialVersionUID = 1L;

  public DatabaseUnavailable(String message) {
    this(message, null);
  }

  public DatabaseUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Logs a failure, with its stack trace unless the database can serve later. */
  public static void log(Logger log, String message, Exception failure) {
    if (failure instanceof DatabaseUnavailable || outage(failure).isPresent()) {
      log.error("{}: {}", message, String.valueOf(failure.getMessage()).replace('\n', ' '));
    } else {
      log.error(message, failure);
    }
  }

  /** The error of a database that cannot serve now but can later, such as one on a full disk. */
  public static Optional<SQLException> outage(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && OUTAGES.stream().anyMatch(sql.getSQLState()::startsWith)) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }
}
