package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.scheduling.cron.CronExpression;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job and when it is due.
 *
 * @param name also of the job
 */
record Schedule(String name, CronExpression cron, Job job) {
  private static final Duration LONGEST_LOOK_BACK = Duration.ofDays(32);

  /** What a schedule runs. */
  interface Job {
    Outcome run() throws SQLException;
  }

  /**
   * How an attempt ended.
   *
   * @param message why it is not done; null when it is
   */
  record Outcome(@Nullable Long runId, @Nullable String message) {}

  static Schedule of(String name, String cron, Job job) {
    return new Schedule(name, CronExpression.create(cron), job);
  }

  /** The latest instant until now that it was due. */
  Optional<Instant> lastDue(Instant now) {
    var end = now.atZone(ZoneOffset.UTC);
    // most are due every day: look further back only where they are not
    for (var back = Duration.ofDays(1); ; back = LONGEST_LOOK_BACK) {
      var last = lastDue(end.minus(back), end);
      if (last.isPresent() || back.equals(LONGEST_LOOK_BACK)) {
        return last;
      }
    }
  }

  private Optional<Instant> lastDue(ZonedDateTime from, ZonedDateTime end) {
    Instant last = null;
    for (var due = cron.nextTimeAfter(from); !due.isAfter(end); due = cron.nextTimeAfter(due)) {
      last = due.toInstant();
    }
    return Optional.ofNullable(last);
  }
}
