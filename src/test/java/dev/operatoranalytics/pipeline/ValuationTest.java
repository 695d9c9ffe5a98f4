package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values of shares, and the result when they are unknown. */
class ValuationTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void strategies() {
    tables.clear();
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | steth            | 18
        USDC        | USDC   | usdc             | 6
        new         | NEW    | newt             | 18
        """);
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2026-01-20T00:00:00Z | 1000
        steth | 2026-01-21T00:00:00Z | 2000
        usdc  | 2026-01-19T00:00:00Z | 0.5
        """);
    tables.given(
        "strategy_exchange_rates",
        """
        strategy_id | at                   | rate
        stETH       | 2026-01-20T00:00:00Z | 1500000000000000000
        """);
  }

  @Test
  void rates_and_tokens_that_strategies_emit_count_where_no_import_says_otherwise() {
    tables.clear();
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        weth  | 2026-01-20T00:00:00Z | 1000
        """);
    tables.given(
        "strategy_exchange_rates",
        """
        strategy_id | at                   | rate
        imported    | 2026-01-21T00:00:00Z | 3000000000000000000
        """);
    // in reverse order of the chain; the last rate of a block counts
    tables.given(
        "exchange_rate_emitted_events",
        """
        strategy_id | rate                | block_number | log_index
        emitted     | 1250000000000000000 | 300          | 2
        emitted     | 1200000000000000000 | 300          | 1
        emitted     | 1100000000000000000 | 200          | 1
        emitted     | 1100000000000000000 | 100          | 1
        imported    | 1100000000000000000 | 100          | 2
        """);
    tables.given(
        "strategy_token_set_events",
        """
        strategy_id | token | decimals
        emitted     | weth  | 18
        imported    | weth  | 18
        odd         | weth  | 200
        """);
    hold("alice", "emitted", "1000000000000000000");

    tables.update();

    tables.expect(
        "strategy_event_rates",
        """
        strategy_id | rate
        emitted     | 1100000000000000000
        emitted     | 1250000000000000000
        imported    | 1100000000000000000
        """);
    tables.expect(
        "strategy_quotes",
        """
        strategy_id | exchange_rate       | rate_status  | usd_per_share_unit
        emitted     | 1250000000000000000 | QUOTED       | 0.000000000000001250000000000000000000
        imported    | 3000000000000000000 | QUOTED       | 0.000000000000003000000000000000000000
        odd         | 1000000000000000000 | RATE_ASSUMED | -
        """);
    tables.expect(
        "operator_current_state",
        """
        operator_id | total_tvs
        alice       | 1250.000000000000000000
        """);
  }

  @Test
  void a_quoted_rate_of_native_eth_changes_neither_its_value_nor_finished_days() {
    var nativeEth = "0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0";
    tables.clear();
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        %s          | ETH    | eth              | 18
        """
            .formatted(nativeEth));
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        eth   | 2026-01-20T00:00:00Z | 1000
        """);
    tables.given(
        "strategy_exchange_rates",
        """
        strategy_id | at                   | rate
        %s          | 2026-01-20T00:00:00Z | 1500000000000000000
        """
            .formatted(nativeEth));
    hold("alice", nativeEth, "1000000000000000000");

    tables.update();

    tables.expect(
        "strategy_quotes",
        """
        exchange_rate       | rate_status
        1000000000000000000 | FIXED
        """);
    tables.given(
        "strategy_daily_quotes",
        """
        strategy_id | snapshot_date | exchange_rate       | rate_status | price_usd | usd_per_share_unit
        %s          | 2026-01-20    | 1000000000000000000 | FIXED       | 1000      | 0.000000000000001
        """
            .formatted(nativeEth));
    tables.given(
        "pipeline_partitions",
        """
        stage    | partition_date | status | taken_at             | seconds
        snapshot | 2026-01-20     | DONE   | 2026-01-21T00:05:00Z | 1
        """);
    assertThat(tables.rows(SqlFile.load("extraction", "requoted_days").statement())).isEmpty();
  }

  @Test
  void shares_are_worth_rate_by_price_in_the_decimals_of_their_token() {
    hold("alice", "stETH", "1000000000000000000");
    hold("alice", "USDC", "3000000");

    tables.update();

    tables.expect(
        "operator_strategy_state",
        """
        strategy_id | tvs_usd
        stETH       | 3000.000000000000000000
        USDC        | 1.500000000000000000
        """);
    tables.expect(
        "operator_state",
        """
        total_tvs               | tvs_status | unpriced_strategy_count
        3001.500000000000000000 | COMPLETE   | 0
        """);
    tables.expect(
        "strategy_quotes",
        """
        strategy_id | rate_status
        stETH       | QUOTED
        USDC        | RATE_ASSUMED
        new         | RATE_ASSUMED
        """);
  }

  @Test
  void unpriced_holdings_are_counted_and_left_out_instead_of_zero() {
    hold("alice", "stETH", "1000000000000000000");
    hold("alice", "new", "5");
    hold("bob", "new", "5");
    hold("carol", "unheardOf", "5");
    hold("dave", "stETH", "0");

    tables.update();

    tables.expect(
        "operator_state",
        """
        operator_id | total_tvs               | tvs_status    | unpriced_strategy_count
        alice       | 3000.000000000000000000 | PARTIAL       | 1
        bob         | -                       | MISSING_PRICE | 1
        carol       | -                       | MISSING_PRICE | 1
        dave        | 0                       | NO_SHARES     | 0
        """);
  }

  @Test
  void a_rate_or_a_price_of_zero_is_known_and_worth_nothing() {
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        whole       | WHL    | steth            | 0
        """);
    tables.given(
        "strategy_exchange_rates",
        """
        strategy_id | at                   | rate
        stETH       | 2026-01-21T00:00:00Z | 0
        whole       | 2026-01-21T00:00:00Z | 1000000000000000000
        """);
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        usdc  | 2026-01-21T00:00:00Z | 0
        """);
    hold("alice", "stETH", "1000000000000000000");
    hold("bob", "USDC", "1000000");
    hold("carol", "whole", "3");

    tables.update();

    tables.expect(
        "operator_state",
        """
        operator_id | total_tvs               | tvs_status | unpriced_strategy_count
        alice       | 0.000000000000000000    | COMPLETE   | 0
        bob         | 0.000000000000000000    | COMPLETE   | 0
        carol       | 6000.000000000000000000 | COMPLETE   | 0
        """);
    tables.expect(
        "strategy_quotes",
        """
        strategy_id | exchange_rate       | rate_status
        stETH       | 0                   | QUOTED
        USDC        | 1000000000000000000 | RATE_ASSUMED
        new         | 1000000000000000000 | RATE_ASSUMED
        whole       | 1000000000000000000 | QUOTED
        """);
  }

  @Test
  void magnitudes_are_worth_nothing_without_shares() {
    hold("alice", "stETH", "1000000000000000000");
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude           | effect_block
        alice       | eigenDA-1       | stETH       | 1000000000000000000 | 0
        alice       | eigenDA-1       | USDC        | 1000000000000000000 | 0
        bob         | eigenDA-1       | stETH       | 1000000000000000000 | 0
        """);

    tables.update();

    tables.expect(
        "operator_state",
        """
        operator_id | total_tvs               | tvs_status
        alice       | 3000.000000000000000000 | COMPLETE
        bob         | 0                       | NO_SHARES
        """);
  }

  @Test
  void a_total_has_its_newest_and_oldest_quote() {
    hold("alice", "stETH", "1000000000000000000");
    hold("bob", "stETH", "1000000000000000000");
    hold("bob", "USDC", "3000000");
    hold("bob", "new", "5");
    hold("carol", "new", "5");

    tables.update();

    // the rate of stETH and the price of USDC, whose rate is assumed; unpriced tokens do not count
    assertThat(
            tables.rows(
                "select operator_id, tvs_updated_at at time zone 'UTC', tvs_oldest_quote_at at time"
                    + " zone 'UTC' from operator_state order by operator_id"))
        .containsExactly(
            List.of("alice", "2026-01-21 00:00:00", "2026-01-20 00:00:00"),
            List.of("bob", "2026-01-21 00:00:00", "2026-01-19 00:00:00"),
            List.of("carol", "-", "-"));
  }

  @Test
  void a_sum_of_unpriced_holdings_is_unknown_and_an_empty_sum_is_zero() {
    hold("alice", "new", "5");
    hold("bob", "stETH", "0");
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id
        alice       | avs1-1
        bob         | avs1-1
        bob         | avs2-1
        """);
    tables.given(
        "strategy_operator_set_events",
        """
        operator_set_id | strategy_id | event_type
        avs1-1          | new         | ADDED
        avs2-1          | stETH       | ADDED
        """);
    tables.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude           | effect_block
        alice       | avs1-1          | new         | 1000000000000000000 | 0
        """);

    tables.update();

    tables.expect(
        "avs_state",
        """
        avs_id | operator_count | delegated_usd | unpriced_operator_count
        avs1   | 2              | -             | 1
        avs2   | 1              | 0             | 0
        """);
    tables.expect(
        "operator_set_state",
        """
        operator_set_id | slashable_usd | delegated_usd | unpriced_strategy_count
        avs1-1          | -             | -             | 1
        avs2-1          | 0             | 0             | 0
        """);
  }

  @Test
  void a_new_price_revalues_every_holder_without_an_event() {
    hold("alice", "stETH", "1000000000000000000");
    tables.update();
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2026-01-22T00:00:00Z | 4000
        """);

    tables.update();

    tables.expect(
        "operator_state",
        """
        operator_id | total_tvs
        alice       | 6000.000000000000000000
        """);
    tables.expect(
        "operator_delegator_shares",
        """
        staker_id | tvs_usd
        sam       | 6000.000000000000000000
        """);
    tables.expect(
        "operator_delegators",
        """
        staker_id | tvs_usd
        sam       | 6000.000000000000000000
        """);
  }

  @Test
  void the_operators_of_a_strategy_add_up_to_it() {
    hold("alice", "stETH", "7");
    hold("bob", "stETH", "5");

    tables.update();

    assertThat(
            tables.rows(
                "select total_shares, operator_count, delegator_count from strategy_state where"
                    + " strategy_id = 'stETH'"))
        .containsExactly(List.of("12", "2", "2"));
    assertThat(
            tables.rows(
                "select (select sum(tvs_usd) from strategy_state) = (select sum(total_tvs) from"
                    + " operator_state)"))
        .containsExactly(List.of("t"));
  }

  private void hold(String operator, String strategy, String shares) {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type
        %s          | sam       | %s          | %s     | INCREASED
        """
            .formatted(operator, strategy, shares));
  }
}
