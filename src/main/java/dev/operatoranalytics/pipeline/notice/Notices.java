package dev.operatoranalytics.pipeline.notice;

import io.micronaut.context.annotation.Requires;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds failures and standstills of all processes in the tables, and posts each once. A notice
 * stays in {@code pipeline_notices} until the webhook has accepted it, so that neither a restart
 * nor a webhook that is down loses it. When a server dies during the post, the notice is posted
 * twice.
 */
@Singleton
@Requires(property = "webhook.url", pattern = ".+")
class Notices {
  private static final Logger log = LoggerFactory.getLogger(Notices.class);

  private final DataSource state;
  private final Webhook webhook;
  private final WebhookSettings settings;
  private final Clock clock;

  @Inject
  Notices(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      Webhook webhook,
      WebhookSettings settings,
      Clock clock) {
    this(plain.resolve(state), webhook, settings, clock);
  }

  Notices(DataSource state, Webhook webhook, WebhookSettings settings, Clock clock) {
    this.state = state;
    this.webhook = webhook;
    this.settings = settings;
    this.clock = clock;
  }

  /** Finds new notices, and posts those that are due. */
  void postAll() throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(true);
      noticeFailures(connection);
      noticeStandstills(connection);
    }
    for (var notice = claim(); notice.isPresent(); notice = claim()) {
      post(notice.get());
    }
  }

  /**
   * Leaves out runs that ended more than a day ago, so that a new webhook does not get old
   * failures.
   */
  private void noticeFailures(Connection connection) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into pipeline_notices (kind, subject, message, noticed_at, not_before)
            select
                'RUN_FAILED',
                'run ' || run_id,
                format('%s run %s %s: %s', job, run_id, lower(status collate "C"), coalesce(error, 'no reason is known')),
                moment,
                moment
            from pipeline_runs cross join (select ?::timestamptz as moment) as now
            where status in ('FAILED', 'LOST', 'PARTIAL') and ended_at > moment - interval '1 day'
            on conflict do nothing
            """)) {
      statement.setObject(1, now());
      statement.executeUpdate();
    }
  }

  /**
   * The subject names the position of the standstill, so that the next standstill is posted again.
   */
  private void noticeStandstills(Connection connection) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            with
            standing as (
                select pipeline_name as name, last_processed_at as since_at
                from pipeline_checkpoints
                union all
                -- the day after the last one there is could be taken since it ended
                select stage || ' days', (max(partition_date) + 2)::timestamp at time zone 'UTC'
                from pipeline_partitions
                where status = 'DONE'
                group by stage
            )
            insert into pipeline_notices (kind, subject, message, noticed_at, not_before)
            select
                'STALE',
                name || ' since ' || since,
                format('%s: nothing newer than %s', name, since),
                moment,
                moment
            from
                standing
                cross join lateral to_char(since_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
                cross join (select ?::timestamptz as moment, ?::interval as longest) as now
            where since_at < moment - longest
            on conflict do nothing
            """)) {
      statement.setObject(1, now());
      statement.setString(2, settings.staleAfter().toString());
      statement.executeUpdate();
    }
  }

  /** Claims a due notice for this server: no other server sends it before its next attempt. */
  private Optional<Notice> claim() throws SQLException {
    try (var connection = state.getConnection();
        var statement =
            connection.prepareStatement(
                """
                update pipeline_notices set
                    attempts = attempts + 1,
                    not_before = ?::timestamptz + interval '1 minute' * least(2 ^ attempts, 60)
                where (kind, subject) in (
                    select kind, subject
                    from pipeline_notices
                    where told_at is null and attempts < ? and not_before <= ?
                    order by noticed_at, kind, subject
                    limit 1
                    for update skip locked
                )
                returning kind, subject, message, noticed_at
                """)) {
      connection.setAutoCommit(true);
      statement.setObject(1, now());
      statement.setInt(2, settings.attempts());
      statement.setObject(3, now());
      try (var row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Notice(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getObject(4, OffsetDateTime.class).toInstant()))
            : Optional.empty();
      }
    }
  }

  /** Posts a notice without holding a database connection meanwhile. */
  private void post(Notice notice) throws SQLException {
    try {
      webhook.post(notice);
      recordAttempt(notice, now(), null);
      log.info("told of {} {}", notice.kind(), notice.subject());
    } catch (Webhook.NotAccepted e) {
      recordAttempt(notice, null, e.getMessage());
      log.warn(
          "the webhook did not take {} {}: {}", notice.kind(), notice.subject(), e.getMessage());
    }
  }

  private void recordAttempt(Notice notice, @Nullable OffsetDateTime sentAt, @Nullable String error)
      throws SQLException {
    try (var connection = state.getConnection();
        var statement =
            connection.prepareStatement(
                """
                update pipeline_notices set told_at = ?, last_error = ?
                where kind = ? and subject = ?
                """)) {
      connection.setAutoCommit(true);
      statement.setObject(1, sentAt);
      statement.setString(2, error);
      statement.setString(3, notice.kind());
      statement.setString(4, notice.subject());
      statement.executeUpdate();
    }
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
