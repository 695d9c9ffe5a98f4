package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.CapturedLog;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DelayedStartTest {
  private final SQLException fullDisk = new SQLException("no space", "53100");
  private final SQLException noTable = new SQLException("no such table", "42P01");

  @RegisterExtension final CapturedLog log = new CapturedLog(DelayedStart.class);
  private final Queue<SQLException> errors = new ArrayDeque<>();
  private int tries;
  private final DelayedStart start = new DelayedStart("runs", this::step);

  @Test
  void nothing_starts_before_it_is_asked_to() {
    assertThat(start.isStarted()).isFalse();
    assertThat(tries).isZero();
  }

  @Test
  void it_starts_once() throws SQLException {
    start.begin();
    start.begin();

    assertThat(start.isStarted()).isTrue();
    assertThat(tries).isEqualTo(1);
    assertThat(lines()).isEmpty();
  }

  @Test
  void an_outage_delays_it_until_the_outage_is_over() throws SQLException {
    errors.addAll(List.of(fullDisk, fullDisk));
    start.begin();

    assertThat(start.isStarted()).isFalse();
    assertThat(start.isStarted()).isTrue();
    assertThat(lines())
        .containsExactly(
            "WARN runs begin when the database accepts writes: no space",
            "INFO the database accepts writes; runs begin");
  }

  @Test
  void another_error_is_thrown() {
    errors.add(noTable);

    assertThatThrownBy(start::begin).isSameAs(noTable);
    assertThat(start.isStarted()).isFalse();
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void an_error_that_lasts_after_an_outage_is_logged_once() throws SQLException {
    errors.addAll(List.of(fullDisk, noTable, noTable));
    start.begin();

    assertThat(start.isStarted()).isFalse();
    assertThat(start.isStarted()).isFalse();
    assertThat(start.isStarted()).isTrue();
    assertThat(lines())
        .containsExactly(
            "WARN runs begin when the database accepts writes: no space",
            "ERROR runs cannot begin: no such table",
            "INFO the database accepts writes; runs begin");
  }

  private void step() throws SQLException {
    tries++;
    @Nullable SQLException error = errors.poll();
    if (error != null) {
      throw error;
    }
  }

  private List<String> lines() {
    return log.events().stream()
        .map(line -> line.getLevel() + " " + line.getFormattedMessage())
        .toList();
  }
}
