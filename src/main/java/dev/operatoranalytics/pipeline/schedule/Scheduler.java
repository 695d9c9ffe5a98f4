package dev.operatoranalytics.pipeline.schedule;

import static java.util.stream.Collectors.groupingBy;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs the schedules that are due. {@code pipeline_ticks} has one row per tick, however many
 * servers there are. The server that holds the schedule's lock runs the tick; when it dies, another
 * one does. After missed ticks only the latest is run.
 */
@Singleton
public class Scheduler {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration TICK_RETENTION = Duration.ofDays(7);

  private final DataSource state;
  private final Clock clock;
  private final GracefulShutdown shutdown;
  private final List<Schedule> schedules;
  private final List<String> names;
  private final Set<String> busyGroups = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("schedule-", 0).factory());

  @Inject
  Scheduler(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      List<Schedule> schedules,
      Clock clock,
      GracefulShutdown shutdown) {
    this(plain.resolve(state), clock, shutdown, schedules, ScheduleSettings.names());
  }

  /**
   * @param names of all schedules that can be paused, in the order in which those of a group run
   */
  Scheduler(
      DataSource state,
      Clock clock,
      GracefulShutdown shutdown,
      List<Schedule> schedules,
      List<String> names) {
    this.state = state;
    this.clock = clock;
    this.shutdown = shutdown;
    this.schedules =
        schedules.stream()
            .sorted(Comparator.comparingInt(schedule -> names.indexOf(schedule.name())))
            .toList();
    this.names = names;
  }

  /** Starts what is due, each group on a thread of its own unless it still runs there. */
  void startDue() {
    var groups =
        schedules.stream()
            .collect(groupingBy(Schedule::group, LinkedHashMap::new, Collectors.toList()));
    groups.forEach(
        (group, members) -> {
          if (busyGroups.add(group)) {
            threads.execute(
                () -> {
                  try {
                    runDue(members);
                  } finally {
                    busyGroups.remove(group);
                  }
                });
          }
        });
  }

  /** Runs what is due and no other server runs, one after another. */
  public void runDue() {
    runDue(schedules);
  }

  private void runDue(List<Schedule> members) {
    for (var schedule : members) {
      try {
        shutdown.run(
            "schedule=%s was stopped and goes on at the next start".formatted(schedule.name()),
            () -> runDue(schedule));
      } catch (CancellationException e) {
        return;
      } catch (SQLException | RuntimeException e) {
        DatabaseUnavailable.log(
            log, "schedule %s failed; its next tick tries again".formatted(schedule.name()), e);
      }
    }
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }

  /** Pauses or resumes a schedule on all servers; false when there is no such schedule. */
  public boolean setEnabled(String name, boolean isEnabled) throws SQLException {
    if (!names.contains(name)) {
      return false;
    }
    try (var connection = state.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into pipeline_schedules as held (schedule, is_enabled, changed_at)
                values (?, ?, now())
                on conflict (schedule) do update set
                    is_enabled = excluded.is_enabled,
                    changed_at = excluded.changed_at
                where held.is_enabled <> excluded.is_enabled
                """)) {
      statement.setString(1, name);
      statement.setBoolean(2, isEnabled);
      statement.executeUpdate();
      return true;
    }
  }

  /**
   * Stores the schedules of this server in {@code pipeline_schedules}. A changed cron line counts
   * from now on: its earlier instants were never due.
   */
  public void announce() throws SQLException {
    try (var connection = state.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into pipeline_schedules as held (schedule, cron, is_enabled, changed_at)
                values (?, ?, true, now())
                on conflict (schedule) do update set
                    cron = excluded.cron,
                    cron_since = case when held.cron is not null then ?::timestamptz end
                where held.cron is distinct from excluded.cron
                """)) {
      for (var schedule : schedules) {
        statement.setString(1, schedule.name());
        statement.setString(2, schedule.cron().getExpression());
        statement.setObject(3, at(clock.instant()));
        statement.executeUpdate();
        announceNext(connection, schedule, clock.instant());
      }
    }
  }

  private static void announceNext(Connection connection, Schedule schedule, Instant now)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            update pipeline_schedules set next_tick_at = ?
            where schedule = ? and next_tick_at is distinct from ?
            """)) {
      var next = at(schedule.cron().nextTimeAfter(now.atZone(ZoneOffset.UTC)).toInstant());
      statement.setObject(1, next);
      statement.setString(2, schedule.name());
      statement.setObject(3, next);
      statement.executeUpdate();
    }
  }

  public List<String> names() {
    return names;
  }

  private void runDue(Schedule schedule) throws SQLException {
    var now = clock.instant();
    try (var lock = state.getConnection();
        var writer = state.getConnection()) {
      lock.setAutoCommit(false);
      writer.setAutoCommit(true);
      announceNext(writer, schedule, now);
      var tick = due(writer, schedule, now).orElse(null);
      if (tick == null) {
        return;
      }
      try {
        if (isEnabled(writer, schedule)
            && AdvisoryLock.tryAcquire(lock, "schedule/" + schedule.name())
            && claim(writer, schedule, tick, now)) {
          run(writer, schedule, tick);
        }
      } finally {
        lock.rollback();
      }
    }
  }

  /**
   * The latest tick of the cron line as it is, or one of an earlier line that is not done. The
   * clock of the database bounds it, so that a server whose clock jumped ahead runs no tick early.
   */
  private static Optional<Instant> due(Connection connection, Schedule schedule, Instant now)
      throws SQLException {
    var last = schedule.lastDue(now).map(Scheduler::at).orElse(null);
    try (var statement =
        connection.prepareStatement(
            """
            select max(tick_at) filter (where tick_at < now() + interval '1 minute'), max(tick_at)
            from (
                select ?::timestamptz as tick_at
                where not exists (
                    select from pipeline_schedules where schedule = ? and cron_since > ?
                )
                union all
                select tick_at
                from pipeline_ticks
                where schedule = ? and status in ('WAITING', 'FAILED')
            ) as ticks
            """)) {
      statement.setObject(1, last, Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setString(2, schedule.name());
      statement.setObject(3, last, Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setString(4, schedule.name());
      try (var row = statement.executeQuery()) {
        row.next();
        var due = row.getObject(1, OffsetDateTime.class);
        var latest = row.getObject(2, OffsetDateTime.class);
        if (latest != null && !latest.equals(due)) {
          log.warn(
              "schedule={} tick={} is in the future for the database: this machine's clock is"
                  + " wrong",
              schedule.name(),
              latest.toInstant());
        }
        return Optional.ofNullable(due).map(OffsetDateTime::toInstant);
      }
    }
  }

  private void run(Connection writer, Schedule schedule, Instant tick) throws SQLException {
    log.debug("schedule={} tick={} begins", schedule.name(), tick);
    try {
      var outcome = schedule.job().run();
      recordOutcome(
          writer,
          schedule,
          tick,
          outcome.message() == null ? "DONE" : "WAITING",
          outcome.runId(),
          outcome.message());
      // a schedule that is due every minute and has nothing to do is not worth a line
      log.atLevel(outcome.equals(TickOutcome.DONE) ? Level.DEBUG : Level.INFO)
          .log(
              "schedule={} tick={} {}",
              schedule.name(),
              tick,
              outcome.message() == null ? "done" : "waits: " + outcome.message());
    } catch (SQLException | IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // the tick stays as it is, for the next server
        throw new CancellationException("interrupted");
      }
      DatabaseUnavailable.log(
          log, "schedule=%s tick=%s failed".formatted(schedule.name(), tick), e);
      recordOutcome(writer, schedule, tick, "FAILED", null, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isEnabled(Connection connection, Schedule schedule) throws SQLException {
    return Sql.get(
        connection,
        "select not exists (select from pipeline_schedules where schedule = ? and not"
            + " is_enabled)",
        row -> row.getBoolean(1),
        schedule.name());
  }

  /** Records the tick, gives up earlier ones, and returns whether the tick is to be run now. */
  private static boolean claim(Connection connection, Schedule schedule, Instant tick, Instant now)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into pipeline_ticks (schedule, tick_at, status, attempts, not_before, changed_at)
            values (?, ?, 'WAITING', 0, ?, now())
            on conflict (schedule, tick_at) do nothing
            """)) {
      statement.setString(1, schedule.name());
      statement.setObject(2, at(tick));
      statement.setObject(3, at(now));
      if (statement.executeUpdate() > 0) {
        deleteOldTicks(connection, schedule, tick);
      }
    }
    Sql.update(
        connection,
        """
        update pipeline_ticks set status = 'MISSED', changed_at = now()
        where schedule = ? and tick_at < ? and status in ('WAITING', 'FAILED')
        """,
        schedule.name(),
        at(tick));
    return Sql.get(
        connection,
        """
        select status in ('WAITING', 'FAILED') and not_before <= ?
        from pipeline_ticks
        where schedule = ? and tick_at = ?
        """,
        row -> row.getBoolean(1),
        at(now),
        schedule.name(),
        at(tick));
  }

  private static void deleteOldTicks(Connection connection, Schedule schedule, Instant tick)
      throws SQLException {
    Sql.update(
        connection,
        "delete from pipeline_ticks where schedule = ? and tick_at < ?",
        schedule.name(),
        at(tick.minus(TICK_RETENTION)));
  }

  /** Stores the outcome; a tick that is not done is retried after 1, 2, 4 … 60 minutes. */
  private void recordOutcome(
      Connection connection,
      Schedule schedule,
      Instant tick,
      String status,
      @Nullable Long runId,
      @Nullable String message)
      throws SQLException {
    Sql.update(
        connection,
        """
        update pipeline_ticks set
            status = ?,
            attempts = attempts + 1,
            not_before = ?::timestamptz + interval '1 minute' * least(2 ^ attempts, 60),
            run_id = ?,
            message = ?,
            changed_at = now()
        where schedule = ? and tick_at = ?
        """,
        status,
        at(clock.instant()),
        runId,
        message,
        schedule.name(),
        at(tick));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
