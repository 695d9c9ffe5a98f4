package dev.operatoranalytics.api.document;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;

/**
 * A version that grows with each commit, cached for {@code operator-analytics.api.version-poll}:
 * commits of other replicas are seen no later than that.
 */
public final class LatestVersion {
  private final TransactionOperations<Connection> transactions;
  private final JdbcOperations jdbc;
  private final Duration poll;
  private final String select;
  private volatile Seen seen = new Seen(-1, 0);

  private record Seen(long version, long atNanos) {}

  private LatestVersion(
      TransactionOperations<Connection> transactions,
      JdbcOperations jdbc,
      Duration poll,
      String select) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.poll = poll;
    this.select = select;
  }

  @Factory
  static final class Versions {
    private final TransactionOperations<Connection> transactions;
    private final JdbcOperations jdbc;
    private final Duration poll;

    Versions(
        @Named("api") TransactionOperations<Connection> transactions,
        @Named("api") JdbcOperations jdbc,
        ApiSettings settings) {
      this.transactions = transactions;
      this.jdbc = jdbc;
      this.poll = settings.versionPoll();
    }

    /** The version of all data. */
    @Singleton
    @Primary
    LatestVersion data() {
      return new LatestVersion(transactions, jdbc, poll, "select version from data_version");
    }

    /** The version of epochs and what is derived from them only. */
    @Singleton
    @Named("epochs")
    LatestVersion epochs() {
      return new LatestVersion(
          transactions, jdbc, poll, "select coalesce(max(version), 0) from epochs");
    }
  }

  /** The cached version; reads it when the cache is too old. */
  public long get() {
    var known = seen;
    if (known.version() >= 0 && System.nanoTime() - known.atNanos() < poll.toNanos()) {
      return known.version();
    }
    long version = Objects.requireNonNull(transactions.executeRead(status -> read()));
    seen = new Seen(version, System.nanoTime());
    return version;
  }

  /** Reads it in the current transaction. */
  public long read() {
    return jdbc.prepareStatement(
        select,
        statement -> {
          try (var row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /** Caches a version that a request has just read. */
  void observe(long version) {
    if (version >= seen.version()) {
      seen = new Seen(version, System.nanoTime());
    }
  }
}
