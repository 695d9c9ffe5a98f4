package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.scheduling.cron.CronExpression;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** When a job runs by itself: a row of {@code pipeline_schedules} with its latest tick. */
@MappedEntity("pipeline_schedules")
public record Schedule(
    @Id String schedule,
    @Nullable String cron,
    boolean isEnabled,
    @Nullable Instant tickAt,
    @Nullable String tickStatus,
    @Nullable Integer attempts,
    @Nullable Instant notBefore,
    @Nullable Long runId,
    @Nullable String message) {

  static final String ROWS =
      """
      select
          schedule.schedule, schedule.cron, schedule.is_enabled, tick.tick_at,
          tick.status as tick_status, tick.attempts, tick.not_before, tick.run_id, tick.message
      from pipeline_schedules as schedule
      left join lateral (
          select tick_at, status, attempts, not_before, run_id, message
          from pipeline_ticks
          where pipeline_ticks.schedule = schedule.schedule
          order by tick_at desc
          limit 1
      ) as tick on true
      """;

  /**
   * An instant at which it was due.
   *
   * @param message why it waits; null when it does not
   * @param error why it failed; null when it did not
   */
  public record Tick(
      Instant at,
      String status,
      int attempts,
      @Nullable Instant notBefore,
      @Nullable String runKey,
      @Nullable String message,
      @Nullable String error) {}

  public String name() {
    return schedule;
  }

  /** Null while it is paused, or when no server runs it. */
  @Nullable Instant nextTickAt(Instant now) {
    return isEnabled && cron != null
        ? CronExpression.create(cron).nextTimeAfter(now.atZone(ZoneOffset.UTC)).toInstant()
        : null;
  }

  public @Nullable Tick lastTick() {
    if (tickAt == null || tickStatus == null) {
      return null;
    }
    var isOpen = tickStatus.equals("WAITING") || tickStatus.equals("FAILED");
    return new Tick(
        tickAt,
        tickStatus,
        attempts == null ? 0 : attempts,
        isOpen ? notBefore : null,
        runId == null ? null : Long.toString(runId),
        tickStatus.equals("FAILED") ? null : message,
        tickStatus.equals("FAILED") ? message : null);
  }
}
