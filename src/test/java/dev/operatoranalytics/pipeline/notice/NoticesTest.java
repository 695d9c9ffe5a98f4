package dev.operatoranalytics.pipeline.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.operatoranalytics.pipeline.RealTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

/** The webhook receives failures and standstills once, and nothing else. */
@Tag("slow")
class NoticesTest {
  private static final String SECRET = "s3cret-path";
  private static final Instant NOON = Instant.parse("2026-01-22T12:00:00Z");

  @AutoClose private static final RealTables tables = new RealTables();

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private HttpServer hook;
  private int status = 204;
  private Duration delay = Duration.ZERO;

  @BeforeEach
  void begin() throws Exception {
    tables.tables().clear();
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          authorizations.add(
              Objects.requireNonNullElse(
                  exchange.getRequestHeaders().getFirst("authorization"), ""));
          try {
            Thread.sleep(delay);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    hook.start();
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.operatoranalytics.pipeline.notice")).addAppender(log);
  }

  @AfterEach
  void end() {
    hook.stop(0);
    ((Logger) LoggerFactory.getLogger("dev.operatoranalytics.pipeline.notice")).detachAppender(log);
  }

  @Test
  void several_servers_report_a_failed_or_lost_run_once() throws Exception {
    run(1, "SUCCEEDED", "11:00");
    run(2, "FAILED", "11:30");
    run(3, "LOST", "11:40");

    at(NOON).postAll();
    at(NOON).postAll();
    at(NOON.plusSeconds(60)).postAll();

    assertThat(heard)
        .hasSize(2)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("\"kind\":\"RUN_FAILED\"", "\"subject\":\"run 2\"", "disk full"))
        .anySatisfy(text -> assertThat(text).contains("\"subject\":\"run 3\""));
    assertThat(authorizations).containsOnly("Bearer token-of-the-hook");
  }

  @Test
  void failures_older_than_a_day_are_not_reported() throws Exception {
    run(1, "FAILED", "11:30");

    at(NOON.plus(Duration.ofHours(24))).postAll();

    assertThat(heard).isEmpty();
  }

  @Test
  void a_standstill_is_reported_once_per_position() throws Exception {
    checkpoint("04:30");
    at(NOON).postAll();
    assertThat(heard).isEmpty();

    at(NOON.plusSeconds(1860)).postAll();
    at(NOON.plusSeconds(7200)).postAll();
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst())
        .contains("\"kind\":\"STALE\"", "analytics_pipeline_v1 since 2026-01-22T04:30:00Z");

    checkpoint("06:00");
    at(NOON.plusSeconds(7200)).postAll();
    assertThat(heard).hasSize(1);
    at(NOON.plusSeconds(7261)).postAll();
    assertThat(heard).hasSize(2);
  }

  @Test
  void a_late_day_is_reported() throws Exception {
    tables
        .tables()
        .given(
            "pipeline_partitions",
            """
            stage    | partition_date | status | taken_at             | seconds
            snapshot | 2026-01-20     | DONE   | 2026-01-21T00:05:00Z | 1
            """);

    at(Instant.parse("2026-01-22T07:59:00Z")).postAll();
    assertThat(heard).isEmpty();
    at(Instant.parse("2026-01-22T08:01:00Z")).postAll();

    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst()).contains("snapshot days since 2026-01-22T00:00:00Z");
  }

  @Test
  void a_failing_webhook_is_retried_with_growing_pauses_up_to_the_limit() throws Exception {
    run(1, "FAILED", "11:30");
    status = 500;
    at(NOON).postAll();
    at(NOON.plusSeconds(30)).postAll();
    assertThat(heard).hasSize(1);
    at(NOON.plusSeconds(60)).postAll();
    at(NOON.plusSeconds(120)).postAll();
    assertThat(heard).hasSize(2);
    assertThat(notices()).containsExactly(List.of("2", "f", "answered with status 500"));

    at(NOON.plusSeconds(3_000)).postAll();
    at(NOON.plusSeconds(6_000)).postAll();
    assertThat(heard).hasSize(3);
  }

  @Test
  void a_notice_is_not_sent_again_after_it_was_accepted() throws Exception {
    run(1, "FAILED", "11:30");
    status = 503;
    at(NOON).postAll();
    status = 200;
    at(NOON.plusSeconds(60)).postAll();
    at(NOON.plusSeconds(6_000)).postAll();

    assertThat(heard).hasSize(2);
    assertThat(notices()).containsExactly(List.of("2", "t", "-"));
  }

  @Test
  void a_slow_or_unreachable_webhook_does_not_block_and_no_secret_is_reported() throws Exception {
    run(1, "FAILED", "11:30");
    delay = Duration.ofSeconds(2);
    at(NOON).postAll();
    assertThat(notices()).containsExactly(List.of("1", "f", "HttpTimeoutException"));

    hook.stop(0);
    at(NOON.plusSeconds(60)).postAll();

    assertThat(notices()).containsExactly(List.of("2", "f", "ConnectException"));
    assertThat(log.list)
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line.getFormattedMessage())
                    .contains("run 1")
                    .doesNotContain(SECRET, "token-of-the-hook", "127.0.0.1"));
    assertThat(settings("http://host/" + SECRET).toString())
        .doesNotContain(SECRET, "token-of-the-hook");
    assertThatThrownBy(() -> new Webhook(settings("not an address " + SECRET)))
        .hasMessageContaining("WEBHOOK_URL")
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
    assertThatThrownBy(() -> new Webhook(settings("http://host/", "two\nlines " + SECRET)))
        .hasMessageContaining("WEBHOOK_AUTHORIZATION")
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }

  private static List<List<String>> notices() {
    return tables.rows("select attempts, told_at is not null, last_error from pipeline_notices");
  }

  private static void run(int id, String status, String endedAt) throws SQLException {
    try (var statement = tables.tables().state().createStatement()) {
      statement.execute(
          """
          insert into pipeline_runs
              (run_id, job, run_trigger, status, fence, started_at, ended_at, error)
          overriding system value
          values (%d, 'snapshots', 'SCHEDULE', '%s', %d, '2026-01-22T%s:00Z', '2026-01-22T%s:00Z',
              'disk full')
          """
              .formatted(id, status, id, endedAt, endedAt));
    }
  }

  private static void checkpoint(String at) throws SQLException {
    try (var statement = tables.tables().state().createStatement()) {
      statement.execute(
          """
          insert into pipeline_checkpoints (pipeline_name, last_processed_at)
          values ('analytics_pipeline_v1', '2026-01-22T%s:00Z')
          on conflict (pipeline_name) do update set last_processed_at = excluded.last_processed_at
          """
              .formatted(at));
    }
  }

  private static WebhookSettings settings(String url) {
    return settings(url, "Bearer token-of-the-hook");
  }

  private static WebhookSettings settings(String url, String authorization) {
    return new WebhookSettings(url, authorization, Duration.ofMillis(500), 3, Duration.ofHours(8));
  }

  private Notices at(Instant moment) {
    var url = tables.tables().stateUrl();
    var source = new PGSimpleDataSource();
    source.setUrl(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    var settings =
        settings("http://127.0.0.1:%d/%s".formatted(hook.getAddress().getPort(), SECRET));
    return new Notices(
        source, new Webhook(settings), settings, Clock.fixed(moment, ZoneOffset.UTC));
  }
}
