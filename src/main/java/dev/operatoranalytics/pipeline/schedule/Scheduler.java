package dev.operatoranalytics.pipeline.schedule;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.schedule.Schedule.Outcome;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is due. A tick stands in {@code pipeline_ticks} once, and is done only with its work:
 * whoever holds the schedule's lock works on it, and when that server dies, the next one does.
 * Missed ticks are made up for by the latest of them.
 */
@Singleton
public class Scheduler {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

  private final DataSource state;
  private final Clock clock;
  private final GracefulShutdown underway;
  private final List<Schedule> schedules;

  @Inject
  Scheduler(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      ScheduleSettings settings,
      StateUpdate stateUpdate,
      Snapshots snapshots,
      Analytics analytics,
      Clock clock,
      GracefulShutdown underway) {
    this(
        plain.resolve(state),
        clock,
        underway,
        List.of(
            Schedule.of(
                "state-update",
                settings.stateUpdate(),
                () -> outcome(stateUpdate.run(false, Run.Trigger.SCHEDULE, (done, of) -> {}))),
            Schedule.of(
                "snapshots",
                settings.snapshots(),
                () -> outcome(snapshots.run(Run.Trigger.SCHEDULE, (done, of) -> {}))),
            Schedule.of(
                "analytics",
                settings.analytics(),
                () -> outcome(analytics.run(Run.Trigger.SCHEDULE, (done, of) -> {})))));
  }

  Scheduler(DataSource state, Clock clock, GracefulShutdown underway, List<Schedule> schedules) {
    this.state = state;
    this.clock = clock;
    this.underway = underway;
    this.schedules = schedules;
  }

  private static Outcome outcome(StateUpdate.Result result) {
    return switch (result) {
      case StateUpdate.Result.Updated updated -> new Outcome(updated.runId(), null);
      case StateUpdate.Result.Cancelled cancelled -> new Outcome(cancelled.runId(), null);
      case StateUpdate.Result.AlreadyRunning() -> new Outcome(null, "another run is under way");
    };
  }

  private static Outcome outcome(DayResult result) {
    return switch (result) {
      case DayResult.Taken taken when taken.isWhole() -> new Outcome(taken.runId(), null);
      case DayResult.Taken taken -> new Outcome(taken.runId(), taken.message());
      // whoever cancelled it does not want it again in a minute
      case DayResult.Cancelled cancelled -> new Outcome(cancelled.runId(), null);
      case DayResult.StateCancelled cancelled -> new Outcome(cancelled.runId(), null);
      case DayResult.NothingToDo() -> new Outcome(null, null);
      case DayResult other -> new Outcome(null, other.message());
    };
  }

  /** Whatever is due and nobody else works on, one after another. */
  public void runDue() {
    for (var schedule : schedules) {
      try {
        underway.run(
            "schedule=%s was stopped and goes on at the next start".formatted(schedule.name()),
            () -> runDue(schedule));
      } catch (CancellationException e) {
        return;
      } catch (SQLException | RuntimeException e) {
        log.error("schedule {} will be tried again", schedule.name(), e);
      }
    }
  }

  /** Pauses or resumes; false when there is no such schedule. */
  public boolean setEnabled(String name, boolean isEnabled) throws SQLException {
    if (schedules.stream().noneMatch(schedule -> schedule.name().equals(name))) {
      return false;
    }
    try (var connection = state.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into pipeline_schedules (schedule, is_enabled, changed_at)
                values (?, ?, now())
                on conflict (schedule) do update set
                    is_enabled = excluded.is_enabled,
                    changed_at = excluded.changed_at
                """)) {
      statement.setString(1, name);
      statement.setBoolean(2, isEnabled);
      statement.executeUpdate();
      return true;
    }
  }

  /**
   * Lets others see which schedules there are. A changed cron line counts from now on: its instants
   * before were never due.
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
    return schedules.stream().map(Schedule::name).toList();
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

  /** The latest tick of the cron line as it is, or one of an earlier line that is not done. */
  private static Optional<Instant> due(Connection connection, Schedule schedule, Instant now)
      throws SQLException {
    var last = schedule.lastDue(now).map(Scheduler::at).orElse(null);
    try (var statement =
        connection.prepareStatement(
            """
            select max(tick_at)
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
        return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
      }
    }
  }

  private void run(Connection writer, Schedule schedule, Instant tick) throws SQLException {
    log.info("schedule={} tick={} begins", schedule.name(), tick);
    try {
      var outcome = schedule.job().run();
      keep(
          writer,
          schedule,
          tick,
          outcome.message() == null ? "DONE" : "WAITING",
          outcome.runId(),
          outcome.message());
      log.info(
          "schedule={} tick={} {}",
          schedule.name(),
          tick,
          outcome.message() == null ? "done" : "waits: " + outcome.message());
    } catch (SQLException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // the tick stays as it is, for the next server
        throw e;
      }
      log.error("schedule={} tick={} failed", schedule.name(), tick, e);
      keep(writer, schedule, tick, "FAILED", null, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isEnabled(Connection connection, Schedule schedule) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select not exists (select from pipeline_schedules where schedule = ? and not"
                + " is_enabled)")) {
      statement.setString(1, schedule.name());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Records the tick, gives up those before it, and tells whether it is to be worked on now. */
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
      statement.executeUpdate();
    }
    try (var statement =
        connection.prepareStatement(
            """
            update pipeline_ticks set status = 'MISSED', changed_at = now()
            where schedule = ? and tick_at < ? and status in ('WAITING', 'FAILED')
            """)) {
      statement.setString(1, schedule.name());
      statement.setObject(2, at(tick));
      statement.executeUpdate();
    }
    try (var statement =
        connection.prepareStatement(
            """
            select status in ('WAITING', 'FAILED') and not_before <= ?
            from pipeline_ticks
            where schedule = ? and tick_at = ?
            """)) {
      statement.setObject(1, at(now));
      statement.setString(2, schedule.name());
      statement.setObject(3, at(tick));
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** What is not done is tried again with growing pauses, an hour at most. */
  private void keep(
      Connection connection,
      Schedule schedule,
      Instant tick,
      String status,
      @Nullable Long runId,
      @Nullable String message)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            update pipeline_ticks set
                status = ?,
                attempts = attempts + 1,
                not_before = ?::timestamptz + interval '1 minute' * least(2 ^ attempts, 60),
                run_id = ?,
                message = ?,
                changed_at = now()
            where schedule = ? and tick_at = ?
            """)) {
      statement.setString(1, status);
      statement.setObject(2, at(clock.instant()));
      statement.setObject(3, runId, Types.BIGINT);
      statement.setString(4, message);
      statement.setString(5, schedule.name());
      statement.setObject(6, at(tick));
      statement.executeUpdate();
    }
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
