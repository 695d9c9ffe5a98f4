package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Invariants of a run: the tables match the events under all circumstances. */
@Tag("slow")
class StateUpdateTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void history() {
    tables.clear();
    for (var operator : List.of("alice", "bob", "carol", "dave", "erin")) {
      tables.given(
          "staker_delegation_events",
          """
          operator_id | staker_id | delegation_type | block_number
          %1$s        | of-%1$s   | DELEGATED       | 90
          """
              .formatted(operator));
      tables.given(
          "operator_share_events",
          """
          operator_id | staker_id | strategy_id | shares | event_type | block_number
          %1$s        | of-%1$s   | stETH       | 70     | INCREASED  | 100
          %1$s        | of-%1$s   | stETH       | 20     | DECREASED  | 200
          """
              .formatted(operator));
    }
  }

  @Test
  void a_second_run_of_the_same_events_writes_nothing() {
    tables.update(true);
    var once = tables.whole();

    var second = tables.update(true);

    assertThat(second.rows().changed()).isZero();
    assertThat(tables.whole()).isEqualTo(once);
    assertThat(once.get("operator_strategy_shares")).hasSize(5);
  }

  @Test
  void rebuilding_one_operator_does_not_change_others() {
    tables.update(true);
    tables.execute(
        tables.state(), "update operator_strategy_shares set shares = 1 where operator_id = 'bob'");

    tables.rebuildUntil(1_000, List.of("alice"));

    tables.expect(
        "operator_strategy_shares",
        """
        operator_id | shares
        alice       | 50
        bob         | 1
        carol       | 50
        dave        | 50
        erin        | 50
        """);
  }

  @Test
  void the_state_as_of_a_block_equals_the_history_up_to_it() {
    tables.rebuildUntil(150, List.of("alice", "bob"));
    var asOf = tables.whole();
    for (var table : List.of("operator_share_events", "staker_delegation_events")) {
      tables.execute(tables.events(), "delete from %s where block_number > 150".formatted(table));
    }

    tables.rebuildUntil(1_000, List.of("alice", "bob"));

    assertThat(tables.whole()).isEqualTo(asOf);
  }

  @Test
  void the_order_of_arrival_does_not_matter() {
    tables.update();
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | of-alice  | stETH       | 5      | INCREASED  | 300
        """);
    tables.update();
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | of-alice  | stETH       | 7      | INCREASED  | 10
        """);
    tables.update();
    var inPieces = tables.whole();

    tables.execute(
        tables.state(),
        "truncate operators, operator_strategy_shares, operator_delegator_shares,"
            + " operator_current_state");
    tables.update(true);

    assertThat(tables.whole()).isEqualTo(inPieces);
  }

  @Test
  void claims_of_rewards_are_read_from_the_first_block_that_may_have_changed() {
    claim("early", 100);
    claim("middle", 20_000);
    claim("removed", 40_000);
    claim("newest", 41_000);
    tables.execute(
        tables.events(),
        "update rewards_claimed_events set created_at = '2026-01-01', updated_at = '2026-01-01'");
    tables.update();
    assertThat(claims()).containsExactly("early 5", "middle 5", "newest 5", "removed 5");

    // what the table holds of earlier blocks is not compared again
    tables.execute(tables.state(), "update rewards_claims set amount = 9 where earner = 'early'");
    tables.execute(tables.events(), "delete from rewards_claimed_events where earner = 'removed'");
    tables.update();
    assertThat(claims())
        .as("a block left the chain")
        .containsExactly("early 9", "middle 5", "newest 5");

    tables.execute(tables.state(), "update rewards_claims set amount = 8 where earner = 'middle'");
    claim("late", 150);
    tables.update();
    assertThat(claims())
        .as("an event came late")
        .containsExactly("early 9", "late 5", "middle 5", "newest 5");

    tables.execute(
        tables.events(),
        "update rewards_claimed_events set claimed_amount = 6, updated_at = now() at time zone"
            + " 'UTC' where earner = 'early'");
    tables.update();
    assertThat(claims())
        .as("an event was corrected")
        .containsExactly("early 6", "late 5", "middle 5", "newest 5");
  }

  private static void claim(String earner, long block) {
    tables.given(
        "rewards_claimed_events",
        """
        root | earner | claimer | recipient | token | claimed_amount | block_number
        r    | %s     | c       | c         | t     | 5              | %d
        """
            .formatted(earner, block));
  }

  private static List<String> claims() {
    return tables.rows("select earner, amount from rewards_claims order by 1").stream()
        .map(row -> String.join(" ", row))
        .toList();
  }

  @Test
  void an_operator_that_cannot_be_rebuilt_is_reported_and_does_not_stop_others() {
    tables.given(
        "operator_avs_registration_status_updated_events",
        """
        operator_id | avs_id  | status     | block_timestamp
        carol       | eigenDA | REGISTERED | 9223372036854775807
        """);

    var run = tables.update(true);

    assertThat(run.failed()).containsExactly("carol");
    tables.expect(
        "operator_state",
        """
        operator_id | active_delegators
        alice       | 1
        bob         | 1
        dave        | 1
        erin        | 1
        """);
    tables.expect(
        "pipeline_requests",
        """
        operator_id | reason | attempts | last_error
        carol       | FAILED | 1        | block 100 has the time 9223372036854775807, which is no time until now in unix seconds
        """);
    assertThat(tables.rows("select status, error from pipeline_runs"))
        .containsExactly(List.of("PARTIAL", "operators that could not be rebuilt: carol"));
  }

  @Test
  void a_wrong_time_at_the_head_fails_its_operator_only() {
    tables.update();
    commissionOfAlice();
    for (var time : List.of("1704069600000", "1704069600000000", "4102444800", "1200000000")) {
      tables.given(
          "operator_avs_registration_status_updated_events",
          """
          operator_id | avs_id  | status     | block_number | block_timestamp
          carol       | eigenDA | REGISTERED | 300          | %1$s
          """
              .formatted(time));

      assertThat(tables.update(true).failed()).as(time).containsExactly("carol");
      assertThat(tables.rows("select safe_block from pipeline_checkpoints"))
          .as(time)
          .containsExactly(List.of("250"));
      assertThat(tables.check("block_times_are_possible").failingRows()).as(time).isEqualTo(1);
      assertThat(
              tables.rows(
                  "select current_bips, upcoming_bips from operator_commission_rates"
                      + " where operator_id = 'alice'"))
          .as(time)
          .containsExactly(List.of("1000", "500"));
      tables.execute(
          tables.events(), "delete from operator_avs_registration_status_updated_events");
    }
  }

  /** Announces a commission at the head that takes effect a week later. */
  private void commissionOfAlice() {
    tables.given(
        "operator_pi_split_bips_set_events",
        """
        operator_id | caller | activated_at | old_operator_pi_split_bips | new_operator_pi_split_bips | block_number
        alice       | alice  | 1704674000   | 1000                       | 500                        | 250
        """);
  }

  @Test
  void a_wrong_time_below_the_head_fails_its_operator_only() throws Exception {
    tables.given(
        "operator_avs_registration_status_updated_events",
        """
        operator_id | avs_id  | status     | block_number | block_timestamp
        carol       | eigenDA | REGISTERED | 195          | 1704153600
        dave        | eigenDA | REGISTERED | 196          | 1700000000
        """);

    assertThat(tables.update().failed()).containsExactly("carol", "dave");
    assertThat(tables.rows("select safe_block from pipeline_checkpoints"))
        .containsExactly(List.of("200"));
    assertThat(tables.check("block_times_are_possible").failingRows()).isEqualTo(2);
    tables.eventRows("select set_config('operator_analytics.last_block', '1000', false)");
    tables.eventRows("select set_config('operator_analytics.first_block', '0', false)");
    var days = SqlFile.load("extraction", "days").withSteps("timed_blocks").on(tables.events());
    assertThat(tables.eventRows(days.statement()))
        .containsExactly(List.of("2024-01-01", "90", "200", "1704069600"));
  }

  @Test
  void the_next_run_corrects_a_checkpoint_with_a_wrong_time() {
    commissionOfAlice();
    tables.update();
    tables.execute(
        tables.state(), "update pipeline_checkpoints set safe_at = '57537-01-01T00:00:00Z'");

    assertThat(tables.update().failed()).isEmpty();

    assertThat(tables.rows("select safe_at at time zone 'UTC' from pipeline_checkpoints"))
        .containsExactly(List.of("2024-01-01 00:50:00"));
  }

  @Test
  void an_operator_with_logs_of_two_forks_fails_and_is_in_no_total() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number | log_index | transaction_hash
        bob         | of-bob    | stETH       | 5      | INCREASED  | 110          | 9001      | twice
        bob         | of-bob    | stETH       | 5      | INCREASED  | 111          | 9002      | twice
        erin        | of-erin   | stETH       | 5      | INCREASED  | 120          | 9003      | one
        erin        | of-erin   | stETH       | 5      | INCREASED  | 120          | 9003      | other
        """);

    assertThat(tables.update().failed()).containsExactly("bob", "erin");

    tables.expect(
        "pipeline_requests",
        """
        operator_id | last_error
        bob         | transaction twice is in the blocks 110 and 111
        erin        | block 120 has two transactions at log index 9003, one and other
        """);
    assertThat(tables.check("transactions_are_in_one_block").failingRows()).isEqualTo(1);
    assertThat(tables.check("logs_have_their_place_alone").failingRows()).isEqualTo(1);
  }

  @Test
  void blocks_with_two_hashes_are_reported() {
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number | raw_data
        alice       |              | 90           | {"block_hash": "0xAB"}
        bob         |              | 90           | {"blockHash": "0xab"}
        carol       |              | 91           | {"block_hash": "0x01"}
        dave        |              | 91           | {"block_hash": "0x02"}
        """);

    assertThat(tables.check("blocks_have_one_hash_and_time").sample())
        .singleElement()
        .asString()
        .contains("\"block_number\":91");
  }

  @Test
  void a_decrease_of_the_maximum_without_a_slash_is_reported() {
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude       | block_number | log_index | transaction_hash
        alice       | stETH       | 1000000000000000000 | 100          | 7001      | opt-in
        alice       | stETH       | 900000000000000000  | 110          | 7001      | slash
        bob         | stETH       | 900000000000000000  | 110          | 7101      | hidden
        bob         | stETH       | 800000000000000000  | 110          | 7201      | hidden
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies | wad_slashed           | description | block_number | log_index | transaction_hash
        alice       | eigenDA-1       | {stETH}    | {100000000000000000}  |             | 110          | 7002      | slash
        bob         | eigenDA-1       | {stETH}    | {100000000000000000}  |             | 110          | 7202      | hidden
        """);

    assertThat(tables.check("maximum_falls_by_slashes").sample())
        .singleElement()
        .asString()
        .contains("\"operator_id\":\"bob\"", "\"log_index\":7101");
  }

  @Test
  void verification_detects_a_source_row_that_was_deleted_unnoticed() {
    tables.update();
    tables.execute(
        tables.events(),
        """
        do $$
        declare name text;
        begin
            for name in select relname from pg_class where relname like '%_events' and relkind = 'r' loop
                execute format('update %I set created_at = $1, updated_at = $1', name)
                    using timestamp '2020-01-01';
            end loop;
        end $$
        """);
    tables.update();
    tables.execute(
        tables.events(), "delete from operator_share_events where operator_id = 'alice'");

    assertThat(tables.updateAndVerify(0).drifted()).isEmpty();
    assertThat(tables.updateAndVerify(5).drifted()).containsExactly("alice");
    assertThat(tables.updateAndVerify(5).drifted()).isEmpty();
    assertThat(
            tables.rows(
                "select drifted_operators from pipeline_runs where drifted_operators <> '{}'"))
        .containsExactly(List.of("{alice}"));
  }

  @Test
  void delegators_may_hold_more_than_their_operator_by_the_rounding_of_slashed_shares() {
    tables.update();
    tables.execute(
        tables.state(),
        """
        update operator_strategy_state as state
        set shares = held.shares - 3
        from (
            select operator_id, strategy_id, sum(shares) as shares
            from operator_delegator_shares
            where operator_id = 'alice'
            group by operator_id, strategy_id
        ) as held
        where state.operator_id = held.operator_id and state.strategy_id = held.strategy_id
        """);
    var check = "delegators_within_operator_shares";
    assertThat(tables.check(check).status()).isEqualTo(Check.CheckStatus.FAILED);
    for (var scaled : List.of("1999999999999999999", "2000000000000000000")) {
      tables.execute(
          tables.state(),
          """
          delete from operator_delegator_scaled_shares where operator_id = 'alice';
          insert into operator_delegator_scaled_shares (
              operator_id, staker_id, strategy_id, scaled_shares, beacon_chain_factor, updated_at,
              updated_at_block
          )
          select distinct on (operator_id, strategy_id)
              operator_id, staker_id, strategy_id, %s, 1, updated_at, updated_at_block
          from operator_delegator_shares
          where operator_id = 'alice'
          """
              .formatted(scaled));
      assertThat(tables.check(check).isError()).isEqualTo(scaled.startsWith("1"));
    }
  }

  @Test
  void a_failing_check_reports_its_rows_and_passes_after_a_correction() {
    tables.update();
    tables.execute(
        tables.state(),
        "update operator_current_state set total_slash_events = 7 where operator_id = 'alice'");

    assertThat(tables.check("slashes_are_counted_once").status())
        .isEqualTo(Check.CheckStatus.FAILED);
    assertThat(tables.check("slashes_are_counted_once").sample().getFirst())
        .contains("\"operator_id\":\"alice\"");
    tables.update(true);
    tables.expect(
        "pipeline_checks",
        """
        name                                 | status | failing_rows
        delegator_shares_have_strategy_state | PASSED | 0
        delegators_within_operator_shares    | PASSED | 0
        slashes_are_counted_once             | PASSED | 0
        one_delegation_per_staker            | PASSED | 0
        active_delegators_hold_shares        | PASSED | 0
        encumbered_within_maximum            | PASSED | 0
        maximum_never_rises                  | PASSED | 0
        slashes_match_maximum                | PASSED | 0
        share_histories_are_whole            | PASSED | 0
        days_have_partitions                 | PASSED | 0
        price_sources_agree                  | PASSED | 0
        maximum_falls_by_slashes             | PASSED | 0
        transactions_are_in_one_block        | PASSED | 0
        blocks_have_one_hash_and_time        | PASSED | 0
        logs_have_their_place_alone          | PASSED | 0
        block_times_are_possible             | PASSED | 0
        nodes_lose_no_logs                   | PASSED | 0
        epochs_follow_each_other             | PASSED | 0
        epochs_have_one_document             | PASSED | 0
        epoch_documents_are_readable         | PASSED | 0
        epoch_end_blocks_rise                | PASSED | 0
        epoch_stakes_sum_up                  | PASSED | 0
        epoch_shares_within_stake            | PASSED | 0
        chain_share_prices_never_rise        | PASSED | 0
        chain_share_prices_follow_from_stake | PASSED | 0
        chain_share_prices_agree             | PASSED | 0
        source_has_indexes                   | PASSED | 0
        """);
  }

  @Test
  void missing_indexes_of_the_source_are_reported_with_their_create_statement() {
    tables.execute(tables.events(), "drop index idx_operator_share_events_operator_created");
    try {
      assertThat(tables.check("source_has_indexes").sample().getFirst())
          .contains("create index concurrently on operator_share_events (operator_id, created_at)");
    } finally {
      tables.execute(
          tables.events(),
          "create index idx_operator_share_events_operator_created on operator_share_events"
              + " (operator_id, created_at)");
    }
  }

  @Test
  void runs_and_their_steps_are_recorded() {
    tables.update(true);

    tables.expect(
        "pipeline_runs",
        """
        job          | run_trigger | status    | until_block | operators_total | operators_done
        state-update | COMMAND     | SUCCEEDED | 200         | 5               | 5
        """);
    assertThat(
            tables.rows(
                "select inserted, updated, deleted, unchanged from pipeline_run_steps where stage ="
                    + " 'rebuild' and asset = 'operator_strategy_shares'"))
        .containsExactly(List.of("5", "0", "0", "0"));
  }

  @Test
  void the_data_version_rises_only_with_changes_visible_to_clients() {
    tables.update(true);
    var version = tables.rows("select version from data_version");

    tables.update(true);

    assertThat(tables.rows("select version from data_version")).isEqualTo(version);
  }

  @Test
  void the_checkpoint_can_be_set_back_manually() {
    tables.update();
    assertThat(tables.update().operators()).isEqualTo(5); // younger than the buffer: read again
    tables.execute(
        tables.events(),
        "update operator_share_events set created_at = '2024-06-01', updated_at = '2024-06-01'");
    tables.execute(
        tables.events(),
        "update staker_delegation_events set created_at = '2024-06-01', updated_at = '2024-06-01'");
    assertThat(tables.update().operators()).isZero();

    tables.execute(
        tables.state(),
        "UPDATE pipeline_checkpoints SET last_processed_at = '2024-01-01' WHERE pipeline_name ="
            + " 'analytics_pipeline_v1'");

    assertThat(tables.update().operators()).isEqualTo(5);
  }

  @Test
  void a_run_that_lost_its_fence_stops_writing() throws Exception {
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      var mine = Checkpoint.raiseFence(state, "analytics_pipeline_v1");
      state.commit();
      Checkpoint.raiseFence(state, "analytics_pipeline_v1");
      state.commit();

      assertThatThrownBy(() -> mine.holdFence(state)).isInstanceOf(RunLost.class);
    }
  }

  @Test
  void a_concurrent_run_reports_that_one_is_running() throws Exception {
    try (var other = tables.stateUrl().connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "select pg_advisory_xact_lock(hashtextextended('analytics_pipeline_v1', 0))");

      assertThat(tables.stateUpdate().run(true, Run.Trigger.COMMAND, (done, of) -> {}))
          .isEqualTo(new StateUpdateResult.AlreadyRunning());
    }
  }

  @Test
  void a_select_with_another_type_than_its_table_is_rejected() throws Exception {
    var wrong =
        new StageTable(
            "operator_strategy_shares",
            new SqlFile(
                "test/wrong.sql",
                "select 'alice'::text as operator_id, 'stETH'::text as strategy_id, 5::bigint as"
                    + " shares"),
            StageTable.RowSource.EVENTS,
            null,
            StageTable.RowKind.ALL);
    try (var source = tables.eventsUrl().connect();
        var target = tables.stateUrl().connect()) {
      source.setAutoCommit(false);
      target.setAutoCommit(false);

      assertThatThrownBy(
              () ->
                  new StageRunner(source, target)
                      .run(
                          new Stage("test", List.of(), List.of(wrong)),
                          List.of("alice"),
                          new RebuildBounds(
                              0,
                              1,
                              Tables.NOW,
                              "-infinity",
                              "infinity",
                              Tables.NOW,
                              new RebuildBounds.Delays(0, 0, 12))))
          .hasMessageContaining("test/wrong.sql: column shares is int8")
          .hasMessageContaining("operator_strategy_shares has numeric");
    }
  }
}
