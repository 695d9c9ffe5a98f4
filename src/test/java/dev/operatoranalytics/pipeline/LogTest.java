package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusUtil;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.SqlLogSettings;
import dev.operatoranalytics.database.SqlLogSettings.Statements;
import dev.operatoranalytics.database.SqlWatch;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import io.micronaut.jdbc.DataSourceResolver;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Content and format of the log. */
class LogTest {
  private static final List<String> LOGGERS = List.of("sql", "dev.operatoranalytics.pipeline");

  @AutoClose private static final Tables tables = new Tables();

  private final ListAppender<ILoggingEvent> lines =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent line) {
          // captures the current thread and context
          line.prepareForDeferredProcessing();
          super.append(line);
        }
      };

  @BeforeEach
  void listen() {
    lines.start();
    for (var name : LOGGERS) {
      var logger = (Logger) LoggerFactory.getLogger(name);
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(lines);
    }
  }

  @AfterEach
  void listenNoMore() {
    for (var name : LOGGERS) {
      var logger = (Logger) LoggerFactory.getLogger(name);
      logger.setLevel(null);
      logger.setAdditive(true);
      logger.detachAppender(lines);
    }
  }

  @ParameterizedTest
  @CsvSource({"OFF, 0, 0", "ERRORS, 1, 0", "ALL, 1, 1"})
  void statements_are_logged_as_configured(Statements logged, int failed, int others)
      throws Exception {
    try (var connection = watched(logged).getConnection();
        var statement = connection.createStatement()) {
      statement.execute("select\n    1 as one");
      assertThatThrownBy(() -> statement.execute("select nothing from nowhere"))
          .isInstanceOf(SQLException.class);
    }

    var messages = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(messages.stream().filter(line -> line.contains("state=42P01"))).hasSize(failed);
    assertThat(messages.stream().filter(line -> line.endsWith("select 1 as one"))).hasSize(others);
  }

  @Test
  void lines_are_json_on_request_with_run_asset_and_day() throws Exception {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | bob       | stETH       | 5      | INCREASED  | 100
        """);
    refuseRowsOf("operator_strategy_shares");
    new StateUpdate(
            Tables.source(tables.eventsUrl()),
            watched(Statements.ERRORS),
            DataSourceResolver.DEFAULT,
            Tables.settings(3, 0),
            Clock.fixed(Tables.NOW, ZoneOffset.UTC))
        .run(false, Run.Trigger.COMMAND, (done, of) -> {});
    acceptRowsOf("operator_strategy_shares");
    refuseRowsOf("network_daily_aggregates");
    var day = LocalDate.parse("2024-01-01");
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        nobody    | stETH       | 1      | 8000
        """);
    tables.snapshots().run(day, day, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});

    var json = as("json");
    assertThat(line(json, "state=23514"))
        .contains("\"level\":\"WARN\"", "\"asset\":\"operator_strategy_shares\"", "\"run\":\"");
    assertThat(line(json, "operator alice cannot be rebuilt")).contains("\"run\":\"");
    assertThat(line(json, "day 2024-01-01 cannot be taken"))
        .contains("\"day\":\"2024-01-01\"", "\"run\":\"");
  }

  private String line(Encoder<ILoggingEvent> json, String part) {
    return new String(
        json.encode(
            lines.list.stream()
                .filter(each -> each.getFormattedMessage().contains(part))
                .findFirst()
                .orElseThrow(() -> new AssertionError(part + " is not among " + lines.list))),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void each_log_format_is_configured_without_a_warning(String format) throws Exception {
    assertThat(as(format)).isNotNull();
  }

  /**
   * The encoder of a {@code LOGGING_FORMAT}; checks for warnings, which every command would print.
   */
  private static Encoder<ILoggingEvent> as(String format) throws Exception {
    var logging = new LoggerContext();
    logging.putProperty("LOGGING_FORMAT", format);
    var configurator = new JoranConfigurator();
    configurator.setContext(logging);
    configurator.doConfigure("src/main/resources/logback.xml");
    var appenders = logging.getLogger("ROOT").iteratorForAppenders();
    var encoder = ((OutputStreamAppender<ILoggingEvent>) appenders.next()).getEncoder();
    assertThat(appenders.hasNext()).isFalse();
    assertThat(new StatusUtil(logging).getHighestLevel(0)).isLessThan(Status.WARN);
    return encoder;
  }

  private static DataSource watched(Statements logged) {
    return new SqlWatch(new SqlLogSettings(logged)).watch(Tables.source(tables.stateUrl()));
  }

  private static void refuseRowsOf(String table) throws SQLException {
    execute("alter table %s add constraint refused check (false) not valid".formatted(table));
  }

  private static void acceptRowsOf(String table) throws SQLException {
    execute("alter table %s drop constraint refused".formatted(table));
  }

  private static void execute(String sql) throws SQLException {
    Sql.update(tables.state(), sql);
  }
}
