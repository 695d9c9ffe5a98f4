package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Work of cancelled or killed runs is completed later, and nothing is done twice. */
@Tag("slow")
class StoppedRunsTest {
  private static final LocalDate FIRST = LocalDate.parse("2024-01-01");
  private static final int DAYS = 16;

  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void history() {
    tables.clear();
    new RandomHistory(5, DAYS, 6).all().forEach(happening -> happening.in(tables));
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        nobody    | stETH       | 1      | %d
        """
            .formatted(DAYS * RandomHistory.BLOCKS_A_DAY + 600));
    tables.given(
        "strategies",
        """
        strategy_id | underlying_token | decimals
        stETH       | steth            | 18
        """);
    price(2_000, "2024-01-01T12:00:00Z");
  }

  @Test
  void a_cancelled_backfill_continues_where_it_stopped() throws Exception {
    var cancelled =
        (DayResult.DaysCancelled)
            backfill(
                days -> {
                  if (days == 5) {
                    cancel();
                  }
                });

    assertThat(cancelled.days()).isBetween(5, 7);
    assertThat(statuses()).containsExactly("SUCCEEDED", "CANCELLED");
    assertThat(takenDays()).hasSize(cancelled.days());
    var rest = (DayResult.DaysTaken) backfill(days -> {});
    assertThat(rest.days()).isEqualTo(DAYS - cancelled.days());
    assertThatEveryDayWasTakenOnceAndCorrectly();
  }

  @Test
  void an_interrupted_backfill_is_cancelled_and_continues_where_it_stopped() throws Exception {
    var asker = Thread.currentThread();

    assertThatThrownBy(
            () ->
                backfill(
                    days -> {
                      if (days == 5) {
                        asker.interrupt();
                        while (!Thread.currentThread().isInterrupted()) {
                          LockSupport.parkNanos(1_000_000);
                        }
                      }
                    }))
        .isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(statuses()).containsExactly("SUCCEEDED", "CANCELLED");
    assertThat(takenDays()).hasSizeBetween(5, DAYS - 1);
    assertThat(backfill(days -> {})).isInstanceOf(DayResult.DaysTaken.class);
    assertThatEveryDayWasTakenOnceAndCorrectly();
  }

  @Test
  void a_killed_backfill_loses_no_day_and_takes_none_twice() throws Exception {
    tables.update(true);
    try (var victim = Victim.backfill(tables, FIRST, last(), 7)) {
      assertThat(victim.isHalted()).isTrue();
      victim.kill();
    }

    var rest =
        await()
            .until(
                () -> backfill(days -> {}), result -> !(result instanceof DayResult.DaysRunning));

    assertThat(rest).isInstanceOf(DayResult.DaysTaken.class);
    assertThat(statuses()).contains("LOST").doesNotContain("RUNNING");
    assertThatEveryDayWasTakenOnceAndCorrectly();
  }

  @Test
  void a_cancelled_state_update_leaves_complete_operators_and_totals() throws Exception {
    var commits = new AtomicInteger();
    var result = update(phase -> phase == RunPhase.COMMITTED && commits.incrementAndGet() == 4);

    assertThat(result).isInstanceOf(StateUpdateResult.Cancelled.class);
    assertThat(tables.rows("select last_processed_at from pipeline_checkpoints"))
        .containsExactly(List.of("-"));
    var rebuilt = tables.rows("select operator_id from operator_current_state");
    assertThat(rebuilt).isNotEmpty().hasSizeLessThan(5);
    assertThat(
            tables.rows(
                """
                select strategy_id
                from strategy_state
                full join (
                    select strategy_id, sum(shares) as shares
                    from operator_strategy_state
                    group by strategy_id
                ) as held using (strategy_id)
                where total_shares is distinct from coalesce(shares, 0)
                """))
        .isEmpty();

    tables.update();

    assertThatTablesAreComplete();
  }

  @Test
  void a_run_whose_lock_connection_is_cut_writes_nothing_after_another_began() throws Exception {
    var isCut = new AtomicBoolean();

    assertThatThrownBy(
            () ->
                update(
                    phase -> {
                      if (phase == RunPhase.COMMITTED && isCut.compareAndSet(false, true)) {
                        cutLock();
                        // another server finds the lock free
                        tables.update();
                      }
                      return false;
                    }))
        .isInstanceOf(Exception.class);

    assertThat(statuses()).containsExactly("LOST", "SUCCEEDED");
    assertThatTablesAreComplete();
  }

  private static void cutLock() {
    try (var connection = tables.stateUrl().connect()) {
      tables.execute(
          connection,
          """
          select pg_terminate_backend(pid)
          from pg_locks join pg_database on pg_database.oid = database
          where locktype = 'advisory' and datname = current_database()
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void the_next_run_revalues_operators_that_a_cancelled_run_did_not() throws Exception {
    tables.update(true);
    price(3_000, "2024-01-20T12:00:00Z");
    update(phase -> phase == RunPhase.COMMITTED);
    assertThat(statuses()).containsExactly("SUCCEEDED", "CANCELLED");

    tables.update();

    assertThatTablesAreComplete();
  }

  @Test
  void a_queued_run_that_failed_to_start_at_first_runs_once() throws Exception {
    tables.execute(
        tables.state(),
        """
        create sequence beginnings;
        create function fail_at_first() returns trigger language plpgsql as $$ begin
            if nextval('beginnings') = 1 then
                raise exception 'not yet' using errcode = '40001';
            end if;
            return new;
        end $$;
        create trigger fail_at_first before update on pipeline_runs
            for each row when (old.status = 'QUEUED') execute function fail_at_first();
        insert into pipeline_runs (run_id, job, run_trigger, status, fence, requested_at, is_full)
            overriding system value values (7, 'state-update', 'ADMIN', 'QUEUED', 0, now(), true)
        """);
    try {
      tables.stateUpdate().run(true, new Run.Queued(7), (done, of) -> {});
    } finally {
      tables.execute(
          tables.state(),
          """
          drop trigger fail_at_first on pipeline_runs;
          drop function fail_at_first;
          drop sequence beginnings
          """);
    }

    assertThat(tables.rows("select run_id, status from pipeline_runs"))
        .containsExactly(List.of("7", "SUCCEEDED"));
    assertThatTablesAreComplete();
  }

  @Test
  void old_runs_are_deleted_except_the_latest_of_each_table() {
    tables.update(true);
    tables.update(true);
    tables.execute(
        tables.state(),
        "update pipeline_runs set started_at = '2020-01-01', ended_at = '2020-01-01'");

    tables.update(true);

    // the first run is the latest one that wrote totals
    assertThat(
            tables.rows(
                """
                select run_id - (select min(run_id) from pipeline_runs)
                from pipeline_runs
                order by run_id
                """))
        .containsExactly(List.of("0"), List.of("2"));
    assertThat(tables.rows("select count(*) from pipeline_run_events where kind = 'ENDED'"))
        .containsExactly(List.of("2"));
  }

  private static void assertThatTablesAreComplete() {
    var held = tables.digests();
    for (var stage :
        List.of(Stages.QUOTES, Stages.PROTOCOL, Stages.REBUILD, Stages.STAKERS, Stages.TOTALS)) {
      for (var table : stage.tables()) {
        tables.execute(tables.state(), "truncate " + table.table());
      }
    }
    tables.update(true);
    assertThat(held).isEqualTo(tables.digests());
  }

  private static void assertThatEveryDayWasTakenOnceAndCorrectly() throws SQLException {
    assertThat(takenDays())
        .containsExactlyElementsOf(
            FIRST.datesUntil(last().plusDays(1)).map(day -> List.of(day.toString())).toList());
    var taken = tables.whole(Stages.SNAPSHOT);
    for (var table : Stages.SNAPSHOT.tables()) {
      tables.execute(tables.state(), "truncate " + table.table());
    }
    tables.execute(tables.state(), "truncate pipeline_partitions");
    backfill(days -> {});
    assertThat(tables.whole(Stages.SNAPSHOT)).isEqualTo(taken);
  }

  /** Days recorded in the transaction that took them, once per time taken. */
  private static List<List<String>> takenDays() {
    return tables.rows("select day from pipeline_run_events where kind = 'DAY_TAKEN' order by day");
  }

  private static List<String> statuses() {
    return tables.rows("select status from pipeline_runs order by run_id").stream()
        .map(List::getFirst)
        .toList();
  }

  private interface DayCounter {
    void days(int days);
  }

  private static DayResult backfill(DayCounter counter) throws SQLException {
    return tables
        .snapshots()
        .run(
            FIRST,
            last(),
            Reprocess.MISSING,
            Run.Trigger.COMMAND,
            (days, of) -> counter.days(days));
  }

  private interface Until {
    boolean is(RunPhase phase);
  }

  private static StateUpdateResult update(Until until) throws SQLException {
    return tables
        .stateUpdate(1)
        .run(
            false,
            Run.Trigger.COMMAND,
            new StateUpdateProgress() {
              @Override
              public void rebuilt(int operators, int of) {}

              @Override
              public void at(RunPhase phase) {
                if (until.is(phase)) {
                  cancel();
                }
              }
            });
  }

  private static void cancel() {
    try (var connection = tables.stateUrl().connect()) {
      tables.execute(
          connection,
          "update pipeline_runs set cancel_requested_at = now() where status = 'RUNNING'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LocalDate last() {
    return FIRST.plusDays(DAYS - 1);
  }

  private static void price(int usd, String at) {
    tables.given(
        "token_prices",
        """
        token | at | price_usd
        steth | %s | %d
        """
            .formatted(at, usd));
  }
}
