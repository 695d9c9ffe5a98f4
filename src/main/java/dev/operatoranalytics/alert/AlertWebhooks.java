package dev.operatoranalytics.alert;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Stores the webhooks that receive alerts. */
@Singleton
public class AlertWebhooks {
  private static final int MAX_WEBHOOKS = 100;
  private static final int MAX_SECRET = 1_000;
  private static final String CONFIGURED = "WEBHOOK_URL";

  private final DataSource state;
  private final WebhookSettings settings;
  private final Clock clock;

  @Inject
  AlertWebhooks(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      WebhookSettings settings,
      Clock clock) {
    this(plain.resolve(state), settings, clock);
  }

  AlertWebhooks(DataSource state, WebhookSettings settings, Clock clock) {
    this.state = state;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * A webhook to be created.
   *
   * @param signingKey key of the signature; null to make one
   * @param authHeader value of the {@code Authorization} header; null for none
   */
  public record NewWebhook(
      String name,
      String url,
      WebhookFormat format,
      @Nullable String signingKey,
      @Nullable String authHeader) {

    /** Leaves out the secrets. */
    @Override
    public String toString() {
      return "NewWebhook[name=%s, format=%s]".formatted(name, format);
    }
  }

  /**
   * A webhook that was created.
   *
   * @param signingKey key of the signature, which is returned only here
   */
  public record CreatedWebhook(long id, String signingKey) {
    /** Leaves out the secret. */
    @Override
    public String toString() {
      return "CreatedWebhook[id=%d]".formatted(id);
    }
  }

  public CreatedWebhook create(NewWebhook webhook, String caller) throws SQLException {
    AlertRules.requireName(webhook.name());
    var url = WebhookUrl.parse(webhook.url());
    var key = webhook.signingKey() == null ? newKey() : requireSecret(webhook.signingKey());
    var header = webhook.authHeader() == null ? null : requireSecret(webhook.authHeader());
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        lock(connection);
        if (count(connection) >= MAX_WEBHOOKS) {
          throw new RunRequestRejected(
              RejectionReason.CONFLICT, "there are %d webhooks already".formatted(MAX_WEBHOOKS));
        }
        var id = insert(connection, webhook.name(), webhook.format(), url, false, caller);
        keep(connection, id, url, key, header);
        DataVersion.raise(connection);
        connection.commit();
        return new CreatedWebhook(id, key);
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * Deletes a webhook; alerts that it has not received are not sent.
   *
   * @return the name that it had
   */
  public String delete(long id) throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement =
              connection.prepareStatement(
                  "delete from alert_webhooks where webhook_id = ? returning name");
          var row = query(statement, id)) {
        if (!row.next()) {
          throw new RunRequestRejected(RejectionReason.NOT_FOUND, "no such alert webhook: " + id);
        }
        var name = row.getString(1);
        DataVersion.raise(connection);
        connection.commit();
        return name;
      } finally {
        connection.rollback();
      }
    }
  }

  private static ResultSet query(PreparedStatement statement, long id) throws SQLException {
    statement.setLong(1, id);
    return statement.executeQuery();
  }

  /**
   * Stores the webhook of the settings, and the first time two rules for it: failed runs, and a
   * pipeline that stands still. Without the setting it deletes the webhook.
   */
  public void applySettings() throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        lock(connection);
        var text = settings.url();
        if (text == null || text.isBlank()) {
          deleteConfigured(connection);
        } else {
          storeConfigured(connection, WebhookUrl.parse(text));
        }
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
  }

  private void storeConfigured(Connection connection, WebhookUrl url) throws SQLException {
    var known = findConfigured(connection);
    var id =
        known == null
            ? insert(connection, CONFIGURED, WebhookFormat.JSON, url, true, CONFIGURED)
            : known;
    keep(
        connection, id, url, blankToNull(settings.secret()), blankToNull(settings.authorization()));
    if (known != null) {
      return;
    }
    var hours = (int) Math.max(1, settings.staleAfter().toHours());
    var rules =
        List.of(
            rule("failed runs", AlertKind.RUN_FAILED, AlertLimits.NONE, id),
            rule(
                "stale pipeline",
                AlertKind.STALE_PIPELINE,
                new AlertLimits(null, null, null, hours, null),
                id));
    // they replace those of an earlier time with the setting
    Sql.update(connection, "delete from alert_rules where created_by = ?", CONFIGURED);
    for (var rule : rules) {
      AlertRules.insert(connection, rule, clock.instant(), CONFIGURED, clock);
    }
    DataVersion.raise(connection);
  }

  private static NewRule rule(String name, AlertKind kind, AlertLimits limits, long webhook) {
    return new NewRule(
        name, kind, new AlertSubject(null, null, null), limits, true, List.of(webhook));
  }

  private static @Nullable Long findConfigured(Connection connection) throws SQLException {
    return Sql.first(
            connection,
            "select webhook_id from alert_webhooks where is_configured",
            row -> row.getLong(1))
        .orElse(null);
  }

  private static void deleteConfigured(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      if (statement.executeUpdate("delete from alert_webhooks where is_configured") > 0) {
        DataVersion.raise(connection);
      }
    }
  }

  private long insert(
      Connection connection,
      String name,
      WebhookFormat format,
      WebhookUrl url,
      boolean isConfigured,
      String caller)
      throws SQLException {
    return Sql.get(
        connection,
        """
        insert into alert_webhooks (name, format, host, is_configured, created_at, created_by)
        values (?, ?, ?, ?, ?, ?)
        returning webhook_id
        """,
        row -> row.getLong(1),
        name,
        format.name(),
        url.host(),
        isConfigured,
        clock.instant().atOffset(ZoneOffset.UTC),
        caller);
  }

  private static void keep(
      Connection connection,
      long webhook,
      WebhookUrl url,
      @Nullable String signingKey,
      @Nullable String authHeader)
      throws SQLException {
    try (var secrets =
            connection.prepareStatement(
                """
                insert into alert_webhook_secrets (webhook_id, url, signing_key, auth_header)
                values (?, ?, ?, ?)
                on conflict (webhook_id) do update set
                    url = excluded.url,
                    signing_key = excluded.signing_key,
                    auth_header = excluded.auth_header
                """);
        var host =
            connection.prepareStatement(
                "update alert_webhooks set host = ? where webhook_id = ? and host <> ?")) {
      secrets.setLong(1, webhook);
      secrets.setString(2, url.value().toString());
      secrets.setString(3, signingKey);
      secrets.setString(4, authHeader);
      secrets.executeUpdate();
      host.setString(1, url.host());
      host.setLong(2, webhook);
      host.setString(3, url.host());
      host.executeUpdate();
    }
  }

  /** Servers that start together, and concurrent creations, wait for each other. */
  private static void lock(Connection connection) throws SQLException {
    Sql.update(connection, "lock table alert_webhooks in share row exclusive mode");
  }

  private static long count(Connection connection) throws SQLException {
    return Sql.get(connection, "select count(*) from alert_webhooks", row -> row.getLong(1));
  }

  private static String newKey() {
    var bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String requireSecret(String text) {
    if (text.isBlank()
        || text.length() > MAX_SECRET
        || text.chars().anyMatch(each -> each < 32 || each > 126)) {
      throw new RunRequestRejected(
          RejectionReason.INVALID,
          "a secret of a webhook has 1 to %,d printable characters of ASCII".formatted(MAX_SECRET));
    }
    return text;
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : requireSecret(text.strip());
  }
}
