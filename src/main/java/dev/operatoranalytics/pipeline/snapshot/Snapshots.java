package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.Checkpoint;
import dev.operatoranalytics.pipeline.DayRetention;
import dev.operatoranalytics.pipeline.Extraction;
import dev.operatoranalytics.pipeline.Extraction.Lateness;
import dev.operatoranalytics.pipeline.Partitions;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.StateUpdateResult;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that takes days, each as of its end, however long ago. It updates the state first, and
 * takes days again that were taken too early.
 */
@Singleton
public class Snapshots implements Days {
  private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

  /** Name of the job in {@code pipeline_runs}. */
  public static final String JOB = "snapshots";

  // the first day of a piece rebuilds all operators, which takes as long as several later days
  private static final int MIN_PIECE_DAYS = 10;

  private static final Duration STATE_UPDATE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final DataSource events;
  private final DataSource state;
  private final StateUpdate stateUpdate;
  private final PipelineSettings settings;
  private final Clock clock;

  public Snapshots(
      @Named("events") DataSource events,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      StateUpdate stateUpdate,
      PipelineSettings settings,
      Clock clock) {
    this.events = plain.resolve(events);
    this.state = plain.resolve(state);
    this.stateUpdate = stateUpdate;
    this.settings = settings;
    this.clock = clock;
  }

  /** Takes all stale and failed days, and the days that ended since the last stored day. */
  @Override
  public DayResult run(Run.Cause cause, DayProgress progress) throws SQLException {
    var yesterday = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
    return take(
        calendar -> {
          var statuses = statuses();
          var due = new TreeMap<LocalDate, Partitions.DayStatus>(statuses);
          due.values().removeIf(status -> status == Partitions.DayStatus.DONE);
          return Plan.of(
                  Plan.begin(statuses, yesterday), yesterday, Plan.Reprocess.FAILED, statuses)
              .due(due.keySet());
        },
        cause,
        progress);
  }

  @Override
  public DayResult run(
      LocalDate from, LocalDate to, Plan.Reprocess reprocess, Run.Cause cause, DayProgress progress)
      throws SQLException {
    return take(
        calendar -> {
          var first = calendar.firstDay().filter(day -> day.isAfter(from)).orElse(from);
          return Plan.of(kept(first), to, reprocess, statuses());
        },
        cause,
        progress);
  }

  @Override
  public String job() {
    return JOB;
  }

  @Override
  public Plan plan(LocalDate from, LocalDate to, Plan.Reprocess reprocess) throws SQLException {
    // a run updates the state first, so the end of the source is not known yet
    return ended(Plan.of(kept(from), to, reprocess, statuses()), Instant.MAX);
  }

  /** The day itself, or the first day that the retention keeps. */
  private LocalDate kept(LocalDate day) {
    var kept = settings.firstKeptDay(today());
    return kept != null && kept.isAfter(day) ? kept : day;
  }

  /** Leaves out days that have not ended on the chain or by the clock. */
  private Plan ended(Plan plan, Instant knownUntil) {
    var now = clock.instant();
    return plan.without(
        day -> {
          var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC);
          return knownUntil.isBefore(end.toInstant())
              || now.isBefore(end.plusHours(settings.snapshotHourUtc()).toInstant());
        },
        days ->
            new DayResult.TooEarly(
                days,
                knownUntil.isBefore(now)
                    ? "the source is known until " + knownUntil
                    : "it is " + now));
  }

  @Override
  public Plan.Coverage coverage(LocalDate from, LocalDate to) throws SQLException {
    return Plan.Coverage.of(from, to, statuses());
  }

  private interface Planning {
    Plan plan(Calendar calendar) throws SQLException;
  }

  private DayResult take(Planning planning, Run.Cause cause, DayProgress progress)
      throws SQLException {
    try (var job = DayJob.begin(state, settings.name(), JOB)) {
      if (job == null) {
        return new DayResult.DaysRunning();
      }
      // read before the state update: rows written later may be missing in the state
      var lateness = lateness();
      return switch (updateState(cause)) {
        case StateUpdateResult.Updated updated -> {
          var taken = take(job, lateness, planning, cause, progress);
          detachOldMonths();
          yield taken;
        }
        case StateUpdateResult.Cancelled cancelled ->
            new DayResult.StateCancelled(cancelled.runId());
        case StateUpdateResult.AlreadyRunning() -> new DayResult.StateBehind();
      };
    }
  }

  private DayResult take(
      DayJob job, Lateness lateness, Planning planning, Run.Cause cause, DayProgress progress)
      throws SQLException {
    var blocking = job.unreadableChecks();
    if (!blocking.isEmpty()) {
      return new DayResult.Blocked(blocking);
    }
    var checkpoint = Checkpoint.read(job.connection(), settings.name()).orElse(null);
    if (checkpoint == null
        || checkpoint.safeAt() == null
        || checkpoint.safeBlock() == null
        || checkpoint.lastProcessedAt() == null) {
      return new DayResult.NothingKnown();
    }
    try (var source = events.getConnection()) {
      source.setReadOnly(true);
      source.setAutoCommit(false);
      var seenUntil =
          Extraction.seenUntil(
              source, lateness, checkpoint.lastProcessedAt(), checkpoint.safeBlock(), settings);
      var calendar = calendar(source, checkpoint.safeBlock(), seenUntil);
      source.rollback();
      var plan = ended(planning.plan(calendar), checkpoint.safeAt());
      return job.take(
          plan,
          MIN_PIECE_DAYS,
          settings.parallelBatches(),
          cause,
          run ->
              new SnapshotWriter(
                  run,
                  plan,
                  calendar,
                  seenUntil,
                  settings,
                  clock,
                  events.getConnection(),
                  state.getConnection()),
          progress);
    }
  }

  private Calendar calendar(Connection source, long safeBlock, Instant seenUntil)
      throws SQLException {
    try (var writer = state.getConnection()) {
      writer.setAutoCommit(false);
      Calendar.keep(source, writer, safeBlock, seenUntil);
      writer.commit();
      return Calendar.read(writer, settings.slotSeconds());
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** The days were taken, so a month that cannot be detached is only logged. */
  private void detachOldMonths() {
    var kept = settings.firstKeptDay(today());
    var directory = settings.dayExportDir() == null ? null : Path.of(settings.dayExportDir());
    try (var writer = state.getConnection()) {
      new DayRetention(kept, directory).apply(writer);
    } catch (IOException | SQLException e) {
      log.error("months before {} cannot be detached: {}", kept, e.getMessage());
    }
  }

  private Lateness lateness() throws SQLException {
    try (var source = events.getConnection()) {
      source.setAutoCommit(true);
      return Lateness.read(source, settings);
    }
  }

  /** Updates the state; waits up to the timeout while another process does. */
  private StateUpdateResult updateState(Run.Cause cause) throws SQLException {
    var deadline = Instant.now().plus(STATE_UPDATE_TIMEOUT);
    while (true) {
      var result = stateUpdate.run(false, cause.trigger(), (done, of) -> {});
      if (!(result instanceof StateUpdateResult.AlreadyRunning)
          || Instant.now().isAfter(deadline)) {
        return result;
      }
      StateUpdate.pause(PAUSE);
    }
  }

  private NavigableMap<LocalDate, Partitions.DayStatus> statuses() throws SQLException {
    try (var connection = state.getConnection()) {
      return Partitions.SNAPSHOT.statuses(connection);
    }
  }
}
