package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.scheduling.cron.CronExpression;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job and when it is due. The {@link Scheduler} runs all beans of this type.
 *
 * @param name one of {@link ScheduleSettings#names}
 * @param group schedules of one group run one after another, groups in parallel
 */
public record Schedule(String name, String group, CronExpression cron, Job job) {
  // most are due every minute or day: the longer periods are searched only when needed
  private static final List<Duration> SEARCHED =
      List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(32));

  /** What a schedule runs. */
  public interface Job {
    TickOutcome run() throws SQLException, IOException;
  }

  /**
   * How an attempt ended.
   *
   * @param runId the run in {@code pipeline_runs}; null when none was recorded
   * @param message why it is not done; null when it is done
   */
  public record TickOutcome(@Nullable Long runId, @Nullable String message) {
    public static final TickOutcome DONE = new TickOutcome(null, null);

    public static TickOutcome waiting(String message) {
      return new TickOutcome(null, message);
    }
  }

  /** A schedule in a group of its own. */
  public static Schedule of(String name, String cron, Job job) {
    return of(name, name, cron, job);
  }

  static Schedule of(String name, String group, String cron, Job job) {
    return new Schedule(name, group, CronExpression.create(cron), job);
  }

  /** The latest instant until now at which it was due; empty when that is over 32 days ago. */
  Optional<Instant> lastDue(Instant now) {
    var end = now.atZone(ZoneOffset.UTC);
    return SEARCHED.stream()
        .flatMap(period -> lastDue(end.minus(period), end).stream())
        .findFirst();
  }

  private Optional<Instant> lastDue(ZonedDateTime from, ZonedDateTime end) {
    Instant last = null;
    for (var due = cron.nextTimeAfter(from); !due.isAfter(end); due = cron.nextTimeAfter(due)) {
      last = due.toInstant();
    }
    return Optional.ofNullable(last);
  }
}
