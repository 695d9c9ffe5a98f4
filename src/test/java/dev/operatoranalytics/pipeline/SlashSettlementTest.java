package dev.operatoranalytics.pipeline;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What became of slashed shares. */
class SlashSettlementTest {
  @AutoClose private final Tables tables = new Tables();

  @Test
  void slashed_shares_wait_for_their_block_until_they_are_burned_or_redistributed() {
    tables.given(
        "redistribution_address_set_events",
        """
        operator_set_id | redistribution_recipient
        avs-2           | receiver
        avs-1           | 0x00000000000000000000000000000000000e16e4
        """);
    tables.given(
        "burn_or_redistributable_shares_increased_events",
        """
        operator_set_id | slash_id | strategy_id | shares | block_number | transaction_hash | log_index
        avs-1           | 1        | stETH       | 10     | 100          | tx               | 1
        avs-1           | 1        | rETH        | 20     | 100          | tx               | 2
        avs-1           | 2        | stETH       | 30     | 100          | tx               | 4
        avs-2           | 1        | stETH       | 40     | 100          | tx               | 6
        avs-3           | 1        | stETH       | 50     | 100          | lone             | 8
        """);
    tables.given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies   | wad_slashed | description | block_number | transaction_hash | log_index
        alice       | avs-1           | {stETH,rETH} | {1,1}       | late        | 100          | tx               | 3
        bob         | avs-1           | {stETH}      | {1}         | late        | 100          | tx               | 5
        bob         | avs-2           | {stETH}      | {1}         | late        | 100          | tx               | 7
        """);
    tables.given(
        "slash_resolution_block_set_events",
        """
        operator_set_id | slash_id | resolution_block | block_number
        avs-1           | 1        | 0                | 100
        avs-1           | 2        | 200              | 100
        avs-2           | 1        | 200              | 100
        """);
    tables.given(
        "burn_or_redistributable_shares_decreased_events",
        """
        operator_set_id | slash_id | strategy_id | shares | block_number
        avs-1           | 1        | stETH       | 10     | 150
        avs-2           | 1        | stETH       | 40     | 200
        """);

    tables.rebuildUntil(199, List.of());

    tables.expect(
        "slash_settlements",
        """
        operator_set_id | slash_id | strategy_id | operator_id | log_index | unsettled_shares | resolution_block | settled_block | date_part('epoch',settled_at) | status
        avs-1           | 1        | stETH       | alice       | 3         | 0                | -                | 150           | 1704069000                    | BURNED
        avs-1           | 1        | rETH        | alice       | 3         | 20               | -                | -             | -                             | CLEARABLE
        avs-1           | 2        | stETH       | bob         | 5         | 30               | 200              | -             | -                             | PENDING
        avs-2           | 1        | stETH       | bob         | 7         | 40               | 200              | -             | -                             | PENDING
        avs-3           | 1        | stETH       | -           | -         | 50               | -                | -             | -                             | CLEARABLE
        """);

    tables.rebuildUntil(200, List.of());

    tables.expect(
        "slash_settlements",
        """
        operator_set_id | slash_id | strategy_id | settled_shares | recipient | status
        avs-1           | 1        | stETH       | 10             | -         | BURNED
        avs-1           | 1        | rETH        | 0              | -         | CLEARABLE
        avs-1           | 2        | stETH       | 0              | -         | CLEARABLE
        avs-2           | 1        | stETH       | 40             | receiver  | REDISTRIBUTED
        avs-3           | 1        | stETH       | 0              | -         | CLEARABLE
        """);
  }
}
