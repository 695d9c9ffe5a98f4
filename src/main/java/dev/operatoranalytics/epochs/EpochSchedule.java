package dev.operatoranalytics.epochs;

import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.schedule.Schedule;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import dev.operatoranalytics.pipeline.schedule.ScheduleSettings;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Imports new epochs on schedule when a source is configured. */
@Factory
@Requires(property = "epochs.source")
class EpochSchedule {
  private static final Logger log = LoggerFactory.getLogger(EpochSchedule.class);

  @Singleton
  @Named("epochs")
  Schedule epochs(EpochUpdate update, ScheduleSettings settings) {
    return Schedule.of("epochs", settings.epochs(), () -> run(update));
  }

  private static TickOutcome run(EpochUpdate update) throws SQLException, IOException {
    try {
      var result = update.run(Run.Trigger.SCHEDULE, (documents, part) -> {}, log::warn);
      if (result.inserted() + result.replaced() > 0) {
        log.info(
            "epochs inserted={} replaced={} issues={}",
            result.inserted(),
            result.replaced(),
            result.issues());
      }
      return TickOutcome.DONE;
    } catch (SourceFailed e) {
      // the message names the place in the source; a stack trace of ours adds nothing
      log.error("epochs cannot be updated; the next tick tries again: {}", e.getMessage());
      return TickOutcome.waiting(String.valueOf(e.getMessage()));
    } catch (EpochUpdate.EpochUpdateSkipped e) {
      return TickOutcome.waiting(String.valueOf(e.getMessage()));
    }
  }
}
