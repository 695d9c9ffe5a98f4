package dev.operatoranalytics.alert;

import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Stores the rules that administrators create, change and delete. */
@Singleton
public class AlertRules {
  static final int MAX_RULES = 1_000;

  /** A new rule does not report facts that are older than this. */
  static final Duration MAX_AGE = Duration.ofDays(30);

  private static final int MAX_NAME = 200;
  private static final int MAX_WEBHOOKS = 10;

  private final DataSource state;
  private final Clock clock;

  @Inject
  AlertRules(@Named("pipeline") DataSource state, DataSourceResolver plain, Clock clock) {
    this(plain.resolve(state), clock);
  }

  AlertRules(DataSource state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /** A rule to be created. */
  public record NewRule(
      String name,
      AlertKind kind,
      AlertSubject subject,
      AlertLimits limits,
      boolean isEnabled,
      List<Long> webhooks) {

    void check() {
      requireName(name);
      limits.requireFor(kind);
      var subjects =
          Stream.of(subject.operator(), subject.avs(), subject.staker())
              .filter(Objects::nonNull)
              .count();
      if (subjects > 1) {
        throw invalid("a rule is about one of operator, avs and delegator, or about all");
      }
      if (subjects > 0 && !kind.isOfOperators()) {
        throw invalid("%s is not about an operator, AVS or delegator".formatted(kind));
      }
    }
  }

  /**
   * What changes of a rule.
   *
   * @param name null to keep it
   * @param limits null to keep them
   * @param isEnabled null to keep it
   * @param webhooks null to keep them
   */
  public record RuleChange(
      @Nullable String name,
      @Nullable AlertLimits limits,
      @Nullable Boolean isEnabled,
      @Nullable List<Long> webhooks) {}

  private interface Write<T> {
    T in(Connection connection) throws SQLException;
  }

  /**
   * Creates a rule.
   *
   * @param since the rule reports facts after this instant, which is at most 30 days ago; null to
   *     report what the state does not hold yet
   */
  public long create(NewRule rule, @Nullable Instant since, String caller) throws SQLException {
    rule.check();
    var now = clock.instant();
    if (since != null && (since.isAfter(now) || since.isBefore(now.minus(MAX_AGE)))) {
      throw invalid(
          "since is an instant of the last %d days, not %s".formatted(MAX_AGE.toDays(), since));
    }
    return write(
        connection -> {
          if (count(connection) >= MAX_RULES) {
            throw new RunRequestRejected(
                RejectionReason.CONFLICT, "there are %,d rules already".formatted(MAX_RULES));
          }
          var from = since == null ? since(connection, now) : since;
          return insert(connection, rule, from, caller, clock);
        });
  }

  /** Changes a rule. With other limits, or enabled again, it reports only what comes then. */
  public void update(long id, RuleChange change) throws SQLException {
    write(
        connection -> {
          var kind = kind(connection, id);
          if (change.name() != null) {
            requireName(change.name());
            set(connection, id, "name", change.name());
          }
          if (change.limits() != null) {
            change.limits().requireFor(kind);
            set(connection, id, "min_usd", change.limits().minUsd());
            set(connection, id, "min_percent", change.limits().minPercent());
            set(connection, id, "days", change.limits().days());
            set(connection, id, "hours", change.limits().hours());
            set(connection, id, "flag", change.limits().flag());
          }
          if (change.isEnabled() != null) {
            set(connection, id, "is_enabled", change.isEnabled());
          }
          if (change.limits() != null || Boolean.TRUE.equals(change.isEnabled())) {
            set(
                connection,
                id,
                "since",
                since(connection, clock.instant()).atOffset(ZoneOffset.UTC));
          }
          if (change.webhooks() != null) {
            setWebhooks(connection, id, change.webhooks(), clock.instant());
          }
          return id;
        });
  }

  /**
   * Deletes a rule with its alerts.
   *
   * @return the name that it had
   */
  public String delete(long id) throws SQLException {
    return write(
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "delete from alert_rules where rule_id = ? returning name")) {
            statement.setLong(1, id);
            try (var row = statement.executeQuery()) {
              if (!row.next()) {
                throw notFound(id);
              }
              return row.getString(1);
            }
          }
        });
  }

  static long insert(Connection connection, NewRule rule, Instant since, String caller, Clock clock)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into alert_rules (
                name, kind, operator_id, avs_id, staker_id, min_usd, min_percent, days, hours,
                is_enabled, since, created_at, created_by, flag
            )
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            returning rule_id
            """)) {
      statement.setString(1, rule.name());
      statement.setString(2, rule.kind().name());
      statement.setString(3, rule.subject().operator());
      statement.setString(4, rule.subject().avs());
      statement.setString(5, rule.subject().staker());
      statement.setBigDecimal(6, rule.limits().minUsd());
      statement.setBigDecimal(7, rule.limits().minPercent());
      statement.setObject(8, rule.limits().days());
      statement.setObject(9, rule.limits().hours());
      statement.setBoolean(10, rule.isEnabled());
      statement.setObject(11, since.atOffset(ZoneOffset.UTC));
      statement.setObject(12, clock.instant().atOffset(ZoneOffset.UTC));
      statement.setString(13, caller);
      statement.setString(14, rule.limits().flag());
      var id = number(statement);
      setWebhooks(connection, id, rule.webhooks(), clock.instant());
      return id;
    }
  }

  /** A webhook that is new to the rule receives the alerts that fire from now on. */
  private static void setWebhooks(
      Connection connection, long rule, List<Long> webhooks, Instant now) throws SQLException {
    if (webhooks.size() > MAX_WEBHOOKS) {
      throw invalid("a rule has at most %d webhooks".formatted(MAX_WEBHOOKS));
    }
    var ids = connection.createArrayOf("bigint", webhooks.toArray());
    try (var unknown =
            connection.prepareStatement(
                """
                select id from unnest(?) as id
                where not exists (select from alert_webhooks where webhook_id = id)
                """);
        var remove =
            connection.prepareStatement(
                "delete from alert_deliveries where rule_id = ? and webhook_id <> all(?)");
        var add =
            connection.prepareStatement(
                """
                insert into alert_deliveries (rule_id, webhook_id, delivered_to, not_before)
                select
                    ?, id,
                    coalesce((select max(alert_id) from alerts where rule_id = ?), 0), ?
                from unnest(?) as id
                on conflict do nothing
                """)) {
      unknown.setArray(1, ids);
      try (var row = unknown.executeQuery()) {
        if (row.next()) {
          throw new RunRequestRejected(
              RejectionReason.NOT_FOUND, "no such alert webhook: " + row.getLong(1));
        }
      }
      remove.setLong(1, rule);
      remove.setArray(2, ids);
      remove.executeUpdate();
      add.setLong(1, rule);
      add.setLong(2, rule);
      add.setObject(3, now.atOffset(ZoneOffset.UTC));
      add.setArray(4, ids);
      add.executeUpdate();
    }
  }

  /** The time that the state is as of, but not longer ago than {@link #MAX_AGE}. */
  private static Instant since(Connection connection, Instant now) throws SQLException {
    var oldest = now.minus(MAX_AGE);
    var asOf = stateAsOf(connection, now);
    return asOf.isBefore(oldest) ? oldest : asOf;
  }

  /** The time of the block that the state is as of; now while there is no state. */
  static Instant stateAsOf(Connection connection, Instant now) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select max(safe_at) from pipeline_checkpoints")) {
      row.next();
      var safeAt = row.getObject(1, OffsetDateTime.class);
      return safeAt == null ? now : safeAt.toInstant();
    }
  }

  private static AlertKind kind(Connection connection, long id) throws SQLException {
    try (var statement =
        connection.prepareStatement("select kind from alert_rules where rule_id = ? for update")) {
      statement.setLong(1, id);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw notFound(id);
        }
        return AlertKind.valueOf(row.getString(1));
      }
    }
  }

  private static void set(Connection connection, long id, String column, @Nullable Object value)
      throws SQLException {
    Sql.update(
        connection, "update alert_rules set %s = ? where rule_id = ?".formatted(column), value, id);
  }

  private static long count(Connection connection) throws SQLException {
    // concurrent creations wait, so that none counts too few
    try (var statement =
        connection.prepareStatement(
            "lock table alert_rules in share row exclusive mode; select count(*) from"
                + " alert_rules")) {
      statement.execute();
      statement.getMoreResults();
      try (var row = statement.getResultSet()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  static void requireName(String name) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw invalid("a name has 1 to %d characters".formatted(MAX_NAME));
    }
  }

  private static RunRequestRejected notFound(long id) {
    return new RunRequestRejected(RejectionReason.NOT_FOUND, "no such alert rule: " + id);
  }

  private static RunRequestRejected invalid(String message) {
    return new RunRequestRejected(RejectionReason.INVALID, message);
  }

  private <T> T write(Write<T> write) throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = write.in(connection);
        DataVersion.raise(connection);
        connection.commit();
        return Objects.requireNonNull(result);
      } finally {
        connection.rollback();
      }
    }
  }
}
