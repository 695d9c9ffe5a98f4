package dev.operatoranalytics.database;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * @param sql which statements stand in the log
 */
@ConfigurationProperties("logging")
public record SqlLogSettings(@Bindable(defaultValue = "ERRORS") Statements sql) {

  /** Some of all statements. */
  public enum Statements {
    OFF,
    ERRORS,
    ALL
  }
}
