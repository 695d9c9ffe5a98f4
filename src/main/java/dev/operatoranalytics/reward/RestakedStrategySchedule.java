package dev.operatoranalytics.reward;

import dev.operatoranalytics.pipeline.schedule.Schedule;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import dev.operatoranalytics.pipeline.schedule.ScheduleSettings;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** Asks for restaked strategies on schedule when a node is configured. */
@Factory
@Requires(property = "chain.rpc-url")
class RestakedStrategySchedule {

  @Singleton
  @Named("restaked-strategies")
  Schedule restakedStrategies(RestakedStrategies strategies, ScheduleSettings settings) {
    return Schedule.of("restaked-strategies", settings.restakedStrategies(), () -> run(strategies));
  }

  private static TickOutcome run(RestakedStrategies strategies) throws SQLException {
    var result = strategies.run();
    return result.isEmpty() ? TickOutcome.waiting("another run is under way") : TickOutcome.DONE;
  }
}
