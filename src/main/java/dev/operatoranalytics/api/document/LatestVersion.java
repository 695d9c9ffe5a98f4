package dev.operatoranalytics.api.document;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The newest data version that this replica knows of; it looks again when that is too long ago. */
@Singleton
public class LatestVersion {
  private final JdbcOperations jdbc;
  private final Duration poll;
  private volatile Seen seen = new Seen(-1, 0);

  private record Seen(long version, long atNanos) {}

  LatestVersion(@Named("api") JdbcOperations jdbc, ApiSettings settings) {
    this.jdbc = jdbc;
    this.poll = settings.versionPoll();
  }

  @Connectable("api")
  public long get() {
    var known = seen;
    if (known.version() >= 0 && System.nanoTime() - known.atNanos() < poll.toNanos()) {
      return known.version();
    }
    var version =
        jdbc.prepareStatement(
            "select version from data_version",
            statement -> {
              try (var row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
              }
            });
    seen = new Seen(version, System.nanoTime());
    return version;
  }

  /** Tells what a request has just read. */
  void saw(long version) {
    if (version >= seen.version()) {
      seen = new Seen(version, System.nanoTime());
    }
  }
}
