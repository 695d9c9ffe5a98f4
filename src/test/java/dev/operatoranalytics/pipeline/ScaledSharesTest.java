package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deposits times scaling factor of delegators whose operator was slashed at block 200. */
class ScaledSharesTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void deposit() {
    tables.clear();
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number
        alice       | stETH       | 500000000000000000 | 200
        """);
    deposit("100", 100, "first", 0);
    scale("1000000000000000000", 100, "first", 1);
    increase("100", 100, "first", 2);
  }

  private void deposit(String shares, long block, String transaction, long index) {
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number | transaction_hash | log_index
        sam       | stETH       | %s     | %s           | %s               | %s
        """
            .formatted(shares, block, transaction, index));
  }

  private void scale(String factor, long block, String transaction, long index) {
    tables.given(
        "deposit_scaling_factor_updated_events",
        """
        staker_id | strategy_id | new_deposit_scaling_factor | block_number | transaction_hash | log_index
        sam       | stETH       | %s                         | %s           | %s               | %s
        """
            .formatted(factor, block, transaction, index));
  }

  private void increase(String shares, long block, String transaction, long index) {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number | transaction_hash | log_index
        alice       | sam       | stETH       | %s     | INCREASED  | %s           | %s               | %s
        """
            .formatted(shares, block, transaction, index));
  }

  private void withdraw(String shares, long block, String transaction, long index) {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | scaled_shares | event_type | block_number | transaction_hash | log_index
        %1$s            | sam       | alice           | sam        | 0     | %2$s        | {stETH}    | {%3$s} | {%3$s}        | QUEUED     | %2$s         | %1$s             | %4$s
        """
            .formatted(transaction, block, shares, index));
  }

  private void expectScaled(String shares) {
    tables.rebuildUntil(300, List.of("alice"));
    tables.expect(
        "operator_delegator_scaled_shares",
        """
        operator_id | staker_id | strategy_id | scaled_shares | beacon_chain_factor
        alice       | sam       | stETH       | %s            | 1000000000000000000
        """
            .formatted(shares));
  }

  @Test
  void a_reset_factor_right_before_a_withdrawal_says_that_it_is_of_everything() {
    scale("1000000000000000000", 110, "all", 0);
    withdraw("100", 110, "all", 1);
    deposit("7", 120, "again", 0);
    scale("1000000000000000000", 120, "again", 1);

    expectScaled("7");
  }

  @Test
  void the_factor_of_a_deposit_in_the_transaction_of_a_withdrawal_does_not() {
    deposit("10", 110, "both", 0);
    scale("1000000000000000000", 110, "both", 1);
    increase("10", 110, "both", 2);
    withdraw("40", 110, "both", 3);

    expectScaled("70");
  }

  @Test
  void the_factor_of_a_delegation_in_the_transaction_of_a_withdrawal_does_not() {
    scale("1000000000000000000", 110, "both", 0);
    increase("100", 110, "both", 1);
    withdraw("40", 110, "both", 2);

    expectScaled("60");
  }

  @Test
  void another_factor_than_the_first_does_not() {
    scale("2000000000000000000", 110, "both", 0);
    withdraw("40", 110, "both", 1);

    // 40 scaled shares are 20 of the 100 deposited ones
    expectScaled("160");
  }

  @Test
  void a_withdrawal_without_scaled_shares_is_known_before_the_first_slash() {
    withdrawUnscaled("40", 110, "before");

    expectScaled("60");
  }

  @Test
  void a_withdrawal_without_scaled_shares_is_not_known_after_a_slash() {
    withdrawUnscaled("40", 210, "after");

    tables.rebuildUntil(300, List.of("alice"));
    assertThat(tables.rows("select staker_id from operator_delegator_scaled_shares")).isEmpty();
  }

  private void withdrawUnscaled(String shares, long block, String transaction) {
    tables.given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares | event_type | block_number | transaction_hash
        %1$s            | sam       | alice           | sam        | 0     | %2$s        | {stETH}    | {%3$s} | QUEUED     | %2$s         | %1$s
        """
            .formatted(transaction, block, shares));
  }
}
