package dev.operatoranalytics.api.http;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whether questions can be answered: a connection of their pool answers in time. It says nothing of
 * liveness, for a new process would find the same database.
 */
@Singleton
@Readiness
final class DatabaseIndicator implements HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(DatabaseIndicator.class);

  private final PromptReads reads;
  private volatile boolean isUp = true;

  DatabaseIndicator(PromptReads reads) {
    this.reads = reads;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Mono.fromCallable(this::look).subscribeOn(Schedulers.boundedElastic());
  }

  private HealthResult look() {
    var result = HealthResult.builder("database");
    try {
      reads.read(
          connection -> {
            try (var statement = connection.createStatement();
                var row = statement.executeQuery("select version from data_version")) {
              return row.next();
            }
          });
      told(true, "answers again");
      return result.status(HealthStatus.UP).build();
    } catch (SQLException e) {
      told(false, String.valueOf(e.getMessage()));
      return result.status(HealthStatus.DOWN).build();
    }
  }

  /** Once for each change: probes come every few seconds. */
  private void told(boolean up, String message) {
    if (isUp != up) {
      isUp = up;
      log.warn("ready={} database: {}", up, message);
    }
  }
}
