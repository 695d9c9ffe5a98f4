package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.InLocale;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State tables computed from events. */
@InLocale("ar-EG")
class RebuildTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void clear() {
    tables.clear();
  }

  @Test
  void shares_are_the_sum_of_all_changes_not_the_last_one() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | sam       | stETH       | 5      | INCREASED  | 100
        alice       | sam       | stETH       | 9      | INCREASED  | 110
        alice       | sam       | stETH       | 2      | DECREASED  | 120
        """);

    tables.update();

    tables.expect(
        "operator_strategy_shares",
        """
        operator_id | strategy_id | shares
        alice       | stETH       | 12
        """);
  }

  @Test
  void a_slash_counts_once_although_the_loader_repeats_it() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id                                  | strategy_id | shares | event_type | block_number
        alice       | sam                                        | stETH       | 100    | INCREASED  | 100
        alice       | 0x0000000000000000000000000000000000000000 | stETH       | 10     | DECREASED  | 120
        alice       | SLASHED                                    | stETH       | 10     | DECREASED  | 120
        """);

    tables.update();

    tables.expect(
        "operator_strategy_shares",
        """
        operator_id | strategy_id | shares
        alice       | stETH       | 90
        """);
  }

  @Test
  void a_slash_is_shared_by_its_holders_and_not_by_later_delegators() {
    delegate("sam", "tom");
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id                                  | strategy_id | shares | event_type | block_number
        alice       | sam                                        | stETH       | 1000   | INCREASED  | 100
        alice       | 0x0000000000000000000000000000000000000000 | stETH       | 250    | DECREASED  | 120
        alice       | tom                                        | stETH       | 1000   | INCREASED  | 130
        """);
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number
        alice       | stETH       | 750000000000000000 | 120
        """);

    tables.update();

    tables.expect(
        "operator_delegator_shares",
        """
        operator_id | staker_id | strategy_id | shares | is_dust
        alice       | sam       | stETH       | 750    | f
        alice       | tom       | stETH       | 1000   | f
        """);
  }

  @Test
  void an_operator_with_special_characters_in_its_id_is_rebuilt() {
    var operators = List.of("a,b", "c\"d\\e", "{f}", "g'h", "i\u001fj");
    operators.forEach(
        operator ->
            tables.given(
                "operator_share_events",
                """
                operator_id | staker_id | strategy_id | shares | event_type | block_number
                %s          | sam       | stETH       | 7      | INCREASED  | 100
                """
                    .formatted(operator)));

    tables.update();

    assertThat(tables.rows("select operator_id, shares from operator_strategy_shares"))
        .containsExactlyInAnyOrderElementsOf(
            operators.stream().map(operator -> List.of(operator, "7")).toList());
  }

  @Test
  void a_delegator_that_left_has_no_shares_and_counts_as_inactive() {
    delegate("sam", "tom");
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | sam       | stETH       | 5      | INCREASED  | 100
        alice       | tom       | stETH       | 7      | INCREASED  | 100
        """);
    tables.update();
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type | block_number
        alice       | tom       | UNDELEGATED     | 150
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | tom       | stETH       | 7      | DECREASED  | 150
        """);

    tables.update();

    tables.expect(
        "operator_delegator_shares",
        """
        staker_id | shares
        sam       | 5
        """);
    tables.expect(
        "operator_state",
        """
        operator_id | active_delegators | delegated_stakers | total_delegators
        alice       | 1                 | 1                 | 2
        """);
  }

  @Test
  void delegation_follows_the_chain_not_the_clock() {
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type | block_number | log_index | block_timestamp
        alice       | sam       | DELEGATED       | 100          | 1         | 1700000900
        alice       | sam       | UNDELEGATED     | 100          | 2         | 1700000100
        """);

    tables.update();

    tables.expect(
        "operator_delegators",
        """
        staker_id | is_delegated | is_active
        sam       | f            | f
        """);
  }

  @Test
  void a_forced_undelegation_with_two_rows_ends_one_period() {
    delegate("sam");
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type   | block_number | transaction_hash
        alice       | sam       | FORCE_UNDELEGATED | 150          | gone
        alice       | sam       | UNDELEGATED       | 150          | gone
        """);
    tables.given(
        "staker_force_undelegated_events",
        """
        operator_id | staker_id | block_number | transaction_hash
        alice       | sam       | 150          | gone
        """);

    tables.update();

    tables.expect(
        "operator_delegator_history",
        """
        staker_id | delegated_block | undelegated_block | was_forced
        sam       | 50              | 150               | t
        """);
  }

  @Test
  void magnitude_is_whole_until_an_event_says_otherwise() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type
        alice       | sam       | stETH       | 5      | INCREASED
        """);

    tables.update();

    tables.expect(
        "operator_strategy_state",
        """
        strategy_id | max_magnitude       | encumbered_magnitude | allocatable_magnitude | utilization_rate
        stETH       | 1000000000000000000 | 0                    | 1000000000000000000   | 0.000000000000000000
        """);
  }

  @Test
  void an_allocation_is_pending_until_its_block_and_then_in_force_without_an_event() {
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude | effect_block | block_number
        alice       | eigenDA-1       | stETH       | 400       | 100          | 100
        alice       | eigenDA-1       | stETH       | 700       | 200          | 150
        """);
    tables.update();
    tables.expect(
        "operator_allocations",
        """
        current_magnitude | pending_magnitude | pending_effect_block
        400               | 700               | 200
        """);
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        zoe       | stETH       | 1      | 200
        """);

    tables.update();

    tables.expect(
        "operator_allocations",
        """
        current_magnitude | pending_magnitude | pending_effect_block
        700               | -                 | -
        """);
    tables.expect(
        "operator_strategy_state",
        """
        operator_id | encumbered_magnitude
        alice       | 700
        """);
  }

  @Test
  void deallocated_magnitude_is_not_slashable_any_more() {
    tables.given(
        "strategy_operator_set_events",
        """
        operator_set_id | strategy_id | event_type
        eigenDA-1       | stETH       | ADDED
        """);
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id
        alice       | eigenDA-1
        bob         | eigenDA-1
        """);
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude | effect_block | block_number
        alice       | eigenDA-1       | stETH       | 400       | 100          | 100
        alice       | eigenDA-1       | stETH       | 0         | 150          | 110
        bob         | eigenDA-1       | stETH       | 400       | 100          | 100
        bob         | eigenDA-1       | stETH       | 0         | 250          | 110
        """);

    tables.rebuildUntil(200, List.of("alice", "bob"));

    tables.expect(
        "operator_allocations",
        """
        operator_id | current_magnitude | is_slashable
        alice       | 0                 | f
        bob         | 400               | t
        """);
  }

  @Test
  void a_slash_lowers_a_pending_increase_by_what_it_took() {
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number | log_index | transaction_hash
        alice       | eigenDA-1       | stETH       | 400000000000000000 | 100          | 100          | 1         | a
        alice       | eigenDA-1       | stETH       | 700000000000000000 | 300          | 150          | 2         | b
        alice       | eigenDA-1       | stETH       | 300000000000000000 | 200          | 200          | 3         | slash
        """);
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number | log_index | transaction_hash
        alice       | stETH       | 900000000000000000 | 200          | 4         | slash
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies | wad_slashed          | description | block_number | log_index | transaction_hash
        alice       | eigenDA-1       | {stETH}    | {250000000000000000} | late        | 200          | 5         | slash
        """);

    tables.update();

    tables.expect(
        "operator_allocations",
        """
        current_magnitude  | pending_magnitude  | pending_effect_block
        300000000000000000 | 600000000000000000 | 300
        """);
  }

  @Test
  void two_slashes_in_one_transaction_count_twice() {
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies | wad_slashed          | description | transaction_hash
        alice       | eigenDA-1       | {stETH}    | {250000000000000000} | one         | same
        alice       | eigenDA-1       | {stETH}    | {250000000000000000} | two         | same
        """);

    tables.update();

    tables.expect(
        "operator_slashing_incidents",
        """
        operator_id | description
        alice       | one
        alice       | two
        """);
    tables.expect(
        "operator_state",
        """
        operator_id | total_slash_events
        alice       | 2
        """);
  }

  @Test
  void an_avs_counts_by_the_directory_or_by_an_operator_set() {
    tables.given(
        "operator_avs_registration_status_updated_events",
        """
        operator_id | avs_id  | status       | block_number
        alice       | eigenDA | REGISTERED   | 100
        alice       | oracle  | REGISTERED   | 100
        alice       | oracle  | UNREGISTERED | 120
        """);
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        alice       | bridge-1        | 110
        """);

    tables.update();

    tables.expect(
        "operator_avs_relationships",
        """
        avs_id  | is_registered | operator_set_count
        eigenDA | t             | 0
        oracle  | f             | 0
        bridge  | t             | 1
        """);
    tables.expect(
        "operator_state",
        """
        is_active | active_avs_count | registered_avs_count
        t         | 2                | 3
        """);
  }

  @Test
  void an_operator_without_a_registration_uses_its_first_event_and_is_marked_as_inferred() {
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type | block_number
        alice       | sam       | DELEGATED       | 0
        """);

    tables.update();

    assertThat(
            tables.rows(
                "select registered_at at time zone 'UTC', is_registration_inferred, is_permissioned"
                    + " from operators"))
        .containsExactly(List.of("2024-01-01 00:00:00", "t", "-"));
  }

  private void delegate(String... stakers) {
    for (var staker : stakers) {
      tables.given(
          "staker_delegation_events",
          """
          operator_id | staker_id | delegation_type | block_number
          alice       | %s        | DELEGATED       | 50
          """
              .formatted(staker));
    }
  }
}
