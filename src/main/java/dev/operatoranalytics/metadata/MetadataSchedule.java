package dev.operatoranalytics.metadata;

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

/** Fetches published documents on schedule when this is switched on. */
@Factory
@Requires(property = "metadata.is-fetched", value = "true")
class MetadataSchedule {
  private static final Logger log = LoggerFactory.getLogger(MetadataSchedule.class);

  @Singleton
  @Named("metadata")
  Schedule metadata(MetadataUpdate update, ScheduleSettings settings) {
    return Schedule.of("metadata", settings.metadata(), () -> run(update));
  }

  private static TickOutcome run(MetadataUpdate update) throws SQLException, IOException {
    var result = update.run(log::info);
    if (result.isEmpty()) {
      return TickOutcome.waiting("another run is under way");
    }
    if (result.get().fetched() + result.get().failed() > 0) {
      log.info(
          "metadata fetched={} changed={} failed={}",
          result.get().fetched(),
          result.get().changed(),
          result.get().failed());
    }
    return TickOutcome.DONE;
  }
}
