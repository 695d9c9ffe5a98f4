package dev.operatoranalytics.epochs;

import dev.operatoranalytics.pipeline.Run;
import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Imports new epochs at an interval while a server runs. */
@Singleton
@Requires(property = "epochs.source")
@Requires(property = "epochs.is-scheduled", value = "true")
class EpochSchedule {
  private static final Logger log = LoggerFactory.getLogger(EpochSchedule.class);

  private final EpochUpdate update;

  EpochSchedule(EpochUpdate update) {
    this.update = update;
  }

  @Scheduled(
      initialDelay = "1s",
      fixedDelay = "${epochs.every:5m}",
      scheduler = TaskExecutors.SCHEDULED)
  void run() {
    try {
      var result = update.run(Run.Trigger.SCHEDULE, (documents, part) -> {}, log::warn);
      if (result.inserted() + result.replaced() > 0) {
        log.info(
            "epochs inserted={} replaced={} issues={}",
            result.inserted(),
            result.replaced(),
            result.issues());
      }
    } catch (SourceFailed e) {
      // the source is external: its message says more than our stack trace
      log.error("epoch update failed; it will be retried: {}", e.getMessage());
    } catch (IOException | SQLException | RuntimeException e) {
      log.error("epoch update failed; it will be retried", e);
    } catch (EpochUpdate.EpochUpdateSkipped e) {
      log.debug("{}", e.getMessage());
    }
  }
}
