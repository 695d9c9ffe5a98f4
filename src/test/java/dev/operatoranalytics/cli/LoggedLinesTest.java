package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggedLinesTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(OperatorAnalytics.class);
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
  void each_line_with_text_is_logged() {
    try (var out = LoggedLines.stream()) {
      out.printf("%nOne é%n  two%n");
      out.print("thr");
      out.println("ee");
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("One é", "two", "three");
  }

  @Test
  void a_last_line_without_a_line_break_is_logged_at_the_end() {
    try (var out = LoggedLines.stream()) {
      out.print("half");
      assertThat(log.list).isEmpty();
    }

    assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("half");
  }
}
