package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.InLocale;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A day has the values of its end, whenever it is taken. */
@InLocale("ar-EG")
@Tag("slow")
class DaysTest {
  private static final LocalDate FIRST = LocalDate.parse("2024-01-01");
  private static final int DAYS = 30;
  private static final String BLOCKS =
      "select day, first_block, last_block, last_timestamp from day_blocks order by day";

  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void quotes() {
    tables.clear();
    tables.given(
        "strategies",
        """
        strategy_id | underlying_token | decimals
        stETH       | steth            | 18
        USDC        | usdc             | 6
        """);
    for (var day = FIRST; day.isBefore(FIRST.plusDays(DAYS)); day = day.plusDays(1)) {
      price("steth", day, "12:00", 2_000 + day.getDayOfMonth());
      if (day.getDayOfMonth() % 7 > 0) {
        price("usdc", day, "23:59", 1);
      }
    }
    tables.given(
        "strategy_exchange_rates",
        """
        strategy_id | at                   | rate
        stETH       | 2024-01-10T05:00:00Z | 1100000000000000000
        """);
  }

  @Test
  void days_taken_as_events_arrive_equal_days_taken_later_together() throws Exception {
    takeAsEventsArrive(new RandomHistory(1, DAYS, 12));
    var onTime = tables.whole(Stages.SNAPSHOT);
    assertThat(onTime.get("operator_daily_snapshots")).hasSizeGreaterThan(100);
    assertThat(onTime.get("operator_allocation_periods")).hasSizeBetween(20, 400);
    assertPeriodsHoldTheRowsOfDays();
    var blocks = tables.rows(BLOCKS);
    assertThat(blocks).hasSizeGreaterThan(DAYS);

    forgetDays();
    tables.execute(tables.state(), "truncate day_blocks");
    take(FIRST, last(), Reprocess.MISSING);

    assertThat(tables.rows(BLOCKS)).as("kept as events arrived").isEqualTo(blocks);
    assertThat(tables.whole(Stages.SNAPSHOT)).isEqualTo(onTime);
    forgetDays();
    for (var day : List.of(29, 3, 17)) {
      take(FIRST.plusDays(day), FIRST.plusDays(day), Reprocess.MISSING);
    }
    take(FIRST, last(), Reprocess.MISSING);
    assertThat(tables.whole(Stages.SNAPSHOT)).isEqualTo(onTime);
  }

  @Test
  void network_figures_are_rounded_once_and_even_medians_are_the_mean_of_the_middle_two()
      throws Exception {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares  | event_type
        alice       | sam       | USDC        | 1000000 | INCREASED
        bob         | sue       | USDC        | 2000000 | INCREASED
        """);
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude
        alice       | USDC        | 3
        bob         | USDC        | 7
        """);
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude | effect_block
        alice       | avs1-1          | USDC        | 1         | 0
        bob         | avs1-1          | USDC        | 2         | 0
        """);
    tables.given(
        "operator_avs_registration_status_updated_events",
        """
        operator_id | avs_id | status
        alice       | avs2   | REGISTERED
        bob         | avs2   | REGISTERED
        """);
    tables.given(
        "operator_pi_split_bips_set_events",
        """
        caller | operator_id | activated_at | old_operator_pi_split_bips | new_operator_pi_split_bips
        bob    | bob         | 0            | 1000                       | 501
        """);
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        zoe       | stETH       | 1      | 20000
        """);
    tables.update();

    take(FIRST, FIRST, Reprocess.MISSING);

    // 1/3 and 2/7; no stake is slashable
    tables.expect(
        "network_daily_aggregates",
        """
        total_tvs            | mean_tvs             | median_tvs           | mean_pi_bips | median_pi_bips | slashable_usd | mean_utilization_rate
        3.000000000000000000 | 1.500000000000000000 | 1.500000000000000000 | 750.50       | 750.5          | 0             | 0.309523809523809524
        """);
    tables.expect(
        "operator_strategy_daily_snapshots",
        """
        operator_id | utilization_rate
        alice       | 0.333333333333333333
        bob         | 0.285714285714285714
        """);
  }

  /** What a table of a row for each day would hold on every third day: all operators, rebuilt. */
  private static void assertPeriodsHoldTheRowsOfDays() throws Exception {
    for (var day = FIRST; !day.isAfter(last()); day = day.plusDays(3)) {
      var end = FIRST.until(day.plusDays(1), ChronoUnit.DAYS) * RandomHistory.BLOCKS_A_DAY - 1;
      try (var source = tables.eventsUrl().connect();
          var state = tables.stateUrl().connect()) {
        source.setAutoCommit(false);
        state.setAutoCommit(false);
        SqlFile.set(state, Map.of("day", day.toString()));
        new StageRunner(source, state)
            .stage(
                Stages.DAY_END,
                List.of("alice", "bob", "carol", "dave", "erin"),
                RebuildBounds.endOf(day, end, Tables.NOW, Tables.settings(3, 0)));
        for (var each :
            List.of(
                "operator_allocations|operator_allocation_daily_snapshots|operator_id,"
                    + " operator_set_id, strategy_id, current_magnitude, pending_magnitude,"
                    + " pending_effect_block, is_slashable, slashable_shares, slashable_usd",
                "operator_commission_rates|operator_commission_daily_snapshots|operator_id,"
                    + " commission_kind, subject_id, current_bips, is_default, upcoming_bips,"
                    + " activates_at")) {
          var parts = each.split("\\|");
          assertThat(
                  Tables.rows(
                      state,
                      "select %s from %s where snapshot_date = '%s' order by 1, 2, 3"
                          .formatted(parts[2], parts[1], day)))
              .as("%s of %s", parts[1], day)
              .isEqualTo(
                  Tables.rows(
                      state,
                      "select %s from pg_temp.%s order by 1, 2, 3".formatted(parts[2], parts[0])));
        }
      }
    }
  }

  @Test
  void duration_vaults_are_left_out_of_the_percentiles_of_a_day() throws Exception {
    tables.given(
        "duration_vault_deployed_events",
        """
        strategy_id | underlying_token | vault_admin | duration | max_per_deposit | stake_cap | metadata_uri | avs_id | operator_set_id_num
        vault       | usdc             | eve         | 86400    | 1               | 2         | uri          | avs    | 7
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares  | event_type
        alice       | sam       | USDC        | 1000000 | INCREASED
        bob         | sue       | USDC        | 2000000 | INCREASED
        vault       | tom       | USDC        | 5000000 | INCREASED
        """);
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        zoe       | stETH       | 1      | 20000
        """);
    tables.update();

    take(FIRST, FIRST, Reprocess.MISSING);

    tables.expect(
        "network_daily_aggregates",
        """
        valued_operator_count | valued_vault_count | median_tvs           | median_tvs_with_vaults | p90_tvs              | p90_tvs_with_vaults
        3                     | 1                  | 1.500000000000000000 | 2.000000000000000000   | 2.000000000000000000 | 5.000000000000000000
        """);
  }

  @Test
  void days_of_avses_and_operator_sets_have_members_and_stake() throws Exception {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares  | event_type
        alice       | sam       | USDC        | 4000000 | INCREASED
        bob         | sue       | USDC        | 2000000 | INCREASED
        """);
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id
        alice       | avs-1
        bob         | avs-1
        """);
    tables.given(
        "strategy_operator_set_events",
        """
        operator_set_id | strategy_id | event_type
        avs-1           | USDC        | ADDED
        avs-2           | USDC        | ADDED
        """);
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block
        alice       | avs-1           | USDC        | 500000000000000000 | 0
        bob         | avs-2           | USDC        | 250000000000000000 | 0
        """);
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        zoe       | stETH       | 1      | 20000
        """);
    tables.update();

    take(FIRST, FIRST, Reprocess.MISSING);
    tables.analytics().run(FIRST, FIRST, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});

    // bob is no member of avs-2, which can therefore slash nothing
    tables.expect(
        "operator_set_daily_stakes",
        """
        operator_set_id | avs_id | member_count | allocated_usd        | delegated_usd        | slashable_usd        | unpriced_strategy_count
        avs-1           | avs    | 2            | 2.000000000000000000 | 6.000000000000000000 | 2.000000000000000000 | 0
        avs-2           | avs    | 0            | 0.500000000000000000 | 0                    | 0                    | 0
        """);
    tables.expect(
        "avs_daily_stakes",
        """
        avs_id | operator_count | operator_set_count | allocated_usd        | delegated_usd        | slashable_usd        | unpriced_operator_count
        avs    | 2              | 2                  | 2.500000000000000000 | 6.000000000000000000 | 2.000000000000000000 | 0
        """);
  }

  /** Some rows arrive days late; after its day, one price is corrected and one arrives. */
  private static void takeAsEventsArrive(RandomHistory history) throws Exception {
    var random = new Random(2);
    var late = new ArrayList<RandomHistory.Happening>();
    var happenings = new ArrayList<>(history.all());
    for (var day = 0; day < DAYS; day++) {
      while (!happenings.isEmpty()
          && happenings.getFirst().block() <= (day + 1) * RandomHistory.BLOCKS_A_DAY + 600) {
        var happening = happenings.removeFirst();
        if (history.canBeLate(happening) && random.nextInt(8) == 0) {
          late.add(happening);
        } else {
          happening.in(tables);
        }
      }
      tables.given(
          "deposit_events",
          """
          staker_id | strategy_id | shares | block_number
          nobody    | stETH       | 1      | %s
          """
              .formatted((day + 1) * RandomHistory.BLOCKS_A_DAY + 600));
      if (day % 6 == 5) {
        late.forEach(happening -> happening.in(tables));
        late.clear();
      }
      if (day == 12) {
        price("steth", FIRST.plusDays(4), "18:00", 1_000);
        price("usdc", FIRST.plusDays(6), "01:00", 2);
      }
      take(FIRST, FIRST.plusDays(day), Reprocess.FAILED);
    }
    late.forEach(happening -> happening.in(tables));
    happenings.forEach(happening -> happening.in(tables));
    take(FIRST, last(), Reprocess.FAILED);
  }

  @Test
  void delegator_shares_at_the_end_of_a_day_equal_a_rebuild_as_of_it() {
    new RandomHistory(3, DAYS, 12).all().forEach(happening -> happening.in(tables));
    tables.update(true);
    for (var day = 1; day <= DAYS; day += 4) {
      var held =
          tables.rows(
              """
              select operator_id, staker_id, strategy_id, shares, is_dust
              from operator_delegator_share_history
              where from_date <= '%1$s' and coalesce(until_date > '%1$s', true)
              order by 1, 2, 3
              """
                  .formatted(FIRST.plusDays(day - 1)));

      tables.rebuildUntil(
          day * RandomHistory.BLOCKS_A_DAY - 1, List.of("alice", "bob", "carol", "dave", "erin"));

      assertThat(
              tables.rows(
                  """
                  select operator_id, staker_id, strategy_id, shares, is_dust
                  from operator_delegator_shares
                  order by 1, 2, 3
                  """))
          .isEqualTo(held);
      tables.update(true);
    }
  }

  @Test
  void a_range_that_ends_too_late_is_taken_up_to_the_last_known_day() throws Exception {
    new RandomHistory(9, DAYS, 3).all().forEach(happening -> happening.in(tables));

    var taken =
        (DayResult.DaysTaken)
            tables
                .snapshots()
                .run(
                    FIRST,
                    last().plusDays(9),
                    Reprocess.MISSING,
                    Run.Trigger.COMMAND,
                    (days, of) -> {});

    var known = (long) taken.days();
    assertThat(taken.failed()).isEmpty();
    assertThat(known).isBetween(DAYS - 1L, DAYS + 8L);
    assertThat(taken.message())
        .contains(FIRST.plusDays(known) + "", last().plusDays(9) + "")
        .contains("cannot be taken yet: the source is known until 2024-0");
    assertThat(tables.rows("select error from pipeline_runs where job = 'snapshots'"))
        .containsExactly(List.of(taken.message()));
    var analysed =
        (DayResult.DaysTaken)
            tables
                .analytics()
                .run(
                    FIRST,
                    last().plusDays(9),
                    Reprocess.MISSING,
                    Run.Trigger.COMMAND,
                    (days, of) -> {});
    assertThat(analysed.days()).isEqualTo(taken.days());
    assertThat(analysed.waiting()).isInstanceOf(DayResult.NoSnapshot.class);
    assertThat(
            tables
                .snapshots()
                .run(
                    FIRST,
                    last().plusDays(9),
                    Reprocess.MISSING,
                    Run.Trigger.COMMAND,
                    (days, of) -> {}))
        .as("nothing left but days that wait")
        .isInstanceOf(DayResult.TooEarly.class);
  }

  @Test
  void due_days_are_taken_while_yesterday_has_to_wait() throws Exception {
    new RandomHistory(9, DAYS, 3).all().forEach(happening -> happening.in(tables));
    take(FIRST, FIRST.plusDays(2), Reprocess.MISSING);
    tables.execute(
        tables.state(),
        "update pipeline_partitions set status = 'STALE' where partition_date = '2024-01-02'");

    var taken =
        (DayResult.DaysTaken) tables.snapshots().run(Run.Trigger.SCHEDULE, (days, of) -> {});

    assertThat(taken.waiting()).isInstanceOf(DayResult.TooEarly.class);
    assertThat(tables.rows("select distinct status from pipeline_partitions"))
        .containsExactly(List.of("DONE"));
    assertThat(
            tables.rows("select distinct status from pipeline_runs where run_trigger = 'SCHEDULE'"))
        .containsExactly(List.of("SUCCEEDED"));
  }

  @Test
  void days_wait_for_a_running_state_update() throws Exception {
    new RandomHistory(4, DAYS, 3).all().forEach(happening -> happening.in(tables));
    try (var other = tables.stateUrl().connect();
        var statement = other.createStatement();
        var threads = Executors.newSingleThreadExecutor()) {
      other.setAutoCommit(false);
      statement.execute(
          "select pg_advisory_xact_lock(hashtextextended('%s', 0))"
              .formatted("analytics_pipeline_v1"));
      var taken =
          threads.submit(
              () ->
                  tables
                      .snapshots()
                      .run(FIRST, FIRST, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {}));

      assertThatThrownBy(() -> taken.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      other.rollback();
      assertThat(taken.get()).isInstanceOf(DayResult.DaysTaken.class);
    }
  }

  @Test
  void days_of_a_failed_operator_are_taken_again_after_its_rebuild() throws Exception {
    new RandomHistory(5, DAYS, 3).all().forEach(happening -> happening.in(tables));
    tables.execute(
        tables.events(),
        """
        insert into max_magnitude_updated_events
            (id, transaction_hash, log_index, block_number, block_timestamp, operator_id, strategy_id, max_magnitude)
        select 'impossible-0', 'impossible', 0, min(block_number), 9223372036854775807, 'alice', 'stETH', 1
        from operator_share_events
        """);
    take(FIRST, last(), Reprocess.MISSING);
    tables.execute(
        tables.events(), "delete from max_magnitude_updated_events where id = 'impossible-0'");
    tables.execute(tables.state(), "update pipeline_requests set not_before = now()");
    assertThatThrownBy(
            () ->
                updateWhile(
                    RunPhase.BEFORE_CHECKPOINT,
                    () -> {
                      throw new Stopped();
                    }))
        .as("stopped once it was rebuilt")
        .isInstanceOf(Stopped.class);

    take(FIRST, last(), Reprocess.MISSING);

    assertDaysAreThoseTakenAllAtOnce();
    assertThat(tables.rows("select from operator_daily_snapshots where operator_id = 'alice'"))
        .isNotEmpty();
  }

  @Test
  void a_day_taken_while_the_state_changes_is_taken_again() throws Exception {
    new RandomHistory(6, DAYS, 3).all().forEach(happening -> happening.in(tables));
    take(FIRST, last(), Reprocess.MISSING);
    new RandomHistory(7, DAYS, 3).all().forEach(happening -> happening.in(tables));

    updateWhile(
        RunPhase.COMMITTED,
        () -> tables.execute(tables.state(), "update pipeline_partitions set status = 'DONE'"));
    take(FIRST, last(), Reprocess.MISSING);

    assertDaysAreThoseTakenAllAtOnce();
  }

  @Test
  void days_are_cancelled_with_the_state_update_that_comes_first() throws Exception {
    new RandomHistory(8, DAYS, 3).all().forEach(happening -> happening.in(tables));
    tables.execute(
        tables.state(),
        """
        create function cancel() returns trigger language plpgsql as
        'begin new.cancel_requested_at := now(); return new; end';
        create trigger cancel before insert on pipeline_runs
        for each row execute function cancel()
        """);
    try {
      assertThat(
              tables
                  .snapshots()
                  .run(FIRST, last(), Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {}))
          .isInstanceOf(DayResult.StateCancelled.class);
    } finally {
      tables.execute(tables.state(), "drop function cancel cascade");
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Updates the state and runs an action at one of its phases. */
  private static void updateWhile(RunPhase phase, Runnable happens) throws Exception {
    var progress =
        new StateUpdateProgress() {
          @Override
          public void rebuilt(int operators, int of) {}

          @Override
          public void at(RunPhase now) {
            if (now == phase) {
              happens.run();
            }
          }
        };
    tables.stateUpdate().run(false, Run.Trigger.COMMAND, progress);
  }

  private static void assertDaysAreThoseTakenAllAtOnce() throws Exception {
    var afterwards = tables.whole(Stages.SNAPSHOT);
    forgetDays();
    take(FIRST, last(), Reprocess.MISSING);
    assertThat(tables.whole(Stages.SNAPSHOT)).isEqualTo(afterwards);
  }

  private static void take(LocalDate from, LocalDate to, Reprocess reprocess) throws Exception {
    switch (tables.snapshots().run(from, to, reprocess, Run.Trigger.COMMAND, (days, of) -> {})) {
      case DayResult.DaysTaken taken -> assertThat(taken.failed()).isEmpty();
      case DayResult.NothingToDo() -> {}
      case DayResult other -> throw new AssertionError(other);
    }
  }

  private static LocalDate last() {
    return FIRST.plusDays(DAYS - 1);
  }

  private static void forgetDays() {
    for (var table : Stages.SNAPSHOT.tables()) {
      tables.execute(tables.state(), "truncate " + table.table());
    }
    tables.execute(tables.state(), "truncate pipeline_partitions");
  }

  private static void price(String token, LocalDate day, String time, int usd) {
    tables.given(
        "token_prices",
        """
        token | at        | price_usd
        %s    | %sT%s:00Z | %s
        """
            .formatted(token, day, time, usd));
  }
}
