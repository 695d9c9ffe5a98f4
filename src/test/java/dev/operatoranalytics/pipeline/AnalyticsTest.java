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

/** Each formula against values calculated manually or by a second method, with edge cases. */
class AnalyticsTest {
  private static final LocalDate DAY = LocalDate.parse("2024-04-30");

  @AutoClose
  private static final Tables tables = new Tables().withMonths("2023-12-01", "2024-05-31");

  @BeforeEach
  void clear() {
    tables.clear();
  }

  @Test
  void concentration_of_two_delegators_with_shares_three_to_one() throws Exception {
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
  void exactly_half_is_not_more_than_half() throws Exception {
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
  void no_holders_and_no_priced_holdings_are_distinguished() throws Exception {
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
        {VOLATILITY_7D,VOLATILITY_30D,VOLATILITY_90D,SHARES_VOLATILITY_7D,SHARES_VOLATILITY_30D,SHARES_VOLATILITY_90D,DELEGATION_HHI,GROWTH,NETWORK_HHI} | f                   | 1
        """);
  }

  @Test
  void duration_vaults_are_left_out_of_concentration_and_percentiles() throws Exception {
    snapshot("alice", DAY, "3");
    snapshot("bob", DAY, "1");
    strategyDay("alice", "stETH", DAY, "3");
    strategyDay("bob", "stETH", DAY, "1");
    tables.given(
        "operator_daily_snapshots",
        """
        operator_id | snapshot_date | is_active | registered_at        | active_avs_count | registered_avs_count | active_operator_set_count | active_delegators | delegated_stakers | total_delegators | strategy_count | total_slash_events | total_tvs | tvs_status | unpriced_strategy_count | is_duration_vault
        vault       | %s            | true      | 2024-04-30T00:00:00Z | 0                | 0                    | 0                         | 1                 | 1                 | 1                | 1              | 0                  | 4         | COMPLETE   | 0                       | true
        """
            .formatted(DAY));
    strategyDay("vault", "vault", DAY, "4");

    analyse();

    tables.expect(
        "concentration_metrics where kind not like 'OPERATOR_%'",
        """
        kind                           | subject_id | population | excluded_vault_count | hhi                  | reason
        NETWORK_OPERATORS              |            | 2          | 1                    | 0.625000000000000000 | -
        NETWORK_OPERATORS_WITH_VAULTS  |            | 3          | 0                    | 0.406250000000000000 | -
        STRATEGY_OPERATORS             | stETH      | 2          | 0                    | 0.625000000000000000 | -
        STRATEGY_OPERATORS             | vault      | 0          | 1                    | -                    | ONLY_DURATION_VAULTS
        STRATEGY_OPERATORS_WITH_VAULTS | stETH      | 2          | 0                    | 0.625000000000000000 | -
        STRATEGY_OPERATORS_WITH_VAULTS | vault      | 1          | 0                    | 1.000000000000000000 | -
        """);
    tables.expect(
        "network_daily_risk",
        """
        spread_score
        37.500000
        """);
    tables.expect(
        "operator_analytics",
        """
        operator_id | size_percentile | delegator_percentile | 'DURATION_VAULT'=any(missing)
        alice       | 100.000000      | 0.000000             | f
        bob         | 0.000000        | 0.000000             | f
        vault       | -               | -                    | t
        """);
  }

  @Test
  void constant_values_have_zero_volatility() throws Exception {
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
  void returns_span_no_gap_and_no_zero() throws Exception {
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
  void six_days_or_one_return_are_too_few() throws Exception {
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
  void scores_equal_a_manual_calculation() throws Exception {
    // 100 days old, slashed by 10 %, shares grown by 25 % in 30 days, two commission changes
    for (var i = 0; i <= 30; i++) {
      snapshot("alice", DAY.minusDays(i), "100", 1, DAY.minusDays(100));
      strategyDay("alice", "stETH", DAY.minusDays(i), i < 30 ? "5" : "4");
    }
    slashed("alice", DAY, "stETH", "0.1", "1");
    held("alice", "x", "3");
    held("alice", "y", "1");
    for (var day : List.of(DAY, DAY.minusDays(89), DAY.minusDays(90))) {
      commissionChange("alice", day, 1000, 500);
    }
    commissionChange("alice", DAY.minusDays(1), 500, 500);

    analyse();

    // performance 0.6*90 + 0.3*100 + 0.1*27.397260 = 86.739726
    // economic 0.5*(100 - 62.5) + 0.3*80 + 0.2*75 = 57.75; network 0.7*100 + 0.3*0 = 70
    tables.expect(
        "operator_analytics",
        """
        slash_loss           | slash_score | stability_score | tenure_score | commission_score | growth_score | growth_rate_30d | performance_score | economic_score | network_score | risk_score | risk_level | confidence | score_reason | missing
        0.100000000000000000 | 90.000000   | 100.000000      | 27.397260    | 80               | 75.000000    | 0.250000000000  | 86.739726         | 57.750000      | 70.000000     | 74.082363  | MEDIUM     | 100.000000 | -            | {}
        """);
    tables.expect(
        "network_daily_risk",
        """
        operator_count | scored_operator_count | mean_risk_score | median_risk_score | tvs_weighted_risk_score | medium_count | low_count
        1              | 1                     | 74.082363       | 74.082363         | 74.082363               | 1            | 0
        """);
  }

  @Test
  void the_weight_of_a_missing_part_goes_to_the_others() throws Exception {
    snapshot("alice", DAY, "4", 0, DAY.minusDays(365));
    strategyDay("alice", "stETH", DAY, "4");
    held("alice", "x", "3");
    held("alice", "y", "1");

    analyse();

    // performance (0.6*100 + 0.1*100) / 0.7; economic (0.5*37.5 + 0.3*100) / 0.8 = 60.9375
    // risk 0.5*100 + 0.35*60.9375 + 0.15*70 = 81.828125; confidence 100 * 7/9 * 1/30
    tables.expect(
        "operator_analytics",
        """
        stability_score | growth_score | performance_score | economic_score | risk_score | risk_level | confidence | missing
        -               | -            | 100.000000        | 60.937500      | 81.828125  | LOW        | 2.592593   | {VOLATILITY_7D,VOLATILITY_30D,VOLATILITY_90D,SHARES_VOLATILITY_7D,SHARES_VOLATILITY_30D,SHARES_VOLATILITY_90D,GROWTH}
        """);
  }

  @Test
  void operators_without_stake_or_without_prices_have_no_score() throws Exception {
    snapshot("alice", DAY, "4");
    strategyDay("alice", "stETH", DAY, "4");
    snapshot("nobody", DAY, "0", "NO_SHARES", 0);
    snapshot("worthless", DAY, "0");
    strategyDay("worthless", "stETH", DAY, "4");
    snapshot("unpriced", DAY, "-", "MISSING_PRICE", 1);
    strategyDay("unpriced", "unheardOf", DAY, "4", "-");

    analyse();

    tables.expect(
        "operator_analytics where operator_id <> 'alice'",
        """
        operator_id | risk_score | risk_level | confidence | performance_score | economic_score | network_score | score_reason
        nobody      | -          | -          | -          | -                 | -              | -             | NOTHING_AT_STAKE
        worthless   | -          | -          | -          | -                 | -              | -             | NOTHING_AT_STAKE
        unpriced    | -          | -          | -          | -                 | -              | -             | UNPRICED
        """);
    tables.expect(
        "network_daily_risk",
        """
        operator_count | scored_operator_count | low_count | medium_count | high_count | critical_count
        4              | 1                     | 1         | 0            | 0          | 0
        """);
  }

  @Test
  void a_day_without_the_quote_of_one_strategy_is_a_gap() throws Exception {
    for (var i = 0; i < 30; i++) {
      var isPriced = i != 10;
      // the price of stETH rises and falls by 10 %, its shares do not change; pricelessToken never
      // had a price
      var steth = i % 2 == 0 ? 100 : 110;
      snapshot(
          "alice",
          DAY.minusDays(i),
          Integer.toString(steth + (isPriced ? 900 : 0)),
          "PARTIAL",
          isPriced ? 1 : 2);
      strategyDay("alice", "stETH", DAY.minusDays(i), "100", Integer.toString(steth));
      strategyDay("alice", "rETH", DAY.minusDays(i), "450", isPriced ? "900" : "-");
      strategyDay("alice", "pricelessToken", DAY.minusDays(i), "7", "-");
    }
    quote("rETH", DAY, "2");

    analyse();

    tables.expect(
        "volatility_metrics where window_days = 30",
        """
        metric | points | returns | skipped | gaps | mean                    | reason
        TVS    | 29     | 27      | 0       | 1    | 1005.172413793103448276 | -
        SHARES | 30     | 29      | 0       | 0    | 1000.000000000000000000 | -
        """);
    // ln(1010/1000) up and down, 13 times and 14 times: its root of (27 - 1/27) / 26
    tables.expect(
        "volatility_metrics where metric = 'TVS' and window_days = 30",
        """
        volatility     | annualized
        0.010132920961 | 0.193589183140
        """);
    // eight of nine inputs are present, growth is missing; 29 of 30 days
    tables.expect(
        "operator_analytics",
        """
        stability_score | shares_volatility_30d | data_days | gap_days | confidence | missing
        100.000000      | 0.000000000000        | 30        | 1        | 64.444444  | {DELEGATION_HHI,GROWTH,PRICES}
        """);
  }

  @Test
  void changing_shares_are_less_stable() throws Exception {
    for (var i = 0; i < 30; i++) {
      var shares = i % 2 == 0 ? "1000" : "1010";
      snapshot("alice", DAY.minusDays(i), shares);
      strategyDay("alice", "stETH", DAY.minusDays(i), shares);
    }

    analyse();

    tables.expect(
        "operator_analytics",
        """
        stability_score | shares_volatility_30d | volatility_30d
        83.797668       | 0.193350625830        | 0.193350625830
        """);
  }

  @Test
  void growth_and_volatility_of_shares_need_no_quote_of_the_date() throws Exception {
    for (var i = 0; i <= 30; i++) {
      var isPriced = i > 0;
      snapshot(
          "alice",
          DAY.minusDays(i),
          isPriced ? "200" : "100",
          isPriced ? "COMPLETE" : "PARTIAL",
          isPriced ? 0 : 1);
      strategyDay("alice", "stETH", DAY.minusDays(i), "100");
      strategyDay("alice", "rETH", DAY.minusDays(i), "50", isPriced ? "100" : "-");
    }
    quote("rETH", DAY.minusDays(1), "2");

    analyse();

    tables.expect(
        "operator_analytics",
        """
        growth_rate_30d | volatility_30d | shares_volatility_30d | gap_days
        0.000000000000  | 0.000000000000 | 0.000000000000        | 1
        """);
  }

  @Test
  void a_day_without_shares_counts_with_or_without_a_zero_row() throws Exception {
    for (var operator : List.of("alice", "bob")) {
      for (var i = 0; i < 8; i++) {
        var isEmpty = i == 3;
        snapshot(
            operator, DAY.minusDays(i), isEmpty ? "0" : "5", isEmpty ? "NO_SHARES" : "COMPLETE", 0);
        if (!isEmpty || operator.equals("bob")) {
          strategyDay(operator, "stETH", DAY.minusDays(i), isEmpty ? "0" : "5");
        }
      }
    }

    analyse();

    tables.expect(
        "volatility_metrics where window_days = 30",
        """
        operator_id | metric | points | returns | skipped | gaps
        alice       | TVS    | 8      | 5       | 2       | 0
        alice       | SHARES | 8      | 5       | 2       | 0
        bob         | TVS    | 8      | 5       | 2       | 0
        bob         | SHARES | 8      | 5       | 2       | 0
        """);
  }

  @Test
  void a_slash_is_weighted_by_the_amount_it_took() throws Exception {
    for (var operator :
        List.of(
            "never", "ofZero", "ofNothing", "twice", "ofTwo", "everything", "unpriced", "untold")) {
      snapshot(operator, DAY, "10");
      strategyDay(operator, "stETH", DAY, operator.equals("everything") ? "0" : "10");
    }
    slashed("ofZero", DAY, "stETH", "0", "0");
    slashed("ofNothing", DAY, "stETH", "0.5", "0");
    // slashes of later days do not count
    slashed("never", DAY.plusDays(1), "stETH", "0.5", "10");
    slashed("twice", DAY.minusDays(900), "stETH", "0.5", "20");
    slashed("twice", DAY, "stETH", "0.5", "10");
    // it lost 0.75 of its stETH, 10 held and 30 lost, and nothing of 30 rETH of 2 USD each
    slashed("ofTwo", DAY.minusDays(900), "stETH", "0.5", "20");
    slashed("ofTwo", DAY, "stETH", "0.5", "10");
    strategyDay("ofTwo", "rETH", DAY, "30");
    slashed("everything", DAY, "stETH", "1", "10");
    slashed("unpriced", DAY, "unheardOf", "0.5", "10");
    slashed("untold", DAY, "stETH", "0.5", "-");
    strategyDay("untold", "rETH", DAY, "30");
    quote("rETH", DAY, "2");

    analyse();

    tables.expect(
        "(select operator_id, trim_scale(slash_loss) as slash_loss, slash_score, 'SLASH_LOSS' ="
            + " any(missing) as is_missing from operator_analytics) as losses",
        """
        operator_id | slash_loss | slash_score | is_missing
        never       | 0          | 100.000000  | f
        ofZero      | 0          | 100.000000  | f
        ofNothing   | 0          | 100.000000  | f
        twice       | 0.75       | 25.000000   | f
        ofTwo       | 0.3        | 70.000000   | f
        everything  | 1          | 0.000000    | f
        unpriced    | -          | -           | t
        untold      | -          | -           | t
        """);
  }

  @Test
  void a_ratio_is_rounded_once() {
    tables.expect(
        "(values (ratio(2, 3), ratio(-2, 3), ratio(37, 3), ratio(1, 2e18), ratio(0, 7), ratio(1,"
            + " 0), ratio(null, 1))) as quotients (a, b, c, d, e, f, g)",
        """
        a                    | b                     | c                     | d                    | e                    | f | g
        0.666666666666666667 | -0.666666666666666667 | 12.333333333333333333 | 0.000000000000000001 | 0.000000000000000000 | - | -
        """);
  }

  @Test
  void concentrations_equal_a_second_calculation() throws Exception {
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
    // second method: mean absolute difference of all pairs, and a sum from the largest down
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
    quote("stETH", DAY, "1");
    tables.given(
        "pipeline_partitions",
        """
        stage    | partition_date | status | until_block | seen_until           | taken_at             | seconds
        snapshot | %s             | DONE   | 1           | 2024-05-01T00:00:00Z | 2024-05-01T00:00:00Z | 1
        """
            .formatted(DAY));
    var result =
        tables.analytics().run(DAY, DAY, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});
    assertThat(result).isInstanceOf(DayResult.DaysTaken.class);
    assertThat(((DayResult.DaysTaken) result).failed()).isEmpty();
  }

  private static double number(String sql) {
    return Double.parseDouble(tables.rows(sql).getFirst().getFirst());
  }

  private static void snapshot(String operator, LocalDate day, String tvs) {
    snapshot(operator, day, tvs, 0, DAY);
  }

  private static void snapshot(
      String operator, LocalDate day, String tvs, int slashes, LocalDate registered) {
    snapshot(operator, day, tvs, "COMPLETE", 0, slashes, registered);
  }

  private static void snapshot(
      String operator, LocalDate day, String tvs, String status, int unpriced) {
    snapshot(operator, day, tvs, status, unpriced, 0, DAY);
  }

  private static void snapshot(
      String operator,
      LocalDate day,
      String tvs,
      String status,
      int unpriced,
      int slashes,
      LocalDate registered) {
    tables.given(
        "operator_daily_snapshots",
        """
        operator_id | snapshot_date | is_active | registered_at | active_avs_count | registered_avs_count | active_operator_set_count | active_delegators | delegated_stakers | total_delegators | strategy_count | total_slash_events | total_tvs | tvs_status | unpriced_strategy_count
        %s          | %s            | true      | %sT00:00:00Z  | 0                | 0                    | 0                         | 1                 | 1                 | 1                | 1              | %d                 | %s        | %s         | %d
        """
            .formatted(operator, day, registered, slashes, tvs, status, unpriced));
  }

  private static void strategyDay(String operator, String strategy, LocalDate day, String shares) {
    strategyDay(operator, strategy, day, shares, shares);
  }

  private static void strategyDay(
      String operator, String strategy, LocalDate day, String shares, String tvs) {
    tables.given(
        "operator_strategy_daily_snapshots",
        """
        operator_id | strategy_id | snapshot_date | shares | max_magnitude | encumbered_magnitude | allocatable_magnitude | delegator_count | tvs_usd
        %s          | %s          | %s            | %s     | 1             | 0                    | 1                     | 1               | %s
        """
            .formatted(operator, strategy, day, shares, tvs));
  }

  private static void quote(String strategy, LocalDate day, String price) {
    tables.given(
        "strategy_daily_quotes",
        """
        strategy_id | snapshot_date | exchange_rate | rate_status | price_usd | usd_per_share_unit
        %1$s        | %2$s          | 1             | QUOTED      | %3$s      | %3$s
        """
            .formatted(strategy, day, price));
  }

  /**
   * @param part part of the stake in the strategy
   * @param shares shares that it took; - when the source does not report them
   */
  private static void slashed(
      String operator, LocalDate day, String strategy, String part, String shares) {
    tables.given(
        "operator_slashing_incidents",
        """
        operator_id | transaction_hash | log_index | operator_set_id | slashed_block | slashed_at   | description | updated_at           | updated_at_block
        %s          | %s               | 1         | avs-1           | %d            | %sT12:00:00Z |             | 2024-05-01T00:00:00Z | 1
        """
            .formatted(operator, day, day.toEpochDay(), day));
    tables.given(
        "operator_slashing_amounts",
        """
        operator_id | transaction_hash | log_index | strategy_id | wad_slashed | shares | cumulative_wad_slashed | updated_at           | updated_at_block
        %s          | %s               | 1         | %s          | %s          | %s     | 0                      | 2024-05-01T00:00:00Z | 1
        """
            .formatted(
                operator,
                day,
                strategy,
                new BigDecimal(part).movePointRight(18).toPlainString(),
                shares));
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

  private static void commissionChange(String operator, LocalDate day, int before, int after) {
    tables.given(
        "operator_commission_history",
        """
        operator_id | commission_kind | subject_id | set_block | set_log_index | set_at       | activates_at | old_bips | new_bips | caller | updated_at           | updated_at_block
        %s          | PI              |            | %d        | 1             | %sT12:00:00Z | %sT12:00:00Z | %d       | %d       | alice  | 2024-05-01T00:00:00Z | 1
        """
            .formatted(operator, day.toEpochDay(), day, day, before, after));
  }
}
