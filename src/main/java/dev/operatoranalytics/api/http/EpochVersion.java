package dev.operatoranalytics.api.http;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;

/**
 * The version of all that is told of epochs. Read at most once in {@code version_poll_ms}, so a
 * request rarely waits for it, and nothing older than that is served.
 */
@Singleton
public class EpochVersion {
  private final TransactionOperations<Connection> transactions;
  private final JdbcOperations jdbc;
  private final long validNanos;
  private long readAt;
  private long version = -1;

  EpochVersion(
      @Named("api") TransactionOperations<Connection> transactions,
      @Named("api") JdbcOperations jdbc,
      SpoolSettings settings) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.validNanos = Duration.ofMillis(settings.versionPollMs()).toNanos();
  }

  public synchronized long current() {
    var now = System.nanoTime();
    if (version < 0 || now - readAt >= validNanos) {
      version = Objects.requireNonNull(transactions.executeRead(status -> read()));
      readAt = now;
    }
    return version;
  }

  /** As the transaction under way sees it. */
  public long read() {
    return jdbc.prepareStatement(
        "select coalesce(max(version), 0) from epochs",
        statement -> {
          try (var row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }
}
