package dev.operatoranalytics.alert;

import dev.operatoranalytics.alert.WebhookClient.NotAccepted;
import dev.operatoranalytics.alert.WebhookClient.WebhookTarget;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the alerts of each rule to each of its webhooks, in order. A failed alert is tried again
 * with growing pauses, and those after it wait. When a server dies between the answer of the
 * webhook and its record, the alert is sent twice, with the same number.
 */
@Singleton
public class AlertDelivery {
  private static final Logger log = LoggerFactory.getLogger(AlertDelivery.class);

  /** One server works on a rule and webhook; another takes over after this time. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration MAX_TURN = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofHours(1);
  private static final int PARALLEL = 8;
  private static final int MAX_DOUBLINGS = 12;

  private final DataSource state;
  private final WebhookClient client;
  private final AlertSettings settings;
  private final Clock clock;

  @Inject
  AlertDelivery(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      WebhookClient client,
      AlertSettings settings,
      Clock clock) {
    this(plain.resolve(state), client, settings, clock);
  }

  AlertDelivery(DataSource state, WebhookClient client, AlertSettings settings, Clock clock) {
    this.state = state;
    this.client = client;
    this.settings = settings;
    this.clock = clock;
  }

  /** A rule and a webhook that this server works on, and the last alert that was delivered. */
  private record Lane(long rule, long webhook, long deliveredTo, int attempts, Instant lease) {
    Lane after(long alert, Instant lease) {
      return new Lane(rule, webhook, alert, 0, lease);
    }
  }

  private interface Binder {
    void set(PreparedStatement statement) throws SQLException;
  }

  /**
   * Delivers what is due.
   *
   * @return number of rules and webhooks that were worked on
   */
  public int deliverDue() throws SQLException {
    var lanes = claim();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var lane : lanes) {
        tasks.execute(() -> deliver(lane));
      }
    }
    return lanes.size();
  }

  private void deliver(Lane claimed) {
    try {
      var begin = System.nanoTime();
      Optional<Lane> lane = Optional.of(claimed);
      while (lane.isPresent()) {
        if (System.nanoTime() - begin > MAX_TURN.toNanos()) {
          release(lane.get());
          return;
        }
        lane = deliverNext(lane.get());
      }
    } catch (SQLException e) {
      log.warn("alerts of rule {} could not be delivered: {}", claimed.rule, e.getMessage());
    }
  }

  /** Returns the lane to go on with; empty when it is done, failed, or was taken over. */
  private Optional<Lane> deliverNext(Lane lane) throws SQLException {
    var next = next(lane);
    if (next.isEmpty()) {
      release(lane);
      return Optional.empty();
    }
    var alert = next.get();
    if (lane.attempts > 0 && alert.firedAt().plus(settings.dropAfter()).isBefore(clock.instant())) {
      log.warn("alert {} of rule {} was dropped", alert.id(), lane.rule);
      return advance(lane, alert.id(), false);
    }
    var target = target(lane.webhook);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    try {
      client.post(alert, target.get(), clock.instant());
    } catch (NotAccepted e) {
      log.warn("webhook {} did not accept alert {}: {}", lane.webhook, alert.id(), e.getMessage());
      postpone(lane, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    return advance(lane, alert.id(), true);
  }

  private List<Lane> claim() throws SQLException {
    var now = now();
    return query(
        """
        update alert_deliveries as claimed set leased_until = ?
        from (
            select due.rule_id, due.webhook_id
            from alert_deliveries as due
            where
                due.not_before <= ?
                and due.leased_until <= ?
                and exists (
                    select
                    from alerts
                    where alerts.rule_id = due.rule_id and alerts.alert_id > due.delivered_to
                )
            order by due.not_before, due.rule_id, due.webhook_id
            limit ?
            for update skip locked
        ) as free
        where claimed.rule_id = free.rule_id and claimed.webhook_id = free.webhook_id
        returning
            claimed.rule_id, claimed.webhook_id, claimed.delivered_to, claimed.attempts,
            claimed.leased_until
        """,
        statement -> {
          statement.setObject(1, at(now.plus(LEASE)));
          statement.setObject(2, at(now));
          statement.setObject(3, at(now));
          statement.setInt(4, PARALLEL);
        },
        row ->
            new Lane(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4),
                row.getObject(5, OffsetDateTime.class).toInstant()));
  }

  private Optional<OutgoingAlert> next(Lane lane) throws SQLException {
    return query(
            """
            select
                alerts.alert_id, alerts.rule_id, rule.name, alerts.kind, alerts.operator_id,
                alerts.avs_id, alerts.staker_id, alerts.block_number, alerts.happened_at,
                alerts.usd, alerts.percent, alerts.fact_key, alerts.figures, alerts.detail,
                alerts.link, alerts.fired_at
            from alerts
            join alert_rules as rule on rule.rule_id = alerts.rule_id
            where alerts.rule_id = ? and alerts.alert_id > ?
            order by alerts.alert_id
            limit 1
            """,
            statement -> {
              statement.setLong(1, lane.rule);
              statement.setLong(2, lane.deliveredTo);
            },
            row ->
                new OutgoingAlert(
                    row.getLong(1),
                    row.getLong(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getObject(8, Long.class),
                    row.getObject(9, OffsetDateTime.class).toInstant(),
                    row.getBigDecimal(10),
                    row.getBigDecimal(11),
                    row.getString(12),
                    row.getString(13),
                    row.getString(14),
                    row.getString(15),
                    row.getObject(16, OffsetDateTime.class).toInstant()))
        .stream()
        .findFirst();
  }

  private Optional<WebhookTarget> target(long webhook) throws SQLException {
    return query(
            """
            select secret.url, webhook.format, secret.signing_key, secret.auth_header,
                webhook.is_configured
            from alert_webhooks as webhook
            join alert_webhook_secrets as secret on secret.webhook_id = webhook.webhook_id
            where webhook.webhook_id = ?
            """,
            statement -> statement.setLong(1, webhook),
            row ->
                new WebhookTarget(
                    row.getString(1),
                    WebhookFormat.valueOf(row.getString(2)),
                    row.getString(3),
                    row.getString(4),
                    row.getBoolean(5)))
        .stream()
        .findFirst();
  }

  /** Records an alert as delivered or dropped, and renews the lease. */
  private Optional<Lane> advance(Lane lane, long alert, boolean isDelivered) throws SQLException {
    var now = now();
    var renewed = lane.after(alert, now.plus(LEASE));
    return update(
            lane,
            """
            delivered_to = ?, leased_until = ?, attempts = 0, not_before = ?, last_error = ?,
            delivered_count = delivered_count + ?, dropped_count = dropped_count + ?,
            last_delivered_at = coalesce(?::timestamptz, last_delivered_at)
            """,
            alert,
            at(renewed.lease),
            at(now),
            isDelivered ? null : "alert %d was dropped".formatted(alert),
            isDelivered ? 1 : 0,
            isDelivered ? 0 : 1,
            isDelivered ? at(now) : null)
        ? Optional.of(
            isDelivered ? renewed : new Lane(lane.rule, lane.webhook, alert, 1, renewed.lease))
        : Optional.empty();
  }

  private void postpone(Lane lane, String error) throws SQLException {
    var now = now();
    update(
        lane,
        "leased_until = 'epoch', attempts = attempts + 1, not_before = ?, last_error = ?",
        at(now.plus(pause(lane.attempts))),
        error);
  }

  private void release(Lane lane) throws SQLException {
    update(lane, "leased_until = 'epoch'");
  }

  /** 2 s after the first failure, doubled after each further one, up to 20 % longer. */
  private static Duration pause(int attempts) {
    var pause = Duration.ofSeconds(2L << Math.min(attempts, MAX_DOUBLINGS));
    var longest = pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
    return longest.plusMillis(ThreadLocalRandom.current().nextLong(longest.toMillis() / 5 + 1));
  }

  /** Writes only while the lease is this server's own. */
  private boolean update(Lane lane, String changes, @Nullable Object... values)
      throws SQLException {
    try (var connection = connect();
        var statement =
            connection.prepareStatement(
                "update alert_deliveries set %s where rule_id = ? and webhook_id = ? and delivered_to = ? and leased_until = ?"
                    .formatted(changes))) {
      var index = 1;
      for (var value : values) {
        statement.setObject(index++, value);
      }
      statement.setLong(index++, lane.rule);
      statement.setLong(index++, lane.webhook);
      statement.setLong(index++, lane.deliveredTo);
      statement.setObject(index, at(lane.lease));
      return statement.executeUpdate() > 0;
    }
  }

  private interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  private <T> List<T> query(String sql, Binder binder, Mapper<T> mapper) throws SQLException {
    try (var connection = connect();
        var statement = connection.prepareStatement(sql)) {
      binder.set(statement);
      try (var rows = statement.executeQuery()) {
        var found = new ArrayList<T>();
        while (rows.next()) {
          found.add(mapper.map(rows));
        }
        return found;
      }
    }
  }

  private Connection connect() throws SQLException {
    var connection = state.getConnection();
    connection.setAutoCommit(true);
    return connection;
  }

  /** As exact as the database stores it, for leases are compared. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
