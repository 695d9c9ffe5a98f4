package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DatabaseUnavailableTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(DatabaseUnavailableTest.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void an_outage_is_logged_in_one_line() {
    var stopped = new SQLException("FATAL: shutting down\n  Hint: wait", "57P01");

    DatabaseUnavailable.log(logger, "run=1 failed", new IllegalStateException("cut", stopped));
    DatabaseUnavailable.log(logger, "run=1 failed", stopped);
    DatabaseUnavailable.log(logger, "run=2 failed", new DatabaseUnavailable("newer tables"));

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "run=1 failed: FATAL: shutting down Hint: wait",
            "run=1 failed: FATAL: shutting down Hint: wait",
            "run=2 failed: newer tables");
    assertThat(log.list).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
  }

  @Test
  void a_connection_that_the_pool_closed_is_an_outage() {
    var closed = new SQLException("Connection is closed");

    assertThat(DatabaseUnavailable.outage(new IllegalStateException(closed))).contains(closed);
    assertThat(DatabaseUnavailable.outage(new SQLException("no state"))).isEmpty();
  }

  @Test
  void another_failure_has_its_stack_trace() {
    DatabaseUnavailable.log(logger, "run=1 failed", new SQLException("no such table", "42P01"));

    assertThat(log.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage()).isEqualTo("run=1 failed");
              assertThat(line.getThrowableProxy().getMessage()).isEqualTo("no such table");
            });
  }
}
