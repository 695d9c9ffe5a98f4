package dev.operatoranalytics;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Provides the clock of the program; tests replace it. */
@Factory
final class Clocks {

  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
