package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a day of a submission pays to operators, stakers and AVSs. */
class RewardsTest {
  private static final Path VECTORS = Path.of("../shared/data/protocol/reward-vectors.json");
  private static final String BEFORE = "2025-12-01T00:00:00Z";
  private static Tables tables;

  @BeforeAll
  static void create() {
    tables = new Tables().withMonths("2026-01-01", "2026-01-31");
  }

  @AfterAll
  static void close() throws SQLException {
    tables.close();
  }

  @BeforeEach
  void clear() {
    tables.clearState();
  }

  /** One line of the arguments for each vector: its place, its kind, its stakes and settings. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | AVS                   | staker1@operator1=1 staker3@operator2=2              |
          1  | AVS                   | staker1@operator1=3 staker2@operator1=1 staker3@operator2=2 |
          2  | AVS                   | s1@zero=1 s2@all=2                                   | zero=0 all=10000
          3  | AVS                   | s3@o=5                                               |
          4  | AVS                   | o@o=1 s@o=3                                          |
          5  | OPERATOR_DIRECTED_AVS | s1@o=1 s2@o=2                                        | o=2500
          6  | OPERATOR_DIRECTED_AVS | s1@o=1                                               |
          7  | UNIQUE_STAKE          | operatorA=1 operatorB=2                              |
          8  | UNIQUE_STAKE          | stakerX@operator=7 stakerY@operator/b=7              |
          9  | TOTAL_STAKE           | stakerX@operator=7 stakerY@operator/b=7              |
          10 | UNIQUE_STAKE          | s@operator/none=7                                    |
          11 | TOTAL_STAKE           | alice@op=1 bob@op/b=5                                |
          """)
  void a_day_pays_what_the_published_vectors_say(
      int place, String kind, String stakes, String commissions) throws Exception {
    assumeTrue(Files.exists(VECTORS), "skipped: there is no " + VECTORS);
    var vector = json(Files.readString(VECTORS)).get("rewards").get(place);
    var days = vector.get("days") == null ? 10 : vector.get("days").getIntValue();
    var perDay = vector.get("tokensPerDay");
    var amount =
        perDay == null ? vector.get("amount").getStringValue() : perDay.getStringValue() + "0";
    var registeredUntil =
        vector.get("registered") == null
            ? "-"
            : LocalDate.parse("2026-01-05")
                .plusDays(vector.get("registered").getIntValue() + 1L)
                .toString();
    var isSet = kind.endsWith("STAKE");
    for (var stake : stakes.split(" +")) {
      stake(stake, isSet, registeredUntil);
    }
    if (commissions != null) {
      for (var commission : commissions.split(" +")) {
        var parts = commission.split("=");
        tables.given(
            "operator_commission_history",
            """
            operator_id | commission_kind | subject_id | set_block | set_log_index | set_at | activates_at | old_bips | new_bips | caller | updated_at | updated_at_block
            %s | AVS | avs | 1 | 1 | %s | %s | 1000 | %s | x | %s | 1
            """
                .formatted(parts[0], BEFORE, BEFORE, parts[1], BEFORE));
      }
    }
    submission(
        "h",
        kind,
        amount,
        "2026-01-05",
        LocalDate.parse("2026-01-05").plusDays(days).toString(),
        "[{\"strategy\": \"a\", \"multiplier\": \"1000\"}, {\"strategy\": \"b\", \"multiplier\":"
            + " \"1000\"}, {\"strategy\": \"none\", \"multiplier\": \"1000\"}, {\"strategy\":"
            + " \"zero\", \"multiplier\": \"0\"}]",
        kind.startsWith("OPERATOR")
            ? "[{\"operator\": \"o\", \"amount\": \"%s\"}]".formatted(amount)
            : "-");

    pay(isSet ? "2026-01-06" : "2026-01-05");

    var expected = new TreeMap<String, BigDecimal>();
    for (var row : vector.get("expect").values()) {
      var earner = row.get("earner").getStringValue().replace("AVS", "avs");
      expected.merge(earner, new BigDecimal(row.get("amount").getStringValue()), BigDecimal::add);
    }
    expected.values().removeIf(value -> value.signum() == 0);
    assertThat(earned()).as(vector.get("name").getStringValue()).isEqualTo(expected);
  }

  @Test
  void rows_of_operators_add_up_to_what_earners_get_and_never_exceed_the_day() throws Exception {
    stake("staker1@operator1=1", false, "-");
    stake("staker2@operator1=1", false, "-");
    stake("operator1@operator2=5", false, "-");
    submission(
        "h",
        "PI",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "-");

    pay("2026-01-05");

    tables.expect(
        "operator_daily_rewards",
        """
        operator_id | operator_amount | stakers_amount | refund_amount | commission_bips | exactness | approximate_reason
        operator1 | 2 | 26 | 0 | 1000 | EXACT | -
        operator2 | 7 | 64 | 0 | 1000 | EXACT | -
        """);
    assertThat(earned())
        .containsOnly(
            Map.entry("staker1", new BigDecimal(13)),
            Map.entry("staker2", new BigDecimal(13)),
            Map.entry("operator1", new BigDecimal(66)),
            Map.entry("operator2", new BigDecimal(7)));
  }

  @Test
  void sums_of_a_day_divide_by_avs_and_by_the_strategies_whose_stake_is_paid_for()
      throws Exception {
    stake("staker@o=1", false, "-");
    submission(
        "h",
        "OPERATOR_DIRECTED_AVS",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}, {\"strategy\": \"b\", \"multiplier\":"
            + " \"3\"}]",
        "[{\"operator\": \"o\", \"amount\": \"1000\"}, {\"operator\": \"gone\", \"amount\":"
            + " \"50\"}]");
    // weights 1 and 9
    state(
        """
        insert into operator_strategy_daily_snapshots (
            operator_id, strategy_id, snapshot_date, shares, max_magnitude, encumbered_magnitude,
            allocatable_magnitude, delegator_count, tvs_usd
        )
        values ('o', 'a', '2026-01-05', 1, 0, 0, 0, 0, 0), ('o', 'b', '2026-01-05', 3, 0, 0, 0, 0, 0)
        """);
    state(
        "insert into strategies (strategy_id, underlying_token, decimals) values ('a', 'token',"
            + " 0)");
    state("insert into token_prices values ('token', '2026-01-05T10:00:00Z', 2)");

    pay("2026-01-05");

    tables.expect(
        "daily_reward_sums",
        """
        subject_kind | subject_id | reward_date | reward_kind | token | operators_amount | stakers_amount | refund_amount
        NETWORK | | 2026-01-05 | AVS | token | 10 | 90 | 5
        AVS | avs | 2026-01-05 | AVS | token | 10 | 90 | 5
        STRATEGY | a | 2026-01-05 | AVS | token | 1 | 9 | 0
        STRATEGY | b | 2026-01-05 | AVS | token | 9 | 81 | 0
        """);
    assertThat(
            tables.rows(
                """
                select
                    subject_kind, operators_usd::float, stakers_usd::float, refund_usd::float, pi_usd::float, avs_usd::float, usd_status
                from reward_days
                where subject_id in ('o', '')
                order by 1
                """))
        .containsExactly(
            List.of("NETWORK", "20", "180", "10", "0", "200", "COMPLETE"),
            List.of("OPERATOR", "20", "180", "0", "0", "200", "COMPLETE"));
    state("delete from token_prices");
    assertThat(
            tables.rows(
                "select stakers_usd, pi_usd, avs_usd, usd_status from reward_days where subject_id"
                    + " = 'b'"))
        .containsExactly(List.of("-", "0", "-", "MISSING_PRICE"));
  }

  @Test
  void a_late_submission_pays_its_past_days_on_the_day_it_comes_and_a_second_run_changes_nothing()
      throws Exception {
    stake("staker@operator=1", false, "-");
    submission(
        "h",
        "PI",
        "1000",
        "2025-12-28",
        "2026-01-07",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "-");
    tables.execute(
        tables.state(), "update rewards_submissions set submitted_at = '2025-12-31T10:00:00Z'");

    pay("2025-12-30");
    assertThat(earned()).isEmpty();
    pay("2025-12-31");
    assertThat(earned()).containsEntry("staker", new BigDecimal(360));
    pay("2026-01-01");
    assertThat(earned()).containsEntry("staker", new BigDecimal(450));
    var before = tables.whole(Stages.REWARDS);
    for (var day : List.of("2025-12-31", "2026-01-01", "2026-01-07")) {
      assertThat(pay(day)).as(day).isZero();
    }
    assertThat(tables.whole(Stages.REWARDS)).isEqualTo(before);
  }

  @Test
  void a_day_of_registration_counts_and_the_day_before_leaving_does_not() throws Exception {
    stake("staker@operator=1", false, "2026-01-08");
    tables.execute(
        tables.state(),
        "update operator_avs_registration_history set registered_at = '2026-01-06T23:00:00Z'");
    submission(
        "h",
        "AVS",
        "100",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "-");

    for (var day : List.of("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08")) {
      pay(day);
    }

    tables.expect(
        "operator_daily_rewards",
        """
        reward_date | operator_amount | stakers_amount | approximate_reason
        2026-01-06 | 1 | 9 | RESTAKED_STRATEGIES_UNKNOWN
        """);
  }

  @Test
  void strategies_that_the_avs_names_for_an_operator_count_and_the_day_is_exact() throws Exception {
    stake("staker1@operator1=1", false, "-");
    stake("staker1@operator1/b=5", false, "-");
    stake("staker2@operator2=1", false, "-");
    submission(
        "h",
        "AVS",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}, {\"strategy\": \"b\", \"multiplier\":"
            + " \"1\"}]",
        "-");
    state(
        """
        insert into restaked_strategy_days values
            ('avs', '2026-01-05', 'ANSWERED', now()), ('avs', '2026-01-06', 'ANSWERED', now()), ('avs', '2026-01-07', 'NO_HISTORY', now())
        """);
    // operator2 has no answer on the first day
    state(
        """
        insert into operator_restaked_strategies values
            ('avs', 'operator1', '2026-01-05', '{a}'), ('avs', 'operator1', '2026-01-06', '{b}'), ('avs', 'operator2', '2026-01-06', '{a,b}')
        """);

    for (var day : List.of("2026-01-05", "2026-01-06", "2026-01-07")) {
      pay(day);
    }

    tables.expect(
        "operator_daily_rewards",
        """
        reward_date | operator_id | operator_amount | stakers_amount | exactness | approximate_reason
        2026-01-05 | operator1 | 10 | 90 | EXACT | -
        2026-01-06 | operator1 | 8 | 75 | EXACT | -
        2026-01-06 | operator2 | 1 | 15 | EXACT | -
        2026-01-07 | operator1 | 8 | 77 | APPROXIMATE | RESTAKED_STRATEGIES_UNKNOWN
        2026-01-07 | operator2 | 1 | 13 | APPROXIMATE | RESTAKED_STRATEGIES_UNKNOWN
        """);
    assertThat(
            tables.rows(
                "select reward_date, staker_id, amount from delegator_daily_rewards where"
                    + " reward_date < '2026-01-07' order by 1, 2"))
        .containsExactly(
            List.of("2026-01-05", "staker1", "90"),
            List.of("2026-01-06", "staker1", "75"),
            List.of("2026-01-06", "staker2", "15"));
  }

  @Test
  void an_operator_set_without_the_strategies_returns_the_part_of_stakers() throws Exception {
    stake("staker@operator=1", true, "-");
    submission(
        "h",
        "OPERATOR_DIRECTED_SET",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "[{\"operator\": \"operator\", \"amount\": \"1000\"}]");
    tables.given(
        "operator_set_strategy_history",
        """
        operator_set_id | strategy_id | added_block | added_log_index | added_at | removed_at | updated_at | updated_at_block
        avs-1 | a | 1 | 1 | 2026-01-06T12:00:00Z | 2026-01-07T12:00:00Z | 2026-01-06T12:00:00Z | 1
        """);

    pay("2026-01-05");
    pay("2026-01-06");
    pay("2026-01-07");

    tables.expect(
        "operator_daily_rewards",
        """
        reward_date | operator_amount | stakers_amount | refund_amount
        2026-01-05 | 10 | 0 | 90
        2026-01-06 | 10 | 90 | 0
        2026-01-07 | 10 | 0 | 90
        """);
  }

  @Test
  void a_split_is_in_force_from_the_day_on_which_it_activates() throws Exception {
    stake("staker@operator=1", false, "-");
    submission(
        "h",
        "PI",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "-");
    tables.given(
        "commission_defaults",
        """
        set_block | set_log_index | set_at | bips | updated_at | updated_at_block
        1 | 1 | 2026-01-06T12:00:00Z | 2000 | 2026-01-06T12:00:00Z | 1
        """);
    tables.given(
        "operator_commission_history",
        """
        operator_id | commission_kind | subject_id | set_block | set_log_index | set_at | activates_at | old_bips | new_bips | caller | updated_at | updated_at_block
        operator | PI | | 1 | 1 | 2026-01-01T00:00:00Z | 2026-01-07T23:59:59Z | 1000 | 500 | x | 2026-01-01T00:00:00Z | 1
        """);

    for (var day : List.of("2026-01-05", "2026-01-06", "2026-01-07")) {
      pay(day);
    }

    tables.expect(
        "operator_daily_rewards",
        """
        reward_date | commission_bips | operator_amount
        2026-01-05 | 1000 | 10
        2026-01-06 | 2000 | 20
        2026-01-07 | 500 | 5
        """);
  }

  @Test
  void numeric_division_rounds_a_part_of_nearly_everything_up_to_all_as_the_published_trees_do()
      throws Exception {
    stake("staker@operator=999999999999999999999999", false, "-");
    stake("dust@operator=1", false, "-");
    submission(
        "h",
        "PI",
        "1000",
        "2026-01-05",
        "2026-01-15",
        "[{\"strategy\": \"a\", \"multiplier\": \"1\"}]",
        "-");

    pay("2026-01-05");

    assertThat(earned()).containsEntry("staker", new BigDecimal(90));
  }

  @Test
  void months_in_an_active_tree_are_summed_and_opened_again_by_a_day_that_is_computed_again()
      throws Exception {
    state(
        """
        insert into earner_days values
            ('2025-11-30', 'a', '{t}', '{1}'), ('2025-12-01', 'a', '{t}', '{2}'), ('2025-12-31', 'a', '{t}', '{3}'),
            ('2026-01-01', 'a', '{t}', '{4}')
        """);
    state(
        """
        insert into distribution_roots (
            root_index, root, until_date, submitted_block, submitted_at, activates_at, updated_at, updated_at_block
        )
        values (1, 'r', '2026-01-01', 1, '2026-01-01', '2026-01-02', '2026-01-01', 1)
        """);
    state(
        """
        insert into pipeline_checkpoints (pipeline_name, safe_block, safe_at) values ('p', 1, '2026-01-20')
        """);
    state("insert into strategies (strategy_id, underlying_token, decimals) values ('s', 't', 0)");
    state("insert into token_prices values ('t', '2025-12-01T10:00:00Z', 5)");
    state(
        """
        insert into pipeline_partitions (stage, partition_date, status, taken_at, seconds)
        values ('analytics', '2025-11-30', 'STALE', now(), 0), ('analytics', '2025-12-01', 'DONE', now(), 0)
        """);
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      RewardMonths.sum(state, LocalDate.parse("2026-01-09"));
      state.commit();
      tables.expect(
          "earner_monthly_rewards",
          """
          earner | token | month | amount | usd | unpriced_days
          a | t | 2025-12-01 | 5 | 10.000000000000000000 | 1
          """);
      tables.expect(
          "earner_daily_rewards",
          """
          snapshot_date | amount
          2025-11-30 | 1
          2026-01-01 | 4
          """);
      tables.expect(
          "earner_rewards",
          """
          earner | earned | active | pending | earned_usd | earned_usd_status | claimable_usd | next_claimable_reason
          a | 10 | 6 | 4 | 10.000000000000000000 | PARTIAL | 30.000000000000000000 | NO_ROOT_WAITS
          """);

      state("insert into earner_days values ('2025-12-01', 'c', '{t}', '{2}')");
      state(
          """
          insert into published_rewards (until_date, earner, token, cumulative_amount)
          select max(until_date), unnest('{b,c}'::text[]), 't', 3 from distribution_roots
          """);
      tables.expect(
          "earner_rewards",
          """
          earner | earned | active | pending | earned_usd | earned_usd_status
          a | 10 | 0 | 10 | 10.000000000000000000 | PARTIAL
          b | 3 | 3 | 0 | - | NO_COMPUTED_DAYS
          c | 3 | 3 | 0 | 10.000000000000000000 | PARTIAL
          """);

      RewardMonths.open(state, LocalDate.parse("2025-12-15"));
      state.commit();
    }
    assertThat(tables.rows("select count(*) from earner_monthly_rewards"))
        .containsExactly(List.of("0"));
    assertThat(
            tables.rows(
                "select status from pipeline_partitions where partition_date = '2025-12-01'"))
        .containsExactly(List.of("STALE"));
  }

  @Test
  void days_of_a_month_are_summed_a_week_at_a_time_and_only_summed_days_are_opened_again()
      throws Exception {
    state(
        """
        insert into earner_days
        select day, 'a', '{t,u}', '{1,10}'
        from generate_series(date '2026-01-01', date '2026-01-25', interval '1 day') as day
        """);
    state(
        """
        insert into distribution_roots (
            root_index, root, until_date, submitted_block, submitted_at, activates_at, updated_at, updated_at_block
        )
        values (1, 'r', '2026-01-22', 1, '2026-01-22', '2026-01-23', '2026-01-22', 1)
        """);
    state(
        """
        insert into pipeline_checkpoints (pipeline_name, safe_block, safe_at) values ('p', 1, '2026-02-20')
        """);
    state(
        """
        insert into pipeline_partitions (stage, partition_date, status, taken_at, seconds)
        select 'analytics', day, 'DONE', now(), 0
        from generate_series(date '2026-01-01', date '2026-01-25', interval '1 day') as day
        """);
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      // ten days are old enough, then six more, then eleven until the root
      assertThat(daysAfterSumming(state, "2026-01-18")).isEqualTo("2026-01-11");
      assertThat(daysAfterSumming(state, "2026-01-24")).isEqualTo("2026-01-11");
      assertThat(daysAfterSumming(state, "2026-01-30")).isEqualTo("2026-01-22");
      tables.expect(
          "earner_monthly_rewards",
          """
          earner | token | month | amount | usd | unpriced_days
          a | t | 2026-01-01 | 21 | - | 21
          a | u | 2026-01-01 | 210 | - | 21
          """);
      tables.expect(
          "earner_rewards",
          """
          earner | token | earned | active | pending
          a | t | 25 | 21 | 4
          a | u | 250 | 210 | 40
          """);

      RewardMonths.open(state, LocalDate.parse("2026-01-22"));
      state.commit();
      assertThat(tables.rows("select count(*) from earner_monthly_rewards"))
          .containsExactly(List.of("2"));

      RewardMonths.open(state, LocalDate.parse("2026-01-21"));
      state.commit();
    }
    assertThat(tables.rows("select count(*) from earner_monthly_rewards"))
        .containsExactly(List.of("0"));
    assertThat(
            tables.rows(
                "select max(partition_date) from pipeline_partitions where status = 'STALE'"))
        .containsExactly(List.of("2026-01-21"));
  }

  /** Sums as of a day; returns the first day that is not summed. */
  private static String daysAfterSumming(Connection state, String day) throws SQLException {
    RewardMonths.sum(state, LocalDate.parse(day));
    state.commit();
    return tables.rows("select min(snapshot_date) from earner_days").getFirst().getFirst();
  }

  @Test
  void yields_of_three_operators_equal_a_manual_calculation() throws Exception {
    state(
        "insert into strategies (strategy_id, underlying_token, decimals) values ('x', 'paid', 0),"
            + " ('y', 'unpriced', 0)");
    state(
        "insert into token_prices select 'paid', day, 2 from generate_series('2026-01-01',"
            + " '2026-01-30', interval '1 day') as day");
    state(
        """
        insert into operator_strategy_daily_snapshots (
            operator_id, strategy_id, snapshot_date, shares, max_magnitude, encumbered_magnitude,
            allocatable_magnitude, delegator_count, tvs_usd
        )
        select operator_id, strategy_id, day::date, shares, 0, 0, 0, 0, tvs
        from (values ('a', 's1', 5, 1000), ('b', 's1', 3, 300), ('b', 's2', 1, 100), ('c', 's1', 1, 50))
            as held (operator_id, strategy_id, shares, tvs)
        cross join generate_series('2026-01-01', '2026-01-07', interval '1 day') as day
        """);
    state(
        """
        insert into strategy_daily_quotes (strategy_id, snapshot_date, exchange_rate, rate_status)
        values ('s1', '2026-01-01', 1000, 'QUOTED'), ('s1', '2026-01-06', 1001, 'QUOTED')
        """);
    submission(
        "h",
        "AVS",
        "70",
        "2026-01-01",
        "2026-01-08",
        "[{\"strategy\": \"s1\", \"multiplier\": \"1\"}, {\"strategy\": \"s2\", \"multiplier\":"
            + " \"3\"}]",
        "-");
    state(
        """
        insert into operator_daily_rewards values
            ('2026-01-02', '2026-01-02', 'h', 'a', 'paid', 1, 9, 0, 1000, 0, 1, 'EXACT', null),
            ('2026-01-03', '2026-01-03', 'h', 'b', 'paid', 0, 4, 0, 0, 0, 1, 'EXACT', null),
            ('2026-01-03', '2026-01-03', 'h', 'c', 'unpriced', 0, 4, 0, 0, 0, 1, 'EXACT', null)
        """);

    run(Stages.YIELDS, "2026-01-07");

    // a: 20 USD of 7,000 USD days; b: 4 USD each of 2,100 and 700 USD days
    assertThat(
            tables.rows(
                """
                select operator_id, strategy_id, gross_yield, net_yield, reason, usd_status, base_yield
                from operator_yields
                where window_days = 7 and kind = 'AVS' and operator_id <> ''
                order by 1, 2
                """))
        .containsExactly(
            List.of("a", "", "1.042857142857142857", "0.938571428571428571", "-", "COMPLETE", "-"),
            List.of(
                "a",
                "s1",
                "1.042857142857142857",
                "0.938571428571428571",
                "-",
                "COMPLETE",
                "0.073000000000000000"),
            List.of("b", "", "1.042857142857142857", "1.042857142857142857", "-", "COMPLETE", "-"),
            List.of(
                "b",
                "s1",
                "0.695238095238095238",
                "0.695238095238095238",
                "-",
                "COMPLETE",
                "0.073000000000000000"),
            List.of(
                "b", "s2", "2.085714285714285714", "2.085714285714285714", "-", "COMPLETE", "-"),
            List.of("c", "", "-", "-", "MISSING_PRICE", "MISSING_PRICE", "-"),
            List.of("c", "s1", "-", "-", "MISSING_PRICE", "MISSING_PRICE", "0.073000000000000000"));
    assertThat(
            tables.rows(
                "select gross_yield, usd_status from operator_yields where window_days = 7 and kind"
                    + " = 'PI' and operator_id = 'a' and strategy_id = ''"))
        .containsExactly(List.of("0.000000000000000000", "COMPLETE"));
    assertThat(
            tables.rows(
                "select gross_usd, usd_status from operator_yields where window_days = 30 and kind"
                    + " = 'ALL' and operator_id = '' and strategy_id = 's1'"))
        .containsExactly(List.of("24.000000000000000000", "PARTIAL"));
  }

  /** {@code staker@operator/strategy=shares}; without a staker nobody delegated. */
  private static void stake(String text, boolean isSet, String unregisteredDate) {
    var shares = text.substring(text.indexOf('=') + 1);
    var holder = text.substring(0, text.indexOf('='));
    var operator = holder.replaceAll(".*@", "").replaceAll("/.*", "");
    var strategy = holder.contains("/") ? holder.replaceAll(".*/", "") : "a";
    state(
        """
        insert into operators (
            operator_id, registered_at, is_registration_inferred, first_activity_at, last_activity_at,
            updated_at, updated_at_block
        )
        values ('%s', '%s', false, '%2$s', '%2$s', '%2$s', 1)
        on conflict do nothing
        """
            .formatted(operator, BEFORE));
    state(
        """
        insert into operator_avs_registration_history (
            operator_id, avs_id, operator_set_id, registered_block, registered_log_index, registered_at,
            unregistered_at, updated_at, updated_at_block
        )
        values ('%s', 'avs', '%s', 1, 1, '%s', %s, '%3$s', 1)
        on conflict do nothing
        """
            .formatted(
                operator,
                isSet ? "avs-1" : "",
                BEFORE,
                unregisteredDate.equals("-") ? "null" : "'" + unregisteredDate + "T12:00:00Z'"));
    state(
        """
        insert into operator_strategy_share_history as held (
            operator_id, strategy_id, from_date, shares, updated_at, updated_at_block
        )
        values ('%s', '%s', '2025-01-01', %s, '%s', 1)
        on conflict (operator_id, strategy_id, from_date) do update set shares = held.shares + excluded.shares
        """
            .formatted(operator, strategy, shares, BEFORE));
    if (holder.contains("@")) {
      state(
          """
          insert into operator_delegator_share_history (
              operator_id, staker_id, strategy_id, from_date, shares, is_dust, updated_at, updated_at_block
          )
          values ('%s', '%s', '%s', '2025-01-01', %s, false, '%s', 1)
          """
              .formatted(operator, holder.replaceAll("@.*", ""), strategy, shares, BEFORE));
    }
    if (isSet) {
      var magnitude = Map.of("a", "1e18", "b", "1e17").getOrDefault(strategy, "0");
      for (var day : List.of("2026-01-05", "2026-01-06")) {
        state(
            """
            insert into snapshot_days values ('%3$s') on conflict do nothing;
            insert into operator_allocation_periods (
                operator_id, operator_set_id, strategy_id, from_date, until_date, current_magnitude,
                is_slashable
            )
            values ('%1$s', 'avs-1', '%2$s', '%3$s', date '%3$s' + 1, %4$s, true)
            on conflict do nothing
            """
                .formatted(operator, strategy, day, magnitude));
      }
    }
  }

  private static void submission(
      String hash,
      String kind,
      String amount,
      String start,
      String end,
      String strategies,
      String operatorRewards) {
    tables.given(
        "rewards_submissions",
        """
        submission_hash | submission_kind | avs_id | operator_set_id | submitter | token | amount | start_date | end_date | submitted_block | submitted_at | strategies_and_multipliers | operator_rewards | updated_at | updated_at_block
        %s | %s | %s | %s | x | token | %s | %s | %s | 1 | 2025-12-01T00:00:00Z | %s | %s | 2025-12-01T00:00:00Z | 1
        """
            .formatted(
                hash,
                kind,
                kind.equals("PI") ? "-" : "avs",
                kind.endsWith("STAKE") || kind.endsWith("SET") ? "avs-1" : "-",
                amount,
                start,
                end,
                strategies,
                operatorRewards));
  }

  private static void state(String sql) {
    tables.execute(tables.state(), sql);
  }

  /** Computes a day; returns the number of changed rows. */
  private static long pay(String day) throws SQLException {
    return run(Stages.REWARDS, day);
  }

  private static long run(Stage stage, String day) throws SQLException {
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      SqlFile.set(state, Map.of("day", day, "min_data_points", "7"));
      var bounds = Tables.horizon(1, Tables.NOW);
      var steps = new StageRunner(state, state).run(stage, List.of(), bounds);
      state.commit();
      return steps.stream().mapToLong(step -> step.rows().changed()).sum();
    }
  }

  /** Amounts that earners have, of all days. */
  private static Map<String, BigDecimal> earned() {
    var earned = new TreeMap<String, BigDecimal>();
    for (var row :
        tables.rows("select earner, sum(amount) from earner_daily_rewards group by earner")) {
      earned.put(row.getFirst(), new BigDecimal(row.getLast()));
    }
    return earned;
  }

  private static JsonNode json(String text) throws IOException {
    try (var parser = new com.fasterxml.jackson.core.JsonFactory().createParser(text)) {
      return JsonNodeTreeCodec.getInstance().readTree(parser);
    }
  }
}
