package dev.operatoranalytics.api.http;

import dev.operatoranalytics.database.Sql;
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
 * Reports readiness: whether a connection of the API's pool answers in time. It is not part of
 * liveness, because a restart would find the same database.
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
    return Mono.fromCallable(this::check).subscribeOn(Schedulers.boundedElastic());
  }

  private HealthResult check() {
    var result = HealthResult.builder("database");
    try {
      reads.read(
          connection -> {
            return !Sql.list(connection, "select version from data_version", row -> true).isEmpty();
          });
      report(true, "answers again");
      return result.status(HealthStatus.UP).build();
    } catch (SQLException e) {
      report(false, String.valueOf(e.getMessage()));
      return result.status(HealthStatus.DOWN).build();
    }
  }

  /** Logs changes only, because probes come every few seconds. */
  private void report(boolean up, String message) {
    if (isUp != up) {
      isUp = up;
      log.warn("ready={} database: {}", up, message);
    }
  }
}
