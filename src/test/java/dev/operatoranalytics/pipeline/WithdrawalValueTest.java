package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What withdrawals are worth now. The delay is 100,800 blocks. */
class WithdrawalValueTest {
  private static final String ETH = "0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0";

  @AutoClose private final Tables tables = new Tables();

  @BeforeEach
  void prices() {
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | steth            | 0
        """);
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2024-01-01T00:00:00Z | 3
        """);
  }

  private void queue(String root, long block, String strategy, String shares, String scaled) {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | scaled_shares | event_type | block_number
        %1$s            | sam       | alice           | sam        | %2$s  | %2$s        | {%3$s}     | {%4$s} | %5$s          | QUEUED     | %2$s
        """
            .formatted(root, block, strategy, shares, scaled));
  }

  private void lowerMaximum(String strategy, String maximum, long block) {
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude | block_number
        alice       | %s          | %s            | %d
        """
            .formatted(strategy, maximum, block));
  }

  private void lowerBeaconChainFactor(String before, String after, long block) {
    tables.given(
        "beacon_chain_slashing_events",
        """
        staker_id | prev_beacon_chain_slashing_factor | new_beacon_chain_slashing_factor | block_number
        sam       | %s                                | %s                               | %d
        """
            .formatted(before, after, block));
  }

  @Test
  void slashes_lower_a_withdrawal_until_its_delay_is_over() {
    queue("early", 100, "stETH", "40", "{40}");
    queue("late", 200, "stETH", "40", "{40}");
    lowerMaximum("stETH", "500000000000000000", 100_900);
    lowerMaximum("stETH", "250000000000000000", 101_000);

    tables.rebuildUntil(100_900, List.of("alice"));

    tables.expect(
        "queued_withdrawals",
        """
        withdrawal_root | completable_at_block | is_completable | is_completable_at_estimated | current_usd_status
        early           | 100901               | f              | t                           | MISSING_PRICE
        late            | 101001               | f              | t                           | MISSING_PRICE
        """);
    tables.expect(
        "operator_withdrawal_queue",
        """
        strategy_id | withdrawal_count | slashable_withdrawal_count | shares | completable_shares | slashable_shares
        stETH       | 2                | 2                          | 40     | 0                  | 40
        """);

    tables.rebuildUntil(101_000, List.of("alice"));

    tables.expect(
        "queued_withdrawal_shares",
        """
        withdrawal_root | shares | current_shares | lost_to_slashes | current_shares_status
        early           | 40     | 20             | 20              | KNOWN
        late            | 40     | 10             | 30              | KNOWN
        """);
    tables.expect(
        "operator_withdrawal_queue",
        """
        withdrawal_count | slashable_withdrawal_count | shares | completable_shares | slashable_shares
        2                | 1                          | 30     | 20                 | 10
        """);
  }

  @Test
  void a_run_values_what_is_left_and_finds_withdrawals_that_become_completable() {
    queue("root", 100, "stETH", "40", "{80}");
    lowerMaximum("stETH", "500000000000000000", 99);
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        bob         | uri          | 100900
        """);
    tables.update();
    tables.expect(
        "queued_withdrawals",
        """
        withdrawal_root | is_completable | current_usd            | current_usd_status
        root            | f              | 120.000000000000000000 | VALUED
        """);

    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        bob         | uri          | 100901
        """);
    assertThat(tables.update().failed()).isEmpty();

    tables.expect(
        "queued_withdrawals",
        """
        withdrawal_root | is_completable
        root            | t
        """);
    tables.expect(
        "operator_withdrawal_queue",
        """
        withdrawal_count | slashable_withdrawal_count | usd                    | slashable_usd
        1                | 0                          | 120.000000000000000000 | 0.000000000000000000
        """);
  }

  @Test
  void the_beacon_chain_lowers_native_eth_until_it_is_completed() {
    lowerBeaconChainFactor("1000000000000000000", "800000000000000000", 90);
    queue("root", 100, ETH, "800", "{1000}");
    lowerMaximum(ETH, "500000000000000000", 110);
    lowerBeaconChainFactor("800000000000000000", "400000000000000000", 200_000);

    tables.rebuildUntil(200_000, List.of("alice"));

    tables.expect(
        "queued_withdrawal_shares",
        """
        shares | current_shares | lost_to_slashes
        800    | 200            | 600
        """);

    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | event_type | block_number
        root            | COMPLETED  | 200001
        """);
    lowerBeaconChainFactor("400000000000000000", "100000000000000000", 200_002);
    tables.rebuildUntil(200_002, List.of("alice"));

    tables.expect(
        "queued_withdrawal_shares",
        """
        is_queued | current_shares | current_usd | current_usd_status
        f         | 200            | -           | WITHDRAWAL_COMPLETED
        """);
    tables.expect("operator_withdrawal_queue", "operator_id");
  }

  @Test
  void a_source_without_scaled_shares_gives_what_never_slashed_withdrawals_are_worth() {
    queue("before", 100, "stETH", "40", "-");
    lowerMaximum("stETH", "500000000000000000", 110);
    queue("after", 120, "stETH", "40", "-");
    queue("eth", 130, ETH, "40", "-");
    tables.execute(tables.events(), "alter table withdrawal_events drop column scaled_shares");
    tables.execute(tables.events(), "drop table beacon_chain_slashing_events");

    tables.rebuildUntil(200, List.of("alice"));

    tables.expect(
        "queued_withdrawal_shares",
        """
        withdrawal_root | current_shares | lost_to_slashes | current_shares_status       | current_usd_status
        before          | 20             | 20              | KNOWN                       | MISSING_PRICE
        after           | -              | -               | UNKNOWN_SCALED_SHARES       | UNKNOWN_SHARES
        eth             | -              | -               | UNKNOWN_BEACON_CHAIN_FACTOR | UNKNOWN_SHARES
        """);
    tables.expect(
        "operator_withdrawal_queue",
        """
        strategy_id | withdrawal_count | shares | slashable_shares | usd
        stETH       | 2                | -      | -                | -
        %s          | 1                | -      | -                | -
        """
            .formatted(ETH));
  }
}
