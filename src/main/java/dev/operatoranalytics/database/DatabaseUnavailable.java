package dev.operatoranalytics.database;

import org.jspecify.annotations.Nullable;

/** A database cannot be used; the message is one line that says what to do next. */
public final class DatabaseUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseUnavailable(String message) {
    this(message, null);
  }

  public DatabaseUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
