package dev.operatoranalytics.pipeline;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Histories of operators: commissions, slashes, withdrawals, AVSs, activity. */
@Tag("slow")
class OperatorHistoryTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void clear() {
    tables.clear();
  }

  @Test
  void a_commission_is_the_default_until_the_first_change_is_active_and_the_change_is_upcoming() {
    tables.given(
        "default_operator_split_bips_set_events",
        """
        old_default_operator_split_bips | new_default_operator_split_bips | block_number
        1000                            | 700                             | 90
        """);
    changed("alice", 100, 150, 700, 300);

    tables.rebuildUntil(149, List.of("alice"));
    tables.expect(
        "operator_commission_rates",
        """
        operator_id | commission_kind | subject_id | current_bips | is_default | upcoming_bips | activates_at at time zone 'UTC'
        alice       | PI              |            | 700          | t          | 300           | 2024-01-01 00:30:00
        """);

    tables.rebuildUntil(150, List.of("alice"));
    tables.expect(
        "operator_commission_rates",
        """
        operator_id | commission_kind | current_bips | is_default | upcoming_bips
        alice       | PI              | 300          | f          | -
        """);
  }

  @Test
  void a_pending_change_leaves_the_earlier_one_in_force() {
    changed("alice", 100, 110, 1000, 300);
    changed("alice", 120, 200, 300, 400);

    tables.rebuildUntil(130, List.of("alice"));

    tables.expect(
        "operator_commission_rates",
        """
        current_bips | is_default | upcoming_bips
        300          | f          | 400
        """);
  }

  @Test
  void an_announced_commission_takes_effect_without_an_event_of_its_operator() {
    changed("alice", 100, 150, 1000, 300);
    tables.update();
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        bob         | ipfs://bob   | 160
        """);

    tables.update();

    tables.expect(
        "operator_commission_rates",
        """
        operator_id | commission_kind | current_bips | upcoming_bips
        alice       | PI              | 300          | -
        bob         | PI              | 1000         | -
        """);
  }

  @Test
  void a_rate_of_one_kind_does_not_replace_a_missing_one_of_another() {
    changed("alice", 100, 110, 1000, 300);
    joined("alice", "avs1-1", 105);

    tables.rebuildUntil(130, List.of("alice"));

    tables.expect(
        "operator_commission_rates",
        """
        commission_kind | subject_id | current_bips | is_default
        PI              |            | 300          | f
        AVS             | avs1       | 1000         | t
        OPERATOR_SET    | avs1-1     | 1000         | t
        """);
  }

  @Test
  void
      an_allocation_is_slashable_in_a_set_of_its_strategy_until_the_delay_after_leaving_has_passed() {
    hold("alice", "1000");
    joined("alice", "avs1-1", 100);
    tables.given(
        "strategy_operator_set_events",
        """
        operator_set_id | strategy_id | event_type | block_number
        avs1-1          | stETH       | ADDED      | 90
        """);
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number
        alice       | avs1-1          | stETH       | 250000000000000000 | 110          | 110
        alice       | avs2-1          | stETH       | 100000000000000000 | 110          | 110
        """);
    tables.given(
        "operator_removed_from_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        alice       | avs1-1          | 200
        """);

    tables.rebuildUntil(200 + 100_800, List.of("alice"));
    tables.expect(
        "operator_allocations",
        """
        operator_set_id | is_slashable | slashable_shares
        avs1-1          | t            | 250
        avs2-1          | f            | 0
        """);

    tables.rebuildUntil(200 + 100_801, List.of("alice"));
    tables.expect(
        "operator_allocations",
        """
        operator_set_id | is_slashable | slashable_shares
        avs1-1          | f            | 0
        avs2-1          | f            | 0
        """);
  }

  @Test
  void slashes_compose_and_each_uses_the_rows_before_it_in_its_transaction() {
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number | log_index | transaction_hash
        alice       | stETH       | 900000000000000000 | 100          | 1         | tx
        alice       | stETH       | 810000000000000000 | 100          | 4         | tx
        """);
    tables.given(
        "operator_shares_slashed_events",
        """
        operator_id | strategy_id | total_slashed_shares | block_number | log_index | transaction_hash
        alice       | stETH       | 100                  | 100          | 2         | tx
        alice       | stETH       | 90                   | 100          | 5         | tx
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies   | wad_slashed            | description | block_number | log_index | transaction_hash
        alice       | avs1-1          | {stETH,cbETH} | {100000000000000000,0} | first       | 100          | 3         | tx
        alice       | avs1-1          | {stETH}      | {100000000000000000}   | second      | 100          | 6         | tx
        """);

    tables.rebuildUntil(100, List.of("alice"));

    tables.expect(
        "operator_slashing_amounts",
        """
        log_index | strategy_id | wad_slashed        | shares | cumulative_wad_slashed
        3         | stETH       | 100000000000000000 | 100    | 100000000000000000
        3         | cbETH       | 0                  | 0      | 0
        6         | stETH       | 100000000000000000 | 90     | 190000000000000000
        """);
  }

  @Test
  void a_slash_takes_of_shares_and_of_withdrawals_that_are_still_slashable() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | sam       | stETH       | 60     | INCREASED  | 10
        alice       | sue       | stETH       | 50     | INCREASED  | 10
        alice       | tom       | stETH       | 20     | INCREASED  | 10
        alice       | sue       | stETH       | 10     | DECREASED  | 99
        alice       | tom       | stETH       | 20     | DECREASED  | 98
        alice       | tom       | stETH       | 9      | INCREASED  | 150
        alice       | kim       | stETH       | 5      | DECREASED  | 97
        """);
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | event_type | block_number
        root1           | sue       | alice           | sue        | 0     | 99          | {stETH}    | {10}   | QUEUED     | 99
        """);
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number | log_index | transaction_hash
        alice       | stETH       | 500000000000000000 | 100          | 1         | tx
        alice       | stETH       | 250000000000000000 | 100900       | 1         | late
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies    | wad_slashed            | description | block_number | log_index | transaction_hash
        alice       | avs1-1          | {stETH,cbETH} | {500000000000000000,0} | first       | 100          | 3         | tx
        alice       | avs1-1          | {stETH}       | {500000000000000000}   | second      | 100900       | 3         | late
        """);

    tables.rebuildUntil(100_900, List.of("alice"));

    // the delay of 100,800 blocks ended at block 100,899
    tables.expect(
        "operator_slash_losses",
        """
        transaction_hash | strategy_id | staker_id | shares_before | shares_lost | queued_before | queued_lost
        late             | stETH       | kim       | -             | -           | 0             | 0
        late             | stETH       | sam       | 30            | 15          | 0             | 0
        tx               | stETH       | kim       | -             | -           | 0             | 0
        tx               | stETH       | sam       | 60            | 30          | 0             | 0
        tx               | stETH       | sue       | 40            | 20          | 10            | 5
        """);
  }

  @Test
  void a_slash_is_valued_at_the_prices_of_its_time() {
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | steth            | 18
        """);
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2023-12-31T00:00:00Z | 2000
        steth | 2024-06-01T00:00:00Z | 4000
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies | wad_slashed          | description | block_number | log_index | transaction_hash
        alice       | avs1-1          | {stETH}    | {100000000000000000} | why         | 100          | 3         | tx
        """);
    tables.given(
        "operator_shares_slashed_events",
        """
        operator_id | strategy_id | total_slashed_shares | block_number | log_index | transaction_hash
        alice       | stETH       | 1000000000000000000  | 100          | 2         | tx
        """);

    tables.rebuildUntil(100, List.of("alice"));

    tables.expect(
        "operator_slashing_amounts",
        """
        shares              | slashed_usd
        1000000000000000000 | 2000.000000000000000000
        """);
  }

  @Test
  void a_row_with_only_the_root_completes_a_withdrawal() {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | event_type | block_number
        root1           | sam       | alice           | sam        | 0     | 100         | {stETH}    | {5}    | QUEUED     | 100
        root2           | sam       | alice           | sam        | 1     | 100         | {stETH}    | {7}    | QUEUED     | 100
        """);
    register("alice");
    tables.update();
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | event_type | block_number
        root1           | -         | -               | COMPLETED  | 200
        """);

    tables.update();

    tables.expect(
        "queued_withdrawals",
        """
        operator_id | withdrawal_root | queued_block | completed_block | completable_at_block
        alice       | root1           | 100          | 200             | 200
        alice       | root2           | 100          | -               | 100901
        """);
  }

  @Test
  void each_period_with_an_avs_is_stored_with_its_path() {
    tables.given(
        "operator_avs_registration_status_updated_events",
        """
        operator_id | avs_id | status       | block_number
        alice       | avs1   | REGISTERED   | 100
        alice       | avs1   | REGISTERED   | 101
        alice       | avs1   | UNREGISTERED | 110
        alice       | avs1   | REGISTERED   | 120
        """);
    joined("alice", "avs1-7", 105);

    tables.rebuildUntil(200, List.of("alice"));

    tables.expect(
        "operator_avs_registration_history",
        """
        avs_id | operator_set_id | registered_block | unregistered_block
        avs1   |                 | 100              | 110
        avs1   |                 | 120              | -
        avs1   | avs1-7          | 105              | -
        """);
    tables.expect(
        "operator_avs_relationships",
        """
        avs_id | is_registered | is_registered_with_directory | operator_set_count
        avs1   | t             | t                            | 1
        """);
  }

  @Test
  void a_new_default_commission_applies_to_operators_without_a_rate() {
    register("alice");
    tables.update();
    tables.given(
        "default_operator_split_bips_set_events",
        """
        old_default_operator_split_bips | new_default_operator_split_bips | block_number
        1000                            | 900                             | 120
        """);

    tables.update();

    tables.expect(
        "operator_commission_rates",
        """
        operator_id | current_bips
        alice       | 900
        """);
  }

  @Test
  void activity_of_an_operator_is_in_chain_order() {
    register("alice");
    hold("alice", "5");
    joined("alice", "avs1-1", 130);

    tables.rebuildUntil(200, List.of("alice"));

    tables.expect(
        "operator_activity",
        """
        block_number | activity_type       | staker_id | strategy_id | avs_id | operator_set_id | amount
        90           | REGISTERED          | -         | -           | -      | -               | -
        95           | SHARES_INCREASED    | sam       | stETH       | -      | -               | 5
        130          | OPERATOR_SET_JOINED | -         | -           | avs1   | avs1-1          | -
        """);
  }

  @Test
  void a_slash_includes_only_the_allocation_events_that_it_causes() {
    // the slash by set 1 lowers the allocation in force and the deallocation pending until block
    // 300; before it, in its transaction, the operator itself deallocates USDC, then stETH
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number | log_index | transaction_hash
        alice       | avs1-1          | stETH       | 400000000000000000 | 100          | 100          | 1         | a
        alice       | avs1-1          | stETH       | 200000000000000000 | 300          | 150          | 2         | b
        alice       | avs1-2          | stETH       | 300000000000000000 | 100          | 100          | 3         | a
        alice       | avs1-2          | stETH       | 0                  | 200          | 200          | 10        | slash
        alice       | avs1-1          | USDC        | 0                  | 200          | 200          | 11        | slash
        alice       | avs1-1          | stETH       | 100000000000000000 | 300          | 200          | 12        | slash
        alice       | avs1-1          | stETH       | 200000000000000000 | 200          | 200          | 14        | slash
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies   | wad_slashed            | description | block_number | log_index | transaction_hash
        alice       | avs1-1          | {USDC,stETH} | {0,200000000000000000} | late        | 200          | 17        | slash
        """);

    tables.rebuildUntil(210, List.of("alice"));

    tables.expect(
        "operator_activity where block_number > 100",
        """
        block_number | log_index | activity_type | strategy_id | operator_set_id | amount
        150          | 2         | ALLOCATED     | stETH       | avs1-1          | 200000000000000000
        200          | 10        | ALLOCATED     | stETH       | avs1-2          | 0
        200          | 11        | ALLOCATED     | USDC        | avs1-1          | 0
        200          | 17        | SLASHED       | -           | avs1-1          | -
        """);
  }

  private void register(String operator) {
    tables.given(
        "operator_registered_events",
        """
        operator_id | delegation_approver                        | block_number
        %s          | 0x0000000000000000000000000000000000000000 | 90
        """
            .formatted(operator));
  }

  private void hold(String operator, String shares) {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        %s          | sam       | stETH       | %s     | INCREASED  | 95
        """
            .formatted(operator, shares));
  }

  private void joined(String operator, String operatorSet, long block) {
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        %s          | %s              | %d
        """
            .formatted(operator, operatorSet, block));
  }

  private void changed(String operator, long block, long activeBlock, int before, int after) {
    tables.given(
        "operator_pi_split_bips_set_events",
        """
        caller | operator_id | activated_at | old_operator_pi_split_bips | new_operator_pi_split_bips | block_number
        %s     | %s          | %d           | %d                         | %d                         | %d
        """
            .formatted(
                operator,
                operator,
                Tables.timeOf(activeBlock).getEpochSecond(),
                before,
                after,
                block));
  }
}
