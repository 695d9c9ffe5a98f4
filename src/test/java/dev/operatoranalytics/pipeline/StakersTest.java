package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stakers hold outside operators, and what they can withdraw. The delay is 100,800 blocks. */
class StakersTest {
  private static final String ETH = "0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0";
  private static final String NOBODY = Stages.NO_OPERATOR;

  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void clear() {
    tables.clear();
  }

  private void deposit(String staker, String shares, long block, String transaction, long index) {
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number | transaction_hash | log_index
        %s        | stETH       | %s     | %s           | %s               | %s
        """
            .formatted(staker, shares, block, transaction, index));
  }

  private void scale(String staker, String factor, long block, String transaction, long index) {
    tables.given(
        "deposit_scaling_factor_updated_events",
        """
        staker_id | strategy_id | new_deposit_scaling_factor | block_number | transaction_hash | log_index
        %s        | stETH       | %s                         | %s           | %s               | %s
        """
            .formatted(staker, factor, block, transaction, index));
  }

  private void increase(
      String operator, String staker, long block, String transaction, long index) {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number | transaction_hash | log_index
        %s          | %s        | stETH       | 10     | INCREASED  | %s           | %s               | %s
        """
            .formatted(operator, staker, block, transaction, index));
  }

  private void queue(
      String root, String operator, long block, String strategy, String shares, String scaled) {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | scaled_shares | event_type | block_number
        %1$s            | sam       | %2$s            | sam        | %3$s  | %3$s        | {%4$s}     | {%5$s} | %6$s          | QUEUED     | %3$s
        """
            .formatted(root, operator, block, strategy, shares, scaled));
  }

  private void complete(String root, long block) {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | event_type | block_number
        %s              | COMPLETED  | %s
        """
            .formatted(root, block));
  }

  private void lowerBeaconChainFactor(String before, String after, long block) {
    tables.given(
        "beacon_chain_slashing_events",
        """
        staker_id | prev_beacon_chain_slashing_factor | new_beacon_chain_slashing_factor | block_number
        sam       | %s                                | %s                               | %s
        """
            .formatted(before, after, block));
  }

  private void head(long block) {
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        bob         | uri          | %s
        """
            .formatted(block));
  }

  @Test
  void runs_follow_a_withdrawal_of_a_staker_without_an_operator() {
    queue("eth", NOBODY, 100, ETH, "40", "{40}");
    head(200);
    assertThat(tables.update().failed()).isEmpty();
    tables.expect(
        "queued_withdrawals",
        """
        operator_id | staker_id | is_completable | completable_at_block
        %s          | sam       | f              | 100901
        """
            .formatted(NOBODY));

    lowerBeaconChainFactor("1000000000000000000", "500000000000000000", 300);
    tables.update();
    tables.expect(
        "queued_withdrawal_shares",
        """
        staker_id | shares | current_shares | lost_to_slashes | current_shares_status
        sam       | 40     | 20             | 20              | KNOWN
        """);

    head(100_901);
    tables.update();
    tables.expect("queued_withdrawals", "is_completable\nt");

    complete("eth", 100_902);
    tables.update();
    tables.expect(
        "queued_withdrawals",
        """
        completed_block | current_usd_status
        100902          | WITHDRAWAL_COMPLETED
        """);
    tables.expect("operator_withdrawal_queue", "operator_id");
    tables.expect("operators", "operator_id\nbob");
  }

  @Test
  void a_new_price_values_withdrawals_without_an_operator() {
    queue("root", NOBODY, 100, "stETH", "40", "{40}");
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | steth            | 0
        """);
    tables.update();
    tables.expect("queued_withdrawals", "current_usd_status\nMISSING_PRICE");

    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2024-01-01T00:00:00Z | 3
        """);
    tables.update();

    tables.expect(
        "queued_withdrawals",
        """
        current_usd            | current_usd_status
        120.000000000000000000 | VALUED
        """);
    assertThat(tables.rows("select count(*) from change_feed where key = '%s'".formatted(NOBODY)))
        .containsExactly(List.of("0"));
  }

  @Test
  void a_deposit_is_listed_once_whichever_of_its_events_comes_first() {
    deposit("sam", "10", 100, "alone", 0);
    deposit("pat", "10", 110, "delegated", 0);
    tables.update();
    tables.expect(
        "deposits",
        """
        operator_id | staker_id | shares
        %1$s        | sam       | 10
        %1$s        | pat       | 10
        """
            .formatted(NOBODY));

    increase("alice", "pat", 110, "delegated", 2);
    tables.update();

    tables.expect(
        "deposits",
        """
        operator_id | staker_id | shares | block_number
        %s          | sam       | 10     | 100
        alice       | pat       | 10     | 110
        """
            .formatted(NOBODY));
    tables.expect("stakers", "staker_id | first_block\nsam | 100\npat | 110");
    assertThat(tables.update().rows().changed()).isZero();
  }

  @Test
  void withdrawn_shares_leave_the_deposit_by_the_scaling_factor_in_force() {
    deposit("sam", "100", 100, "a", 0);
    scale("sam", "1500000000000000000", 100, "a", 1);
    // 20 of 100 deposited shares are 30 scaled ones
    queue("part", NOBODY, 110, "stETH", "30", "{30}");

    tables.rebuildStakersUntil(200, List.of("sam"));

    tables.expect(
        "staker_strategy_shares",
        """
        strategy_id | deposit_shares | deposit_shares_status | deposit_scaling_factor | beacon_chain_factor
        stETH       | 80             | KNOWN                 | 1500000000000000000    | -
        """);
  }

  @Test
  void a_reset_of_the_scaling_factor_says_that_everything_is_withdrawn() {
    deposit("sam", "100", 100, "a", 0);
    scale("sam", "1500000000000000000", 100, "a", 1);
    scale("sam", "1000000000000000000", 110, "b", 0);
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | scaled_shares | event_type | block_number | transaction_hash | log_index
        all             | sam       | %s              | sam        | 0     | 110         | {stETH}    | {150}  | {150}         | QUEUED     | 110          | b                | 1
        """
            .formatted(NOBODY));
    deposit("sam", "7", 120, "c", 0);
    scale("sam", "1000000000000000000", 120, "c", 1);

    tables.rebuildStakersUntil(200, List.of("sam"));

    tables.expect("staker_strategy_shares", "deposit_shares | deposit_shares_status\n7 | KNOWN");
  }

  @Test
  void withdrawals_of_the_first_release_leave_the_deposit_once_even_when_they_are_migrated() {
    deposit("sam", "100", 100, "a", 0);
    tables.given(
        "share_withdrawal_queued_events",
        """
        staker_id | nonce | strategy_id | shares | block_number | transaction_hash
        sam       | 0     | stETH       | 30     | 110          | first
        sam       | 1     | stETH       | 20     | 120          | second
        sam       | 2     | stETH       | 10     | 130          | 0x62eb0d0865b2636c74ed146e2d161e39e42b09bac7f86b8905fc7a830935dc1e
        """);
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | scaled_shares | event_type | block_number
        migrated        | sam       | %s              | sam        | 1     | 120         | {stETH}    | {20}   | {20}          | QUEUED     | 150
        """
            .formatted(NOBODY));
    tables.given(
        "withdrawal_migrated_events",
        """
        old_withdrawal_root | new_withdrawal_root | block_number
        old                 | migrated            | 150
        """);

    tables.rebuildStakersUntil(200, List.of("sam"));

    tables.expect("staker_strategy_shares", "deposit_shares | deposit_shares_status\n50 | KNOWN");
  }

  @Test
  void a_scaling_factor_without_a_deposit_leaves_the_shares_unknown() {
    scale("sam", "1500000000000000000", 100, "a", 0);

    tables.rebuildStakersUntil(200, List.of("sam"));

    tables.expect(
        "staker_strategy_shares", "deposit_shares | deposit_shares_status\n- | PARTIAL_HISTORY");
  }

  @Test
  void amounts_that_do_not_follow_from_the_source_are_null_with_a_reason() {
    queue("more", NOBODY, 100, "cbETH", "1", "{1}");
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number
        alice       | stETH       | 500000000000000000 | 90
        """);
    deposit("sam", "100", 80, "a", 0);
    queue("slashed", "alice", 110, "stETH", "10", "-");
    queue("eth", NOBODY, 120, ETH, "1", "{1}");

    tables.rebuildStakersUntil(200, List.of("sam"));

    tables.expect(
        "staker_strategy_shares",
        """
        strategy_id | deposit_shares | deposit_shares_status
        cbETH       | -              | PARTIAL_HISTORY
        stETH       | -              | UNKNOWN_SCALED_SHARES
        %s          | -              | UNKNOWN_POD_SHARES
        """
            .formatted(ETH));
  }

  @Test
  void the_shares_of_a_pod_are_its_last_total() {
    tables.given(
        "pod_shares_update_events",
        """
        pod_owner_id | shares_delta | new_total_shares | update_type      | block_number
        sam          | 32           | -                | SHARES_UPDATED   | 100
        sam          | -            | 32               | NEW_TOTAL_SHARES | 100
        sam          | -            | -5               | NEW_TOTAL_SHARES | 110
        old          | 32           | -                | SHARES_UPDATED   | 100
        """);
    lowerBeaconChainFactor("1000000000000000000", "250000000000000000", 120);

    tables.rebuildStakersUntil(200, List.of("sam", "old"));

    tables.expect(
        "staker_strategy_shares",
        """
        staker_id | deposit_shares | beacon_chain_factor
        sam       | -5             | 250000000000000000
        old       | 32             | 1000000000000000000
        """);
    tables.expect(
        "deposits",
        """
        staker_id | strategy_id | shares
        sam       | %1$s        | 32
        old       | %1$s        | 32
        """
            .formatted(ETH));
  }

  @Test
  void a_pod_has_the_time_of_its_last_event() {
    tables.given(
        "pod_deployed_events",
        """
        pod_id | owner_id | block_number
        pod    | sam      | 100
        empty  | pat      | 100
        """);
    tables.given(
        "pod_shares_update_events",
        """
        pod_owner_id | shares_delta | new_total_shares | update_type      | block_number
        sam          | -            | 32               | NEW_TOTAL_SHARES | 110
        old          | -            | 64               | NEW_TOTAL_SHARES | 120
        """);
    lowerBeaconChainFactor("1000000000000000000", "250000000000000000", 130);

    tables.rebuildStakersUntil(200, List.of("sam", "pat", "old"));

    tables.expect(
        "eigen_pods",
        """
        staker_id | pod_id | deployed_block | last_update_block
        sam       | pod    | 100            | 130
        pat       | empty  | 100            | 100
        old       | -      | -              | 120
        """);
    tables.expect(
        "staker_strategy_shares",
        """
        staker_id | deposit_shares | beacon_chain_factor | deposit_shares_status
        sam       | 32             | 250000000000000000  | KNOWN
        pat       | 0              | 1000000000000000000 | KNOWN
        old       | 64             | 1000000000000000000 | KNOWN
        """);
  }

  @Test
  void unknown_deposits_are_not_nothing_that_can_be_withdrawn() {
    assertThat(
            tables.rows(
                """
                select
                    withdrawable_shares(null, 1e18, 1e18, 1e18), withdrawable_shares(-1, 1e18, 1e18, 1e18),
                    withdrawable_shares(4, 5e17, 1e18, 1e18)
                """))
        .containsExactly(List.of("-", "0", "2"));
  }

  @Test
  void a_staker_that_cannot_be_rebuilt_stops_no_other_and_is_tried_again() {
    deposit("sam", "10", 100, "a", 0);
    deposit("pat", "10", 110, "b", 0);
    tables.execute(
        tables.events(),
        "update deposit_events set block_timestamp = 9223372036854775807 where staker_id = 'sam'");
    head(200);

    assertThat(tables.update().failed()).containsExactly("staker sam");
    tables.expect("stakers", "staker_id\npat");
    tables.expect("staker_requests", "staker_id | attempts\nsam | 1");

    tables.execute(
        tables.events(),
        "update deposit_events set block_timestamp = 1704068400 where staker_id = 'sam'");
    tables.execute(tables.state(), "update staker_requests set not_before = now()");
    assertThat(tables.update().failed()).isEmpty();
    tables.expect("stakers", "staker_id\npat\nsam");
    tables.expect("staker_requests", "staker_id");
  }
}
