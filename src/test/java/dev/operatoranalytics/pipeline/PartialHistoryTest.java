package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Operators whose first events are missing: their shares are unknown, and other operators are not
 * affected.
 */
@Tag("slow")
class PartialHistoryTest {
  // a day has 7,200 blocks
  private static final LocalDate FIRST = LocalDate.parse("2024-01-01");
  private static final LocalDate LAST = FIRST.plusDays(2);

  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void healthyOperatorAndPrices() {
    tables.clear();
    tables.given(
        "strategies",
        """
        strategy_id | underlying_token | decimals
        stETH       | steth            | 0
        """);
    for (var day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
      tables.given(
          "token_prices",
          """
          token | at            | price_usd
          steth | %sT12:00:00Z  | 10
          """
              .formatted(day));
    }
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | event_type | shares | block_number
        bob         | dave      | stETH       | INCREASED  | 7      | 100
        bob         | dave      | stETH       | DECREASED  | 7      | 200
        bob         | dave      | stETH       | INCREASED  | 5      | 300
        """);
    // the chain goes on after the last day
    tables.given(
        "deposit_events",
        """
        staker_id | strategy_id | shares | block_number
        nobody    | stETH       | 1      | 30000
        """);
  }

  @Test
  void a_negative_sum_is_unknown_and_flagged_and_in_no_total() {
    withdrawalsOfEarlierDeposits();

    tables.update();

    tables.expect(
        "operator_strategy_state",
        """
        operator_id | strategy_id | shares | tvs_usd | delegator_count
        alice       | stETH       | -      | -       | 1
        bob         | stETH       | 5      | 50.000000000000000000 | 1
        """);
    tables.expect(
        "operator_current_state",
        """
        operator_id | total_tvs | tvs_status     | unpriced_strategy_count | unknown_strategy_count | strategy_count
        alice       | -         | UNKNOWN_SHARES | 0                       | 1                      | 0
        bob         | 50.000000000000000000 | COMPLETE       | 0                       | 0                      | 1
        """);
    tables.expect(
        "strategy_state",
        """
        strategy_id | total_shares | tvs_usd | operator_count | unknown_operator_count
        stETH       | 5            | 50.000000000000000000 | 1              | 1
        """);
    tables.expect(
        "operator_delegator_shares",
        """
        operator_id | staker_id | shares | tvs_usd
        alice       | carol     | 30     | 300.000000000000000000
        alice       | erin      | -      | -
        bob         | dave      | 5      | 50.000000000000000000
        """);
    assertThat(tables.check("share_histories_are_whole").failingRows()).isEqualTo(1);
    assertThat(tables.checks()).noneMatch(Check.CheckResult::isError);
  }

  @Test
  void a_negative_staker_sum_makes_its_operator_unknown() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | event_type | shares | block_number
        alice       | carol     | stETH       | INCREASED  | 130    | 100
        alice       | erin      | stETH       | DECREASED  | 100    | 200
        alice       | erin      | stETH       | INCREASED  | 110    | 300
        """);
    tables.update();

    tables.expect(
        "operator_strategy_shares",
        """
        operator_id | shares
        alice       | -
        bob         | 5
        """);
    tables.expect(
        "operator_delegator_shares",
        """
        operator_id | staker_id | shares
        alice       | carol     | 130
        alice       | erin      | -
        bob         | dave      | 5
        """);
  }

  @Test
  void days_continue_and_are_taken_again_when_missing_history_arrives() throws Exception {
    withdrawalsOfEarlierDeposits();

    take();

    tables.expect(
        "network_daily_aggregates",
        """
        snapshot_date | operator_count | valued_operator_count | unknown_operator_count | total_tvs
        2024-01-01    | 1              | 1                     | 0                      | 50.000000000000000000
        2024-01-02    | 2              | 1                     | 1                      | 50.000000000000000000
        2024-01-03    | 2              | 1                     | 1                      | 50.000000000000000000
        """);
    tables.expect(
        "operator_daily_snapshots",
        """
        operator_id | snapshot_date | total_tvs | tvs_status     | unknown_strategy_count
        bob         | 2024-01-01    | 50.000000000000000000 | COMPLETE       | 0
        alice       | 2024-01-02    | -         | UNKNOWN_SHARES | 1
        bob         | 2024-01-02    | 50.000000000000000000 | COMPLETE       | 0
        alice       | 2024-01-03    | -         | UNKNOWN_SHARES | 1
        bob         | 2024-01-03    | 50.000000000000000000 | COMPLETE       | 0
        """);
    tables.expect(
        "strategy_daily_snapshots",
        """
        strategy_id | snapshot_date | total_shares | tvs_usd | unknown_operator_count
        stETH       | 2024-01-01    | 5            | 50.000000000000000000 | 0
        stETH       | 2024-01-02    | 5            | 50.000000000000000000 | 1
        stETH       | 2024-01-03    | 5            | 50.000000000000000000 | 1
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | event_type | shares | block_number
        alice       | erin      | stETH       | INCREASED  | 100    | 50
        """);
    take();
    tables.expect(
        "operator_daily_snapshots",
        """
        operator_id | snapshot_date | total_tvs | tvs_status | unknown_strategy_count
        alice       | 2024-01-01    | 1000.000000000000000000 | COMPLETE   | 0
        bob         | 2024-01-01    | 50.000000000000000000 | COMPLETE   | 0
        alice       | 2024-01-02    | 300.000000000000000000 | COMPLETE   | 0
        bob         | 2024-01-02    | 50.000000000000000000 | COMPLETE   | 0
        alice       | 2024-01-03    | 300.000000000000000000 | COMPLETE   | 0
        bob         | 2024-01-03    | 50.000000000000000000 | COMPLETE   | 0
        """);
    assertThat(tables.check("share_histories_are_whole").failingRows()).isZero();
  }

  @Test
  void days_leave_out_an_operator_until_it_passes_blocking_checks() throws Exception {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id                                  | strategy_id | event_type | shares | block_number
        alice       | carol                                      | stETH       | INCREASED  | 30     | 100
        alice       | 0x0000000000000000000000000000000000000000 | stETH       | DECREASED  | 15     | 200
        """);

    take();

    assertThat(tables.check("delegators_within_operator_shares").blocked())
        .containsExactly("alice");
    assertThat(daysOf("alice")).isEmpty();
    assertThat(daysOf("bob")).hasSize(3);
    // the event that distributes the slash arrives late
    tables.given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number
        alice       | stETH       | 500000000000000000 | 200
        """);
    take();
    assertThat(daysOf("alice")).hasSize(3);
    assertThat(tables.rows("select from pipeline_blocked_operators")).isEmpty();
  }

  private static void withdrawalsOfEarlierDeposits() {
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | event_type | shares | block_number
        alice       | erin      | stETH       | DECREASED  | 100    | 8000
        alice       | carol     | stETH       | INCREASED  | 30     | 8000
        """);
  }

  private static List<String> daysOf(String operator) {
    return tables
        .rows(
            "select snapshot_date from operator_daily_snapshots where operator_id = '%s' order by 1"
                .formatted(operator))
        .stream()
        .map(List::getFirst)
        .toList();
  }

  private static void take() throws Exception {
    take(FIRST, LAST);
  }

  private static void take(LocalDate from, LocalDate to) throws Exception {
    var result =
        (DayResult.DaysTaken)
            tables
                .snapshots()
                .run(from, to, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});
    assertThat(result.isWhole()).isTrue();
  }
}
