package dev.operatoranalytics.alert;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.alert.AlertRules.RuleChange;
import dev.operatoranalytics.alert.AlertWebhooks.NewWebhook;
import dev.operatoranalytics.alert.WebhookStub.WebhookRequest;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Webhooks receive each alert, in order, and no secret is logged. */
@Tag("slow")
class AlertDeliveryTest {
  private static final String SECRET = "s3cret-path";
  private static final String KEY = "key-of-the-signature";
  private static final AlertSubject ALL = new AlertSubject(null, null, null);

  @AutoClose private static final AlertWorld world = new AlertWorld();

  private final AtomicReference<Instant> now = new AtomicReference<>(AlertWorld.NOW);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private WebhookStub hook;

  @BeforeEach
  void begin() throws Exception {
    world.tables().tables().clear();
    world.tables().execute("insert into alert_evaluation (version) values (-1)");
    hook = new WebhookStub();
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.operatoranalytics.alert")).addAppender(log);
  }

  @AfterEach
  void end() {
    hook.close();
    ((Logger) LoggerFactory.getLogger("dev.operatoranalytics.alert")).detachAppender(log);
  }

  @Test
  void a_webhook_that_fails_half_of_the_time_accepts_each_alert_once_and_in_order()
      throws Exception {
    var webhook = webhook(WebhookFormat.JSON, "");
    var rules = new ArrayList<Long>();
    for (var rule = 0; rule < 20; rule++) {
      rules.add(rule(webhook));
    }
    fire(rules, 50);
    var random = new Random(21);
    hook.answer(
        _ -> {
          synchronized (random) {
            return random.nextBoolean() ? 204 : 500;
          }
        });
    try (var pool = pool()) {
      var one = delivery(pool, false);
      var other = delivery(pool, false);
      for (var round = 0; round < 2_000 && pending() > 0; round++) {
        var concurrent = CompletableFuture.runAsync(() -> deliver(other));
        deliver(one);
        concurrent.join();
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));
      }
    }

    var accepted = hook.requests().stream().filter(WebhookRequest::isAccepted).toList();
    assertThat(accepted.stream().map(WebhookRequest::alert)).hasSize(1_000).doesNotHaveDuplicates();
    var byRule =
        accepted.stream()
            .collect(
                groupingBy(asked -> asked.body().replaceAll(".*\"number\":\"(\\d+)\".*", "$1")));
    assertThat(byRule).hasSize(20);
    byRule
        .values()
        .forEach(
            ofRule ->
                assertThat(ofRule.stream().map(WebhookRequest::alert)).hasSize(50).isSorted());
    assertThat(hook.requests()).hasSizeGreaterThan(1_500);
    assertThat(
            world
                .tables()
                .rows("select sum(delivered_count), sum(dropped_count) from alert_deliveries"))
        .containsExactly(List.of("1000", "0"));
  }

  @Test
  void requests_are_signed_and_have_the_format_of_the_receiver() throws Exception {
    for (var format : WebhookFormat.values()) {
      var rule = rule(webhook(format, format.name()));
      fire(List.of(rule), 1);
    }

    deliver(delivery(false));

    assertThat(hook.requests()).hasSize(3);
    for (var asked : hook.requests()) {
      assertThat(asked.signature()).isEqualTo(WebhookClient.signature(KEY, now(), asked.body()));
      assertThat(asked.authorization()).isEqualTo("Bearer token-of-the-hook");
    }
    var bodies = new HashMap<Long, String>();
    hook.requests().forEach(asked -> bodies.put(asked.alert(), asked.body()));
    assertThat(bodies.values())
        .anySatisfy(
            body ->
                assertThat(body)
                    .contains(
                        "\"kind\":\"SLASH\"",
                        "\"rule\":{\"number\":",
                        "\"usd\":\"1234.5\"",
                        "\"figures\":{\"a\": 1}",
                        "\"link\":\"https://analytics.example/operators/alice\""))
        .anySatisfy(
            body ->
                assertThat(body)
                    .isEqualTo(
                        "{\"text\":\"[&lt;all&gt; &amp; more] SLASH: operator alice, 1,234.50 USD,"
                            + " block 1, 2026-01-22T12:00:00Z\\n"
                            + "https://analytics.example/operators/alice\"}"))
        .anySatisfy(
            body ->
                assertThat(body)
                    .startsWith("{\"content\":\"[<all> & more] SLASH: operator alice")
                    .endsWith("\"allowed_mentions\":{\"parse\":[]}}"));
    // the example of docs/alerts.md
    assertThat(WebhookClient.signature("secret", Instant.ofEpochSecond(1_700_000_000), "{}"))
        .isEqualTo(
            "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163");
  }

  @Test
  void a_failing_webhook_is_tried_again_with_growing_pauses_until_its_alerts_are_dropped()
      throws Exception {
    var rule = rule(webhook(WebhookFormat.JSON, ""));
    fire(List.of(rule), 2);
    hook.answer(_ -> 503);
    var delivery = delivery(false);

    deliver(delivery);
    deliver(delivery);
    assertThat(hook.requests()).hasSize(1);
    wait(Duration.ofSeconds(3));
    deliver(delivery);
    wait(Duration.ofSeconds(3));
    deliver(delivery);
    assertThat(hook.requests()).hasSize(2);
    assertThat(
            world
                .tables()
                .rows("select attempts, last_error, not_before > now() from alert_deliveries"))
        .containsExactly(List.of("2", "answered with status 503", "f"));

    wait(Duration.ofDays(4));
    deliver(delivery);
    assertThat(world.tables().rows("select dropped_count, delivered_count from alert_deliveries"))
        .containsExactly(List.of("2", "0"));
    hook.answer(_ -> 200);
    fire(List.of(rule), 1);
    deliver(delivery);
    assertThat(hook.requests().getLast().isAccepted()).isTrue();
  }

  @Test
  void only_public_addresses_are_posted_to_and_redirects_are_not_followed() throws Exception {
    fire(List.of(rule(webhook(WebhookFormat.JSON, ""))), 1);
    deliver(delivery(true));
    assertThat(hook.requests()).isEmpty();
    assertThat(errors()).containsExactly("its address is not public");

    hook.answer(_ -> 302);
    wait(Duration.ofMinutes(1));
    deliver(delivery(false));
    assertThat(hook.requests()).hasSize(1);
    assertThat(errors()).containsExactly("answered with status 302");
  }

  @Test
  void no_secret_is_logged_or_returned() throws Exception {
    fire(List.of(rule(webhook(WebhookFormat.JSON, ""))), 1);
    hook.answer(_ -> 500);
    deliver(delivery(false));
    hook.close();
    wait(Duration.ofMinutes(1));
    deliver(delivery(false));

    assertThat(errors()).containsExactly("HttpHostConnectException");
    assertThat(log.list)
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line.getFormattedMessage())
                    .contains("did not accept")
                    .doesNotContain(SECRET, KEY, "token-of-the-hook", "127.0.0.1"));
    assertThat(new NewWebhook("n", SECRET, WebhookFormat.JSON, KEY, KEY).toString())
        .doesNotContain(SECRET, KEY);
    for (var url :
        List.of(
            "no address " + SECRET, "ftp://host/" + SECRET, "https://user:" + SECRET + "@host/")) {
      assertThatThrownBy(() -> WebhookUrl.parse(url))
          .hasMessageContaining("the URL of a webhook is")
          .hasMessageNotContaining(SECRET)
          .hasNoCause();
      assertThatThrownBy(() -> new WebhookSettings(url, null, null, Duration.ofHours(8)))
          .hasMessageStartingWith("WEBHOOK_URL: ")
          .hasMessageNotContaining(SECRET)
          .hasNoCause();
    }
    assertThat(settings(hook.url(SECRET)).toString()).doesNotContain(SECRET, KEY);
  }

  @Test
  void a_webhook_that_is_new_to_a_rule_receives_only_what_fires_then() throws Exception {
    var webhook = webhook(WebhookFormat.JSON, "");
    var rule = rule(webhook);
    fire(List.of(rule), 3);
    var rules = new AlertRules(world.state(), AlertWorld.at(now()));
    rules.update(rule, new RuleChange(null, null, null, List.of()));
    rules.update(rule, new RuleChange(null, null, null, List.of(webhook)));
    deliver(delivery(false));
    assertThat(hook.requests()).isEmpty();

    fire(List.of(rule), 1);
    deliver(delivery(false));
    assertThat(hook.requests()).hasSize(1);
    assertThatThrownBy(() -> rules.update(rule, new RuleChange(null, null, null, List.of(987L))))
        .hasMessage("no such alert webhook: 987");
  }

  @Test
  void the_webhook_of_the_settings_receives_failed_runs_and_standstills_once() throws Exception {
    // several servers that start together
    for (var server = 0; server < 3; server++) {
      webhooks(settings(hook.url(SECRET))).applySettings();
    }
    assertThat(world.tables().rows("select name, kind, hours from alert_rules order by kind"))
        .containsExactly(
            List.of("failed runs", "RUN_FAILED", "-"),
            List.of("stale pipeline", "STALE_PIPELINE", "8"));
    world
        .tables()
        .execute(
            """
            insert into pipeline_runs
                (run_id, job, run_trigger, status, fence, started_at, ended_at, error)
            overriding system value
            values
                (1, 'snapshots', 'SCHEDULE', 'FAILED', 1, '2026-01-22T11:00:00Z',
                    '2026-01-22T11:30:00Z', 'before the rule'),
                (2, 'snapshots', 'SCHEDULE', 'LOST', 2, '2026-01-22T12:00:00Z',
                    '2026-01-22T12:01:00Z', 'disk full');
            insert into pipeline_checkpoints (pipeline_name, last_processed_at)
            values ('analytics_pipeline_v1', '2026-01-22T04:30:00Z')
            """);
    wait(Duration.ofMinutes(2));
    evaluateAndDeliver();
    wait(Duration.ofMinutes(29));
    evaluateAndDeliver();
    wait(Duration.ofMinutes(29));
    evaluateAndDeliver();

    assertThat(hook.requests().stream().map(WebhookRequest::body))
        .hasSize(2)
        .anySatisfy(
            body ->
                assertThat(body)
                    .contains("[failed runs] RUN_FAILED: run 2", "\"detail\":\"disk full\""))
        .anySatisfy(
            body ->
                assertThat(body)
                    .contains("STALE_PIPELINE: analytics_pipeline_v1 since 2026-01-22T04:30:00Z"));
    assertThat(hook.requests()).allSatisfy(asked -> assertThat(asked.signature()).startsWith("t="));

    webhooks(settings(null)).applySettings();
    assertThat(world.tables().rows("select * from alert_webhooks")).isEmpty();
  }

  private void evaluateAndDeliver() throws SQLException {
    world.evaluate(now());
    deliver(delivery(true));
    deliver(delivery(true));
  }

  private void wait(Duration duration) {
    now.updateAndGet(time -> time.plus(duration));
  }

  private static List<String> errors() {
    return world.tables().rows("select last_error from alert_deliveries").stream()
        .map(List::getFirst)
        .toList();
  }

  private static long pending() {
    return Long.parseLong(
        world
            .tables()
            .rows(
                """
                select count(*)
                from alerts
                join alert_deliveries as delivery on delivery.rule_id = alerts.rule_id
                where alerts.alert_id > delivery.delivered_to
                """)
            .getFirst()
            .getFirst());
  }

  /** Alerts of several rules, in turn. */
  private void fire(List<Long> rules, int count) throws SQLException {
    world
        .tables()
        .execute(
            """
            insert into alerts (
                rule_id, fact_key, kind, operator_id, block_number, happened_at, usd, figures,
                link, fired_at
            )
            select
                rule, gen_random_uuid(), 'SLASH', 'alice', number, '%s', 1234.5, '{"a": 1}',
                '/operators/alice', '%s'
            from generate_series(1, %d) as number
            cross join unnest('%s'::bigint []) as rule
            order by number, rule
            """
                .formatted(
                    now(), now(), count, rules.toString().replace('[', '{').replace(']', '}')));
  }

  private long webhook(WebhookFormat format, String path) throws SQLException {
    return webhooks(settings(null))
        .create(
            new NewWebhook(
                "hook", hook.url(SECRET + path), format, KEY, "Bearer token-of-the-hook"),
            "test")
        .id();
  }

  private long rule(long webhook) throws SQLException {
    return world.rule(
        new NewRule(
            "<all> & more", AlertKind.SLASH, ALL, AlertLimits.NONE, true, List.of(webhook)));
  }

  private AlertWebhooks webhooks(WebhookSettings settings) {
    return new AlertWebhooks(world.state(), settings, AlertWorld.at(now()));
  }

  private static WebhookSettings settings(@Nullable String url) {
    return new WebhookSettings(url, "Bearer token-of-the-hook", KEY, Duration.ofHours(8));
  }

  private static HikariDataSource pool() {
    var pool = new HikariDataSource();
    pool.setDataSource(world.state());
    pool.setMaximumPoolSize(20);
    return pool;
  }

  private AlertDelivery delivery(boolean isPublicOnly) {
    return delivery(world.state(), isPublicOnly);
  }

  private AlertDelivery delivery(DataSource state, boolean isPublicOnly) {
    var settings =
        new AlertSettings(
            Duration.ofDays(90),
            Duration.ofSeconds(5),
            Duration.ofDays(3),
            !isPublicOnly,
            URI.create("https://analytics.example/"));
    return new AlertDelivery(state, new WebhookClient(settings), settings, clock());
  }

  private Instant now() {
    return requireNonNull(now.get());
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private static void deliver(AlertDelivery delivery) {
    try {
      delivery.deliverDue();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
