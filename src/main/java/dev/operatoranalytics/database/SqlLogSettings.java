package dev.operatoranalytics.database;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * @param sql which statements are logged
 */
@ConfigurationProperties("logging")
public record SqlLogSettings(@Bindable(defaultValue = "ERRORS") Statements sql) {

  /** The statements to log. */
  public enum Statements {
    OFF,
    ERRORS,
    ALL
  }
}
