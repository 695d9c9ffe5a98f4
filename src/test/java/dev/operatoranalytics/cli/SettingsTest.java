package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Databases;
import dev.operatoranalytics.database.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invalid setting is rejected by its name, and never replaced by its default. */
class SettingsTest {
  private static final ConnectionUrl URL = TestPostgres.fresh("analytics");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pipeline.max-operators-per-batch | abc | PIPELINE_MAX_OPERATORS_PER_BATCH is 'abc';"
            + " expected a whole number",
        "pipeline.max-operators-per-batch | 0 | PIPELINE_MAX_OPERATORS_PER_BATCH is 0; expected 1"
            + " or more",
        "pipeline.max-operators-per-batch | 99999999999 | PIPELINE_MAX_OPERATORS_PER_BATCH is"
            + " '99999999999'; expected a whole number",
        "pipeline.safety-buffer-blocks | -5 | PIPELINE_SAFETY_BUFFER_BLOCKS is -5; expected 0 or"
            + " more",
        "pipeline.feed-retention | never | PIPELINE_FEED_RETENTION is 'never'; expected a duration"
            + " such as 30s, 5m or 7d",
        "pipeline.volatility-windows | 7,x | PIPELINE_VOLATILITY_WINDOWS is '7,x'; expected a whole"
            + " number, or some with commas between",
        "pipeline.snapshot-hour-utc | 24 | PIPELINE_SNAPSHOT_HOUR_UTC is 24; expected 0 to 23",
        "schedules.state-update | every day | SCHEDULES_STATE_UPDATE is 'every day'; expected a"
            + " cron line of minute",
        "schedules.snapshots | 0 0 30 2 * | SCHEDULES_SNAPSHOTS is '0 0 30 2 *'; expected a cron"
            + " line of minute",
        "prices.sources | chainlink,oracle | PRICES_SOURCES names 'oracle'; expected chainlink,"
            + " defillama or coingecko, separated by commas",
        "prices.sources | coingecko | PRICES_SOURCES names coingecko, which needs a key; set"
            + " PRICES_COINGECKO_KEY",
        "schedules.prices | hourly | SCHEDULES_PRICES is 'hourly'; expected a cron line of minute",
        "schedules.every | often | SCHEDULES_EVERY is 'often'; expected a duration such as 30s, 5m"
            + " or 7d",
        "operator-analytics.limits.cost | lots | OPERATOR_ANALYTICS_LIMITS_COST is 'lots'; expected"
            + " a whole number",
        "operator-analytics.access.reading-needs-key | maybe |"
            + " OPERATOR_ANALYTICS_ACCESS_READING_NEEDS_KEY is 'maybe'; expected true or false",
        "operator-analytics.access.key-file | /none | OPERATOR_ANALYTICS_ACCESS_KEY_FILE is"
            + " '/none'; expected a file of keys",
        "operator-analytics.access.key-file | / | OPERATOR_ANALYTICS_ACCESS_KEY_FILE is '/';"
            + " expected a file of keys",
        "alerts.drop-after | soon | ALERTS_DROP_AFTER is 'soon'; expected a duration such as 30s,"
            + " 5m or 7d",
        "webhook.url | ftp://host/ | WEBHOOK_URL: the URL of a webhook is an http or https address",
        "epochs.domain-id | x | EPOCHS_DOMAIN_ID is 'x'; expected a whole number",
        "logging.sql | some | LOGGING_SQL is 'some'; expected [off, errors, all]"
      })
  void an_invalid_setting_is_rejected_by_name(String property, String value, String message) {
    assertThatThrownBy(() -> Session.open(SettingsTest::databases, Map.of(property, value)))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith(message);
  }

  private static Databases databases() {
    return Databases.open(
        Path.of("none"),
        Map.of("EVENTS_DB_URL", URL.withPassword(), "ANALYTICS_DB_URL", URL.withPassword()));
  }
}
