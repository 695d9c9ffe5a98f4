package dev.operatoranalytics.pipeline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.pipeline.RealTables;
import dev.operatoranalytics.pipeline.schedule.Schedule.TickOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Each tick runs once, even when servers die. */
class SchedulerTest {
  @AutoClose private static final RealTables tables = new RealTables();

  private final MovingClock clock = new MovingClock(Instant.parse("2026-01-22T13:00:00Z"));
  private final List<Instant> runs = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void forget() {
    tables.tables().clear();
  }

  @Test
  void several_servers_run_a_tick_once() {
    var one = scheduler(this::work);
    var other = scheduler(this::work);

    one.runDue();
    other.runDue();
    one.runDue();

    assertThat(runs).hasSize(1);
    assertThat(ticks()).containsExactly(List.of("12:00:00", "DONE", "1"));
    clock.now = Instant.parse("2026-01-22T18:00:01Z");
    other.runDue();
    assertThat(runs).hasSize(2);
  }

  @Test
  void concurrent_servers_run_every_tick_once() {
    var servers = List.of(scheduler(this::work), scheduler(this::work), scheduler(this::work));
    for (var tick = 1; tick <= 10; tick++) {
      servers.stream()
          .map(server -> CompletableFuture.runAsync(server::runDue, Thread::startVirtualThread))
          .toList()
          .forEach(CompletableFuture::join);

      assertThat(runs).hasSize(tick);
      clock.now = clock.now.plus(Duration.ofHours(6));
    }
    assertThat(ticks()).hasSize(10);
    assertThat(ticks())
        .allSatisfy(tick -> assertThat(tick.subList(1, 3)).containsExactly("DONE", "1"));
  }

  @Test
  void missed_ticks_collapse_into_the_latest() {
    scheduler(this::work).runDue();
    clock.now = Instant.parse("2026-01-25T07:00:00Z");

    scheduler(this::work).runDue();

    assertThat(runs).hasSize(2);
    assertThat(ticks())
        .containsExactly(List.of("12:00:00", "DONE", "1"), List.of("06:00:00", "DONE", "1"));
  }

  @Test
  void a_future_tick_is_not_claimed_when_a_clock_jumps_ahead() {
    var right = Instant.now();
    clock.now = right.plus(Duration.ofDays(2));
    scheduler(this::work).runDue();
    assertThat(runs).isEmpty();
    assertThat(ticks()).isEmpty();

    clock.now = right;
    scheduler(this::work).runDue();
    // the clock jumps back: the tick before is done late, as after an outage
    clock.now = right.minus(Duration.ofDays(1));
    scheduler(this::work).runDue();
    clock.now = right;
    scheduler(this::work).runDue();

    assertThat(runs).containsExactly(right, right.minus(Duration.ofDays(1)));
  }

  @Test
  void an_unfinished_tick_is_retried_with_growing_pauses_until_a_later_tick() {
    var scheduler =
        scheduler(
            () -> {
              work();
              return new TickOutcome(null, "its snapshot is not there");
            });
    scheduler.runDue();
    scheduler.runDue();
    assertThat(runs).hasSize(1);
    clock.now = clock.now.plusSeconds(61);
    scheduler.runDue();
    clock.now = clock.now.plusSeconds(61);
    scheduler.runDue();
    assertThat(runs).hasSize(2);
    assertThat(ticks()).containsExactly(List.of("12:00:00", "WAITING", "2"));

    clock.now = Instant.parse("2026-01-22T18:30:00Z");
    scheduler(this::work).runDue();

    assertThat(ticks())
        .containsExactly(List.of("12:00:00", "MISSED", "2"), List.of("18:00:00", "DONE", "1"));
  }

  @Test
  void another_server_runs_the_tick_of_a_dead_server() {
    scheduler(
            () -> {
              throw new Died();
            })
        .runDueOrDie();

    scheduler(this::work).runDue();

    assertThat(runs).hasSize(1);
    assertThat(ticks()).containsExactly(List.of("12:00:00", "DONE", "1"));
  }

  @Test
  void a_paused_schedule_waits_until_it_is_resumed() throws Exception {
    var scheduler = scheduler(this::work);
    scheduler.setEnabled("work", false);
    scheduler.runDue();
    assertThat(runs).isEmpty();

    scheduler.setEnabled("work", true);
    scheduler.runDue();

    assertThat(runs).hasSize(1);
    assertThat(scheduler.setEnabled("another", false)).isFalse();
  }

  @Test
  void a_changed_cron_line_runs_no_past_tick() throws Exception {
    var before = scheduler(this::work);
    before.announce();
    before.runDue();
    var after = scheduler("30 12 * * *", this::work);
    after.announce();

    after.runDue();

    assertThat(ticks()).containsExactly(List.of("12:00:00", "DONE", "1"));
    clock.now = Instant.parse("2026-01-23T20:00:00Z");
    var restarted = scheduler("30 12 * * *", this::work);
    restarted.announce();
    restarted.runDue();
    assertThat(ticks())
        .as("missed while no server was up")
        .containsExactly(List.of("12:00:00", "DONE", "1"), List.of("12:30:00", "DONE", "1"));
  }

  @Test
  void a_tick_of_the_previous_cron_line_is_retried_until_it_is_done() throws Exception {
    var before = scheduler(() -> new TickOutcome(null, "its snapshot is not there"));
    before.announce();
    before.runDue();
    var after = scheduler("30 12 * * *", this::work);
    after.announce();
    clock.now = clock.now.plusSeconds(61);

    after.runDue();

    assertThat(ticks()).containsExactly(List.of("12:00:00", "DONE", "2"));
  }

  @Test
  void old_ticks_are_deleted() {
    scheduler(this::work).runDue();
    clock.now = Instant.parse("2026-01-30T00:00:00Z");

    scheduler(this::work).runDue();

    assertThat(ticks()).containsExactly(List.of("00:00:00", "DONE", "1"));
  }

  @Test
  void a_long_job_does_not_delay_schedules_of_other_groups() throws Exception {
    var release = new CountDownLatch(1);
    var other = new CountDownLatch(1);
    var scheduler =
        scheduler(
            Schedule.of(
                "long",
                "0 * * * *",
                () -> {
                  await(release);
                  return TickOutcome.DONE;
                }),
            Schedule.of(
                "other",
                "0 * * * *",
                () -> {
                  other.countDown();
                  return TickOutcome.DONE;
                }));
    try {
      scheduler.startDue();

      assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      release.countDown();
      scheduler.close();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private TickOutcome work() {
    runs.add(clock.now);
    return new TickOutcome(null, null);
  }

  private Dying scheduler(Schedule.Job job) {
    return scheduler("0 */6 * * *", job);
  }

  private Dying scheduler(String cron, Schedule.Job job) {
    return new Dying(scheduler(Schedule.of("work", cron, job)));
  }

  private Scheduler scheduler(Schedule... schedules) {
    var url = tables.tables().stateUrl();
    var source = new PGSimpleDataSource();
    source.setUrl(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    return new Scheduler(
        source,
        clock,
        new GracefulShutdown(),
        List.of(schedules),
        Stream.of(schedules).map(Schedule::name).toList());
  }

  private static List<List<String>> ticks() {
    return tables.rows(
        "select (tick_at at time zone 'UTC')::time, status, attempts from pipeline_ticks order by"
            + " tick_at");
  }

  /** An error that nothing handles, like the end of a process. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A scheduler that can die during a job. */
  private record Dying(Scheduler scheduler) {
    void runDue() {
      scheduler.runDue();
    }

    void runDueOrDie() {
      try {
        scheduler.runDue();
      } catch (Died e) {
        // closes its connections like those of a dead process
      }
    }

    void announce() throws Exception {
      scheduler.announce();
    }

    boolean setEnabled(String name, boolean isEnabled) throws Exception {
      return scheduler.setEnabled(name, isEnabled);
    }
  }

  /** A clock that stands still until it is set. */
  private static final class MovingClock extends Clock {
    private Instant now;

    private MovingClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
