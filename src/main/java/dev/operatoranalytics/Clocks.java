package dev.operatoranalytics;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The time that the program goes by; tests hold their own. */
@Factory
final class Clocks {

  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
