package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.operatoranalytics.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoggedLinesTest {
  @RegisterExtension final CapturedLog log = new CapturedLog(OperatorAnalytics.class);

  @Test
  void each_line_with_text_is_logged() {
    try (var out = LoggedLines.stream()) {
      out.printf("%nOne é%n  two%n");
      out.print("thr");
      out.println("ee");
    }

    assertThat(log.events())
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("One é", "two", "three");
  }

  @Test
  void a_last_line_without_a_line_break_is_logged_at_the_end() {
    try (var out = LoggedLines.stream()) {
      out.print("half");
      assertThat(log.events()).isEmpty();
    }

    assertThat(log.events()).extracting(ILoggingEvent::getFormattedMessage).containsExactly("half");
  }
}
