package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two processes on the same databases; one of them is killed or suspended during its run. {@code
 * bench/kill N} does it N times per phase.
 */
@Tag("slow")
class KillTest {
  private static final int TIMES = Integer.getInteger("kill.times", 1);
  private static final List<String> OPERATORS = List.of("alice", "bob", "carol", "dave", "erin");

  /** Phases that a run reaches once per batch. */
  private static final Set<RunPhase> OF_BATCHES =
      EnumSet.range(RunPhase.STAGED, RunPhase.COMMITTED);

  private static final Random RANDOM = new Random(7);

  @AutoClose private static final Tables tables = new Tables();
  @AutoClose private static final Tables clean = new Tables(tables.eventsUrl());
  private static int round;

  @BeforeAll
  static void begin() {
    tables.clear();
    change();
    tables.update();
  }

  @BeforeEach
  void nobodyRuns() {
    assertThat(tables.rows("select run_id from pipeline_runs where status = 'RUNNING'")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_run_killed_at_a_phase_is_completed_by_the_next(RunPhase phase) throws Exception {
    var killed = 0;
    for (var time = 0; time < TIMES; time++) {
      change();
      try (var victim = Victim.start(tables, phase, occurrence(phase, time), 2)) {
        assertThat(victim.isLocked()).isTrue();
        var race = new Race();
        if (victim.isHalted()) {
          killed++;
        }
        victim.kill();
        race.won();
      }

      assertThat(differing(cleanlyRebuilt())).isEmpty();
      assertThat(tables.rows("select run_id from pipeline_runs where status = 'RUNNING'"))
          .isEmpty();
    }
    assertThat(killed).isPositive();
    if (TIMES > 1) {
      System.out.printf("killed at %s %d of %d times: as rebuilt cleanly%n", phase, killed, TIMES);
    }
  }

  @Test
  void the_next_run_computes_totals_that_a_killed_run_left_out() throws Exception {
    change();
    var batches = (OPERATORS.size() + 1) / 2;
    try (var victim = Victim.start(tables, RunPhase.BEFORE_COMMIT, 2 + batches + 1, 1)) {
      assertThat(victim.isLocked() && victim.isHalted()).isTrue();
      victim.kill();
    }

    new Race().won();

    assertThat(differing(cleanlyRebuilt())).isEmpty();
  }

  @Test
  void a_suspended_run_blocks_others_and_ends_after_it_resumes() throws Exception {
    change();
    try (var victim = Victim.start(tables, RunPhase.COMMITTED, 2, 1)) {
      assertThat(victim.isLocked() && victim.isHalted()).isTrue();
      victim.stop();

      assertThat(tables.stateUpdate().run(false, Run.Trigger.COMMAND, (done, of) -> {}))
          .isEqualTo(new StateUpdateResult.AlreadyRunning());
      assertThat(victim.wake()).isZero();
    }
    assertThat(differing(cleanlyRebuilt())).isEmpty();
  }

  @Test
  void a_suspended_run_that_lost_its_lock_writes_nothing_after_it_resumes() throws Exception {
    change();
    try (var victim = Victim.start(tables, RunPhase.COMMITTED, 3, 1)) {
      assertThat(victim.isLocked() && victim.isHalted()).isTrue();
      victim.stop();
      tables.execute(
          tables.state(),
          """
          select pg_terminate_backend(pid)
          from pg_locks
          join pg_database on pg_database.oid = database
          where locktype = 'advisory' and datname = current_database()
          """);
      change();
      new Race().won();
      var after = tables.digests();

      assertThat(victim.wake()).isNotZero();
      assertThat(differing(after)).isEmpty();
      assertThat(differing(cleanlyRebuilt())).isEmpty();
    }
    assertThat(tables.rows("select status from pipeline_runs order by run_id desc limit 2"))
        .containsExactly(List.of("SUCCEEDED"), List.of("LOST"));
  }

  /** Another process that retries until it can run. */
  private static final class Race {
    private final Thread thread;
    private volatile boolean isWon;

    private Race() {
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    var update = tables.stateUpdate(2);
                    await()
                        .forever()
                        .pollDelay(Duration.ZERO)
                        .until(
                            () ->
                                update.run(false, Run.Trigger.COMMAND, (done, of) -> {})
                                    instanceof StateUpdateResult.Updated);
                    isWon = true;
                  });
    }

    private void won() throws InterruptedException {
      thread.join(60_000);
      assertThat(isWon).as("took over").isTrue();
    }
  }

  private static int occurrence(RunPhase phase, int time) {
    return time > 0 && OF_BATCHES.contains(phase) ? 1 + RANDOM.nextInt(3) : 1;
  }

  /** Tables with other content than expected. */
  private static List<String> differing(Map<String, String> expected) {
    var actual = tables.digests();
    return expected.keySet().stream()
        .filter(table -> !Objects.equals(expected.get(table), actual.get(table)))
        .toList();
  }

  private static Map<String, String> cleanlyRebuilt() {
    clean.clearState();
    clean.update(true);
    return clean.digests();
  }

  /** At each operator, one staker joins, one leaves, and one gets more shares. */
  private static void change() {
    round++;
    for (var operator : OPERATORS) {
      tables.given(
          "staker_delegation_events",
          """
          operator_id | staker_id | delegation_type | block_number
          %1$s        | %1$s-%2$d | DELEGATED       | %3$d
          %1$s        | %1$s-%4$d | UNDELEGATED     | %3$d
          """
              .formatted(operator, round, 10 * round, round - 2));
      tables.given(
          "operator_share_events",
          """
          operator_id | staker_id | strategy_id | shares | event_type | block_number
          %1$s        | %1$s-%2$d | stETH       | 70     | INCREASED  | %3$d
          %1$s        | %1$s-%4$d | stETH       | 7      | INCREASED  | %3$d
          """
              .formatted(operator, round, 10 * round, round - 1));
    }
  }
}
