package dev.operatoranalytics.pipeline;

import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Each flag is set for alice and not for bob. The state is as of block 2,000,000. */
class OperatorFlagsTest {
  @AutoClose private final Tables tables = new Tables();

  private void update() {
    tables.given(
        "avs_metadata_update_events",
        """
        avs_id | metadata_uri | block_number
        other  | uri          | 2000000
        """);
    tables.update();
  }

  private void expect(String flag, String text) {
    tables.expect("(select * from operator_flags where flag = '%s') as held".formatted(flag), text);
  }

  private void join(String operator, String set) {
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        %s          | %s              | 1900000
        """
            .formatted(operator, set));
  }

  private void allocate(String operator, String set, String magnitude) {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type
        %s          | sam       | stETH       | 100    | INCREASED
        """
            .formatted(operator));
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude | effect_block | block_number
        %s          | %s              | stETH       | %s        | 1900000      | 1900000
        """
            .formatted(operator, set, magnitude));
  }

  @Test
  void a_delay_below_the_withdrawal_delay_is_flagged_also_when_it_is_announced() {
    tables.given(
        "allocation_delay_set_events",
        """
        operator_id | delay  | effect_block | block_number
        alice       | 100799 | 100          | 100
        bob         | 100800 | 100          | 100
        carol       | 126000 | 100          | 100
        carol       | 0      | 2000001      | 1900000
        """);

    update();

    expect(
        "ALLOCATION_DELAY_BELOW_WITHDRAWAL_DELAY",
        """
        operator_id | figure | threshold | effect_block | reason
        alice       | 100799 | 100800    | -            | A new allocation can be slashed after 100799 blocks, a withdrawal takes 100800 blocks.
        carol       | 0      | 100800    | 2000001      | A new allocation can be slashed after 0 blocks, a withdrawal takes 100800 blocks.
        """);
  }

  @Test
  void a_redistributing_set_is_flagged_while_it_can_slash_the_operator() {
    tables.given(
        "redistribution_address_set_events",
        """
        operator_set_id | redistribution_recipient
        avs-1           | receiver
        avs-2           | avs
        avs-3           | carol
        avs-4           | 0x00000000000000000000000000000000000e16e4
        """);
    tables.given(
        "strategy_operator_set_events",
        """
        operator_set_id | strategy_id | event_type
        avs-1           | stETH       | ADDED
        """);
    tables.given(
        "operator_registered_events",
        """
        operator_id | delegation_approver
        carol       | nobody
        """);
    Stream.of("avs-1", "avs-2", "avs-3", "avs-4").forEach(set -> join("alice", set));
    join("bob", "avs-4");
    join("dora", "avs-1");
    tables.given(
        "operator_removed_from_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        dora        | avs-1           | 1899199
        """);
    tables.execute(
        tables.events(),
        "update operator_added_to_operator_set_events set block_number = 100 where operator_id ="
            + " 'dora'");
    allocate("alice", "avs-1", "250000000000000000");

    update();

    expect(
        "REDISTRIBUTING_SET",
        """
        operator_id | operator_set_id | account  | figure               | reason
        alice       | avs-1           | receiver | 0.250000000000000000 | Slashed shares go to receiver instead of being burned.
        alice       | avs-2           | avs      | 0                    | Slashed shares go to avs instead of being burned.
        alice       | avs-3           | carol    | 0                    | Slashed shares go to carol instead of being burned.
        """);
    expect(
        "RECIPIENT_IS_OPERATOR_OR_AVS",
        """
        operator_id | operator_set_id | reason
        alice       | avs-2           | Slashed shares go to avs, which is the AVS.
        alice       | avs-3           | Slashed shares go to carol, which is an operator.
        """);
  }

  @Test
  void stake_that_is_allocated_as_a_whole_is_flagged() {
    allocate("alice", "avs-1", "990000000000000000");
    allocate("bob", "avs-1", "989999999999999999");

    update();

    expect(
        "FULLY_ALLOCATED",
        """
        operator_id | strategy_id | figure               | threshold | reason
        alice       | stETH       | 0.990000000000000000 | 0.99      | 99 % of the stake in the strategy is allocated.
        """);
  }

  @Test
  void an_announced_slasher_is_flagged_until_it_takes_effect() {
    tables.given(
        "slasher_updated_events",
        """
        operator_set_id | slasher | effect_block
        avs-1           | eve     | 2000001
        avs-2           | eve     | 2000000
        """);
    join("alice", "avs-1");
    join("bob", "avs-2");

    update();

    expect(
        "SLASHER_CHANGE_PENDING",
        """
        operator_id | operator_set_id | account | effect_block | reason
        alice       | avs-1           | eve     | 2000001      | eve may slash as of block 2000001.
        """);
  }

  @Test
  void a_higher_rate_that_is_announced_is_flagged() {
    tables.given(
        "operator_pi_split_bips_set_events",
        """
        caller | operator_id | activated_at | old_operator_pi_split_bips | new_operator_pi_split_bips | block_number
        alice  | alice       | 4000000000   | 1000                       | 1001                       | 1900000
        bob    | bob         | 4000000000   | 1000                       | 999                        | 1900000
        """);

    update();

    expect(
        "COMMISSION_RISES",
        """
        operator_id | subject_id | figure | threshold | date_part('epoch',effective_at) | reason
        alice       | PI         | 1001   | 1000      | 4000000000 | The rate rises from 1000 to 1001 bips.
        """);
  }

  @Test
  void an_operator_with_delegators_that_has_not_acted_for_180_days_is_flagged() {
    // 180 days are 1,296,000 blocks
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        alice       | uri          | 704000
        bob         | uri          | 704001
        carol       | uri          | 100
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | sam       | stETH       | 100    | INCREASED  | 1900000
        bob         | sam       | stETH       | 100    | INCREASED  | 1900000
        """);

    update();

    expect(
        "DORMANT",
        """
        operator_id | threshold | date_part('epoch',since) | reason
        alice       | 180       | 1712515200 | The operator holds stake and has not acted since 2024-04-07.
        """);

    // a block passes in which nothing changes
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        nobody    | stETH       | 1      | 2000001
        """);
    tables.update();

    expect(
        "DORMANT",
        """
        operator_id | threshold
        alice       | 180
        bob         | 180
        """);
  }

  @Test
  void an_operator_that_is_a_duration_vault_is_flagged() {
    tables.given(
        "duration_vault_deployed_events",
        """
        strategy_id | underlying_token | vault_admin | duration | max_per_deposit | stake_cap | metadata_uri | avs_id | operator_set_id_num
        alice       | steth            | eve         | 86400    | 1               | 2         | uri          | avs    | 7
        """);
    tables.given(
        "vault_locked_events",
        """
        strategy_id | locked_at  | unlock_at
        alice       | 1700000000 | 1700086400
        """);
    tables.given(
        "operator_registered_events",
        """
        operator_id | delegation_approver
        alice       | nobody
        bob         | nobody
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type
        alice       | sam       | alice       | 100    | INCREASED
        alice       | sue       | alice       | 100    | INCREASED
        bob         | tom       | stETH       | 100    | INCREASED
        """);

    update();

    expect(
        "DURATION_VAULT",
        """
        operator_id | strategy_id | operator_set_id | date_part('epoch',since) | date_part('epoch',effective_at)
        alice       | alice       | avs-7           | 1700000000 | 1700086400
        """);
    tables.expect(
        "operator_ranks where metric = 'ACTIVE_AVS_COUNT'",
        """
        includes_vaults | operator_id | value | place | percentile
        f               | bob         | 0     | 1     | 100
        t               | alice       | 0     | 1     | 0.000000
        t               | bob         | 0     | 1     | 0.000000
        """);
    tables.expect(
        "metric_figures where metric = 'ACTIVE_AVS_COUNT'",
        """
        includes_vaults | population | excluded_vault_count
        f               | 1          | 1
        t               | 2          | 0
        """);
  }
}
