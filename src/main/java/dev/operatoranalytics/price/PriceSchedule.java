package dev.operatoranalytics.price;

import dev.operatoranalytics.pipeline.schedule.Schedule;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import dev.operatoranalytics.pipeline.schedule.ScheduleSettings;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** Reads prices on schedule when a source is named. */
@Factory
@Requires(property = "prices.sources")
class PriceSchedule {

  @Singleton
  @Named("prices")
  Schedule prices(PriceUpdate update, ScheduleSettings settings) {
    return Schedule.of("prices", settings.prices(), () -> run(update));
  }

  private static TickOutcome run(PriceUpdate update) throws SQLException {
    var result = update.run();
    return result.isEmpty() ? TickOutcome.waiting("another run is under way") : TickOutcome.DONE;
  }
}
