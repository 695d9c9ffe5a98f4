package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.ReadVersion;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.http.HttpStatus;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A version that grows with each commit, cached for {@code operator-analytics.api.version-poll}:
 * commits of other replicas are seen no later than that.
 */
public final class LatestVersion {
  /** Age of the version that a waiting request accepts; all that wait share one read. */
  private static final Duration WAIT_POLL = Duration.ofMillis(50);

  private final TransactionOperations<Connection> transactions;
  private final JdbcOperations jdbc;
  private final Duration poll;
  private final String select;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Seen seen;

  private record Seen(ReadVersion version, boolean isBehind, long atNanos) {
    private boolean isYoungerThan(Duration age) {
      return System.nanoTime() - atNanos < age.toNanos();
    }
  }

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
      return new LatestVersion(
          transactions,
          jdbc,
          poll,
          "select version, epoch, standby_lag_seconds() > 0 from data_version");
    }

    /** The version of epochs and what is derived from them only. */
    @Singleton
    @Named("epochs")
    LatestVersion epochs() {
      return new LatestVersion(
          transactions,
          jdbc,
          poll,
          "select (select coalesce(max(version), 0) from epochs), epoch,"
              + " standby_lag_seconds() > 0 from data_version");
    }
  }

  /** The cached version; reads it when the cache is too old. */
  public ReadVersion get() {
    return get(poll).version();
  }

  /** Whether the database is a standby that may lack commits of its primary. */
  public boolean isBehind() {
    return get(poll).isBehind();
  }

  private Seen get(Duration age) {
    var known = seen;
    if (known != null && known.isYoungerThan(age)) {
      return known;
    }
    var found = Objects.requireNonNull(transactions.executeRead(status -> readSeen()));
    seen = found;
    return found;
  }

  /**
   * Waits until the database has this version, which a standby replays later than its primary.
   *
   * @throws RequestRejected after the timeout
   */
  public void await(long min, Duration timeout) {
    var end = System.nanoTime() + timeout.toNanos();
    var version = get();
    try {
      while (version.number() < min) {
        if (System.nanoTime() - end > 0) {
          throw notReached(min, version);
        }
        Thread.sleep(WAIT_POLL);
        // requests that wait read one after the other, so the first one reads for all
        reading.lockInterruptibly();
        try {
          version = get(WAIT_POLL).version();
        } finally {
          reading.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notReached(min, version);
    }
  }

  /** Rejects a response that was read from an older version than the client asked for. */
  public static RequestRejected notReached(long min, ReadVersion version) {
    return RequestRejected.later(
        HttpStatus.SERVICE_UNAVAILABLE,
        ErrorCode.VERSION_NOT_REACHED,
        "the database has version %s, not yet %s".formatted(version.number(), min));
  }

  /** Reads it in the current transaction. */
  public ReadVersion read() {
    return readSeen().version();
  }

  private Seen readSeen() {
    return jdbc.prepareStatement(
        select,
        statement -> {
          try (var row = statement.executeQuery()) {
            row.next();
            return new Seen(
                new ReadVersion(row.getLong(2), row.getLong(1)),
                row.getBoolean(3),
                System.nanoTime());
          }
        });
  }

  /** Caches a version that a request has just read. */
  void observe(ReadVersion version, @Nullable Double lag) {
    var known = seen;
    // another epoch may be an older one, from a server that is not the primary any more
    if (known != null && version.contains(known.version())) {
      seen = new Seen(version, lag != null && lag > 0, System.nanoTime());
    }
  }
}
