package dev.operatoranalytics.api.http;

import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/**
 * Reads with a timeout of 2 s, for health and metrics, which must report soon that the database
 * does not answer. They use the API's pool, so they meet the same conditions as requests.
 */
@Singleton
public final class PromptReads {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final DataSource api;

  PromptReads(@Named("api") DataSource api, DataSourceResolver plain) {
    this.api = plain.resolve(api);
  }

  /** Reads a value from a connection. */
  public interface PromptRead<T> {
    public T read(Connection connection) throws SQLException;
  }

  public <T> T read(PromptRead<T> reading) throws SQLException {
    var task =
        new FutureTask<>(
            () -> {
              try (var connection = api.getConnection()) {
                return reading.read(connection);
              }
            });
    Thread.startVirtualThread(task);
    try {
      return task.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new SQLTimeoutException("no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SQLException because ? because : new SQLException(e.getCause());
    } finally {
      task.cancel(true);
    }
  }
}
