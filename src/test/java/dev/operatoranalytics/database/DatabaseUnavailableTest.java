package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.operatoranalytics.CapturedLog;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseUnavailableTest {
  @RegisterExtension final CapturedLog log = new CapturedLog(DatabaseUnavailableTest.class);

  @Test
  void an_outage_is_logged_in_one_line() {
    var stopped = new SQLException("FATAL: shutting down\n  Hint: wait", "57P01");

    DatabaseUnavailable.log(
        log.logger(), "run=1 failed", new IllegalStateException("cut", stopped));
    DatabaseUnavailable.log(log.logger(), "run=1 failed", stopped);
    DatabaseUnavailable.log(log.logger(), "run=2 failed", new DatabaseUnavailable("newer tables"));

    assertThat(log.events())
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "run=1 failed: FATAL: shutting down Hint: wait",
            "run=1 failed: FATAL: shutting down Hint: wait",
            "run=2 failed: newer tables");
    assertThat(log.events()).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
  }

  @Test
  void a_connection_that_the_pool_closed_is_an_outage() {
    var closed = new SQLException("Connection is closed");

    assertThat(DatabaseUnavailable.outage(new IllegalStateException(closed))).contains(closed);
    assertThat(DatabaseUnavailable.outage(new SQLException("no state"))).isEmpty();
  }

  @Test
  void another_failure_has_its_stack_trace() {
    DatabaseUnavailable.log(
        log.logger(), "run=1 failed", new SQLException("no such table", "42P01"));

    assertThat(log.events())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage()).isEqualTo("run=1 failed");
              assertThat(line.getThrowableProxy().getMessage()).isEqualTo("no such table");
            });
  }
}
