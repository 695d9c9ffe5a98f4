package dev.operatoranalytics.metadata;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the metadata update at an interval while a server runs, if {@code metadata.is-fetched} is
 * set.
 */
@Singleton
@Requires(property = "metadata.is-fetched", value = "true")
@Requires(property = "metadata.is-scheduled", value = "true")
class MetadataSchedule {
  private static final Logger log = LoggerFactory.getLogger(MetadataSchedule.class);

  private final MetadataUpdate update;

  MetadataSchedule(MetadataUpdate update) {
    this.update = update;
  }

  @Scheduled(
      initialDelay = "10s",
      fixedDelay = "${metadata.every:5m}",
      scheduler = TaskExecutors.SCHEDULED)
  void run() {
    try {
      update
          .run(log::info)
          .filter(result -> result.fetched() + result.failed() > 0)
          .ifPresent(
              result ->
                  log.info(
                      "metadata fetched={} changed={} failed={}",
                      result.fetched(),
                      result.changed(),
                      result.failed()));
    } catch (IOException | SQLException | RuntimeException e) {
      log.error("metadata update failed; it will be retried", e);
    }
  }
}
