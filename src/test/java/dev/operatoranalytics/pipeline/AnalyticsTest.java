package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every formula by hand and by a second way of reckoning, with the edges. */
class AnalyticsTest {
  private static final LocalDate DAY = LocalDate.parse("2024-04-30");

  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void clear() {
    tables.clear();
  }

  @Test
  void two_delegators_of_three_to_one() throws Exception {
    snapshot("alice", DAY, "4");
    held("alice", "x", "3");
    held("alice", "y", "1");

    analyse();

    tables.expect(
        "concentration_metrics where kind = 'OPERATOR_DELEGATORS'",
        """
        subject_id | population | total | hhi                  | effective_count      | gini                 | top1                 | top5                 | nakamoto_third | nakamoto_half | reason
        alice      | 2          | 4     | 0.625000000000000000 | 1.600000000000000000 | 0.250000000000000000 | 0.750000000000000000 | 1.000000000000000000 | 1              | 1             | -
        """);
  }

  @Test
  void a_half_is_not_more_than_a_half() throws Exception {
    snapshot("alice", DAY, "2");
    held("alice", "x", "1");
    held("alice", "y", "1");

    analyse();

    tables.expect(
        "concentration_metrics where kind = 'OPERATOR_DELEGATORS'",
        """
        hhi                  | gini                 | nakamoto_third | nakamoto_half
        0.500000000000000000 | 0.000000000000000000 | 1              | 2
        """);
  }

  @Test
  void nobody_and_nothing_priced_are_told_apart() throws Exception {
    snapshot("alice", DAY, "0");
    snapshot("bob", DAY, "0");
    held("bob", "x", "5", "unheardOf");

    analyse();

    tables.expect(
        "concentration_metrics where kind = 'OPERATOR_DELEGATORS'",
        """
        subject_id | population | unpriced_count | hhi | gini | nakamoto_half | reason
        alice      | 0          | 0              | -   | -    | -             | NO_HOLDERS
        bob        | 0          | 1              | -   | -    | -             | UNPRICED
        """);
    tables.expect(
        "operator_analytics where operator_id = 'alice'",
        """
        missing                                                                         | has_sufficient_data | data_days
        {VOLATILITY_7D,VOLATILITY_30D,VOLATILITY_90D,DELEGATION_HHI,GROWTH,NETWORK_HHI} | f                   | 1
        """);
  }

  @Test
  void what_never_moves_has_no_volatility() throws Exception {
    for (var i = 0; i < 7; i++) {
      snapshot("alice", DAY.minusDays(i), "100");
    }

    analyse();

    tables.expect(
        "volatility_metrics where metric = 'TVS'",
        """
        window_days | points | returns | skipped | volatility     | coefficient_of_variation | trend          | reason
        7           | 7      | 6       | 0       | 0.000000000000 | 0.000000000000           | 0.000000000000 | -
        30          | 7      | 6       | 0       | 0.000000000000 | 0.000000000000           | 0.000000000000 | -
        90          | 7      | 6       | 0       | 0.000000000000 | 0.000000000000           | 0.000000000000 | -
        """);
  }

  @Test
  void a_gap_is_never_bridged_and_nothing_is_taken_of_zero() throws Exception {
    var values = List.of("100", "110", "-", "100", "0", "100", "100", "110", "121");
    for (var i = 0; i < values.size(); i++) {
      if (!values.get(i).equals("-")) {
        snapshot("alice", DAY.minusDays(values.size() - 1 - i), values.get(i));
      }
    }

    analyse();

    // 1.1; to 0 and from 0; 1; 1.1; 1.1
    tables.expect(
        "volatility_metrics where metric = 'TVS' and window_days = 30",
        """
        points | returns | skipped | reason
        8      | 4       | 2       | -
        """);
    assertThat(
            number(
                "select volatility from volatility_metrics where metric = 'TVS' and window_days ="
                    + " 30"))
        .isCloseTo(deviation(Math.log(1.1), 0, Math.log(1.1), Math.log(1.1)), within(1e-11));
  }

  @Test
  void six_days_are_too_few_and_so_is_one_return() throws Exception {
    for (var i = 0; i < 6; i++) {
      snapshot("alice", DAY.minusDays(i), "100");
      snapshot("bob", DAY.minusDays(2L * i), "100");
    }
    snapshot("bob", DAY.minusDays(12), "100");
    snapshot("bob", DAY.minusDays(13), "100");

    analyse();

    tables.expect(
        "volatility_metrics where metric = 'TVS' and window_days = 30",
        """
        operator_id | points | returns | volatility | annualized | reason
        alice       | 6      | 5       | -          | -          | TOO_FEW_POINTS
        bob         | 8      | 1       | -          | -          | TOO_FEW_RETURNS
        """);
  }

  @Test
  void scores_by_hand() throws Exception {
    // 100 days old, slashed once, shares grown by a quarter in 30 days, two commission changes
    for (var i = 0; i <= 30; i++) {
      snapshot("alice", DAY.minusDays(i), "100", 1, DAY.minusDays(100));
    }
    strategyDay("alice", DAY, "5");
    strategyDay("alice", DAY.minusDays(30), "4");
    held("alice", "x", "3");
    held("alice", "y", "1");
    for (var day : List.of(DAY, DAY.minusDays(89), DAY.minusDays(90))) {
      commissionChange("alice", day);
    }

    analyse();

    // performance 0.6*75 + 0.3*100 + 0.1*27.397260 = 77.739726
    // economic 0.5*(100 - 62.5) + 0.3*80 + 0.2*75 = 57.75; network 0.7*100 + 0.3*0 = 70
    tables.expect(
        "operator_analytics",
        """
        slash_score | stability_score | tenure_score | commission_score | growth_score | growth_rate_30d | performance_score | economic_score | network_score | risk_score | risk_level | confidence | missing
        75          | 100.000000      | 27.397260    | 80               | 75.000000    | 0.250000000000  | 77.739726         | 57.750000      | 70.000000     | 69.582363  | MEDIUM     | 100.000000 | {}
        """);
    tables.expect(
        "network_daily_risk",
        """
        operator_count | mean_risk_score | median_risk_score | medium_count | low_count
        1              | 69.582363       | 69.582363         | 1            | 0
        """);
  }

  @Test
  void concentrations_agree_with_a_second_way_of_reckoning() throws Exception {
    var random = new Random(7);
    var held = new ArrayList<BigDecimal>();
    snapshot("alice", DAY, "1");
    for (var i = 0; i < 60; i++) {
      var amount = new BigDecimal(Math.round(Math.exp(random.nextGaussian() * 2) * 1e6));
      held.add(amount);
      held("alice", "s" + i, amount.toString());
    }

    analyse();

    var total = held.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    // mean absolute difference of all pairs, and a walk from the largest down
    var differences = BigDecimal.ZERO;
    var squares = BigDecimal.ZERO;
    for (var one : held) {
      squares = squares.add(one.pow(2));
      for (var other : held) {
        differences = differences.add(one.subtract(other).abs());
      }
    }
    held.sort((one, other) -> other.compareTo(one));
    var third = 0;
    var sum = BigDecimal.ZERO;
    while (sum.multiply(BigDecimal.valueOf(3)).compareTo(total) <= 0) {
      sum = sum.add(held.get(third++));
    }
    var where = " from concentration_metrics where kind = 'OPERATOR_DELEGATORS'";
    assertThat(number("select hhi" + where))
        .isCloseTo(
            squares.divide(total.pow(2), MathContext.DECIMAL64).doubleValue(), within(1e-14));
    assertThat(number("select gini" + where))
        .isCloseTo(
            differences
                .divide(total.multiply(BigDecimal.valueOf(2L * held.size())), MathContext.DECIMAL64)
                .doubleValue(),
            within(1e-14));
    assertThat(number("select nakamoto_third" + where)).isEqualTo(third);
  }

  private static double deviation(double... values) {
    var mean = 0.0;
    for (var value : values) {
      mean += value / values.length;
    }
    var squares = 0.0;
    for (var value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  private static void analyse() throws Exception {
    tables.given(
        "strategy_daily_quotes",
        """
        strategy_id | snapshot_date | exchange_rate | rate_status | price_usd | usd_per_share_unit
        stETH       | %s            | 1             | QUOTED      | 1         | 1
        """
            .formatted(DAY));
    tables.given(
        "pipeline_partitions",
        """
        stage    | partition_date | status | until_block | seen_until           | taken_at             | seconds
        snapshot | %s             | DONE   | 1           | 2024-05-01T00:00:00Z | 2024-05-01T00:00:00Z | 1
        """
            .formatted(DAY));
    var result =
        tables.analytics().run(DAY, DAY, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});
    assertThat(result).isInstanceOf(DayResult.Taken.class);
    assertThat(((DayResult.Taken) result).failed()).isEmpty();
  }

  private static double number(String sql) {
    return Double.parseDouble(tables.rows(sql).getFirst().getFirst());
  }

  private static void snapshot(String operator, LocalDate day, String tvs) {
    snapshot(operator, day, tvs, 0, DAY);
  }

  private static void snapshot(
      String operator, LocalDate day, String tvs, int slashes, LocalDate registered) {
    tables.given(
        "operator_daily_snapshots",
        """
        operator_id | snapshot_date | is_active | registered_at | active_avs_count | registered_avs_count | active_operator_set_count | active_delegators | delegated_stakers | total_delegators | strategy_count | total_slash_events | total_tvs | tvs_status | unpriced_strategy_count
        %s          | %s            | true      | %sT00:00:00Z  | 0                | 0                    | 0                         | 1                 | 1                 | 1                | 1              | %d                 | %s        | COMPLETE   | 0
        """
            .formatted(operator, day, registered, slashes, tvs));
  }

  private static void strategyDay(String operator, LocalDate day, String shares) {
    tables.given(
        "operator_strategy_daily_snapshots",
        """
        operator_id | strategy_id | snapshot_date | shares | max_magnitude | encumbered_magnitude | allocatable_magnitude | delegator_count | tvs_usd
        %s          | stETH       | %s            | %s     | 1             | 0                    | 1                     | 1               | %s
        """
            .formatted(operator, day, shares, shares));
  }

  private static void held(String operator, String staker, String shares) {
    held(operator, staker, shares, "stETH");
  }

  private static void held(String operator, String staker, String shares, String strategy) {
    tables.given(
        "operator_delegator_share_history",
        """
        operator_id | staker_id | strategy_id | from_date  | shares | is_dust | updated_at           | updated_at_block
        %s          | %s        | %s          | 2024-01-01 | %s     | false   | 2024-05-01T00:00:00Z | 1
        """
            .formatted(operator, staker, strategy, shares));
  }

  private static void commissionChange(String operator, LocalDate day) {
    tables.given(
        "operator_commission_history",
        """
        operator_id | commission_kind | subject_id | set_block | set_log_index | set_at       | activates_at | old_bips | new_bips | caller | updated_at           | updated_at_block
        %s          | PI              |            | %d        | 1             | %sT12:00:00Z | %sT12:00:00Z | 1000     | 500      | alice  | 2024-05-01T00:00:00Z | 1
        """
            .formatted(operator, day.toEpochDay(), day, day));
  }
}
