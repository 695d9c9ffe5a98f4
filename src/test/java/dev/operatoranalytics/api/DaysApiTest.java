package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.operatoranalytics.InLocale;
import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Days, ranks and risks over the API. */
@InLocale("bn-BD")
@Tag("slow")
class DaysApiTest {
  private static final String FEATURED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(Map.of("operator-analytics.limits.requests-per-minute", 1_000_000)).withDays();

  @Test
  void the_strategies_of_a_day_sum_up_to_the_operator_and_the_operators_to_the_network()
      throws Exception {
    assertThat(
            server
                .tables()
                .rows(
                    """
                    select days.operator_id, days.snapshot_date
                    from operator_daily_snapshots as days
                    left join (
                        select operator_id, snapshot_date, sum(tvs_usd) as tvs_usd
                        from operator_strategy_daily_snapshots
                        group by operator_id, snapshot_date
                    ) as held using (operator_id, snapshot_date)
                    where coalesce(days.total_tvs, 0) <> coalesce(held.tvs_usd, 0)
                    """))
        .isEmpty();
    var sums =
        server
            .tables()
            .rows(
                "select snapshot_date, sum(active_delegators) from operator_daily_snapshots group"
                    + " by 1 order by 1");
    var days =
        data("{ network { dailySnapshots { date activeDelegators tvsUsd } } }").get("network");
    assertThat(days.get("dailySnapshots").size()).isEqualTo(10);
    for (var i = 0; i < 10; i++) {
      var day = days.get("dailySnapshots").get(i);
      assertThat(day.get("date").getStringValue()).isEqualTo(sums.get(i).get(0));
      assertThat(day.get("activeDelegators").getIntValue())
          .isEqualTo(Integer.parseInt(sums.get(i).get(1)));
      assertThat(day.get("tvsUsd").getStringValue()).isNotEqualTo("0");
    }
  }

  @Test
  void the_state_of_an_operator_has_the_figures_of_its_newest_day_and_the_days_before()
      throws Exception {
    var operators =
        data("""
        { operators(first: 50) { nodes {
          state { tvsTrend riskScore riskLevel scoreReason growthRate30d }
          dailySnapshots { date tvsUsd }
          analytics { riskScore riskLevel scoreReason growthRate30d }
        } } }
        """)
            .get("operators")
            .get("nodes");
    var newest =
        LocalDate.parse(
            server.tables().rows("select max(date) from network_daily_risk").getFirst().getFirst());
    var reasons = new HashSet<String>();
    for (var i = 0; i < operators.size(); i++) {
      var operator = operators.get(i);
      var state = operator.get("state");
      var trend = state.get("tvsTrend");
      var days = new HashMap<String, JsonNode>();
      for (var day : operator.get("dailySnapshots").values()) {
        days.put(day.get("date").getStringValue(), day.get("tvsUsd"));
      }
      assertThat(trend.size()).isEqualTo(30);
      for (var age = 0; age < 30; age++) {
        assertThat(trend.get(29 - age))
            .isEqualTo(days.getOrDefault(newest.minusDays(age).toString(), JsonNode.nullNode()));
      }
      var analytics = operator.get("analytics");
      reasons.add(String.valueOf(state.get("scoreReason").getValue()));
      if (analytics.isNull()) {
        assertThat(state.get("scoreReason").getStringValue()).isEqualTo("NOT_ANALYSED");
        assertThat(state.get("riskScore").isNull()).isTrue();
      } else {
        for (var field : List.of("riskScore", "riskLevel", "scoreReason", "growthRate30d")) {
          assertThat(state.get(field)).as(field).isEqualTo(analytics.get(field));
        }
      }
    }
    assertThat(reasons).contains("null", "NOTHING_AT_STAKE");
  }

  @Test
  void rewards_of_each_day_keep_the_laws_and_the_days_of_stakers_follow_from_those_of_operators() {
    var tables = server.tables();
    assertThat(
            tables.rows(
                "select distinct submission_kind from operator_daily_rewards join"
                    + " rewards_submissions using (submission_hash) order by 1"))
        .extracting(List::getFirst)
        .containsExactly(
            "ALL_STAKERS",
            "AVS",
            "OPERATOR_DIRECTED_AVS",
            "OPERATOR_DIRECTED_SET",
            "PI",
            "TOTAL_STAKE",
            "UNIQUE_STAKE");
    // a day never pays more than a submission holds for it
    assertThat(
            tables.rows(
                """
                select submission_hash, reward_date
                from operator_daily_rewards
                join rewards_submissions using (submission_hash)
                group by submission_hash, reward_date, amount, end_date, start_date, submission_kind
                having
                    sum(operator_amount + stakers_amount + refund_amount)
                    > case
                        when submission_kind like 'OPERATOR_DIRECTED%' then amount
                        else div(amount, (end_date - start_date)::numeric)
                    end
                """))
        .isEmpty();
    assertThat(
            tables.rows(
                """
                select submission_hash, reward_date, operator_id, stakers_amount, paid.amount
                from operator_daily_rewards
                left join (
                    select submission_hash, reward_date, operator_id, sum(amount) as amount
                    from delegator_daily_rewards
                    group by 1, 2, 3
                ) as paid using (submission_hash, reward_date, operator_id)
                where stakers_amount <> coalesce(paid.amount, 0)
                """))
        .isEmpty();
    assertThat(
            tables.rows(
                """
                select earner, token
                from (select earner, token, sum(amount) as amount from earner_daily_rewards group by 1, 2) as earned
                full join (
                    select earner, token, sum(amount) as amount
                    from (
                        select staker_id as earner, token, amount from delegator_daily_rewards
                        union all
                        select operator_id, token, operator_amount from operator_daily_rewards
                        union all
                        select avs_id, operator_daily_rewards.token, refund_amount
                        from operator_daily_rewards
                        join rewards_submissions using (submission_hash)
                    ) as parts
                    where amount > 0
                    group by 1, 2
                ) as detail using (earner, token)
                where earned.amount is distinct from detail.amount
                """))
        .isEmpty();
  }

  @Test
  void rewards_by_day_of_operators_avses_and_strategies_add_up_to_those_of_the_network()
      throws Exception {
    var range = "(from: \"2026-01-15\", to: \"2026-01-17\")";
    var days = "rewardsByDay" + range + " { date operatorsUsd stakersUsd piUsd avsUsd usdStatus }";
    var answer =
        data(
            """
            {
              network {
                %1$s
                rewardsByDayColumns%2$s { date stakersUsd }
                tokens: rewardsByDay%2$s { date tokens { symbol stakersAmount usd } }
              }
              operators(first: 500) { nodes { %1$s } }
              strategies(first: 100) { nodes { %1$s } }
              avses(first: 100) { nodes { %1$s } }
            }
            """
                .formatted(days, range));

    var network = sumsByDate(List.of(answer.get("network")));
    assertThat(network).hasSize(3);
    for (var list : List.of("operators", "avses")) {
      // of no AVS: programmatic incentives, and 70 USDC a week to all stakers
      var most = new BigDecimal(list.equals("avses") ? "10.1" : "0.000001");
      var parts = new ArrayList<JsonNode>();
      answer.get(list).get("nodes").values().forEach(parts::add);
      var sums = sumsByDate(parts);
      network.forEach(
          (date, usd) ->
              assertThat(Objects.requireNonNull(sums.get(date)).get(list.equals("avses") ? 1 : 0))
                  .as(list + " " + date)
                  .isCloseTo(
                      usd.get(list.equals("avses") ? 1 : 0),
                      org.assertj.core.api.Assertions.within(most)));
    }
    var strategies = new ArrayList<JsonNode>();
    answer.get("strategies").get("nodes").values().forEach(strategies::add);
    // directed rewards of operators without stake in the strategies belong to none; others are
    // rounded
    sumsByDate(strategies)
        .forEach(
            (date, usd) ->
                assertThat(usd.getFirst())
                    .isBetween(
                        Objects.requireNonNull(network.get(date))
                            .getFirst()
                            .multiply(new BigDecimal("0.95")),
                        Objects.requireNonNull(network.get(date))
                            .getFirst()
                            .add(new BigDecimal("0.000001"))));
    var columns = answer.get("network").get("rewardsByDayColumns");
    assertThat(columns.get("date").get(0).getStringValue()).isEqualTo("2026-01-15");
    assertThat(columns.get("stakersUsd").size()).isEqualTo(3);
    assertThat(answer.get("network").get("tokens").size()).isEqualTo(3);
    assertThat(answer.get("network").get("tokens").get(1).get("tokens").size()).isPositive();
  }

  /** Sums over the parts of what a day paid in USD: to operators and stakers, and not as PI. */
  private static Map<String, List<BigDecimal>> sumsByDate(List<JsonNode> parts) {
    var sums = new HashMap<String, List<BigDecimal>>();
    for (var part : parts) {
      for (var day : part.get("rewardsByDay").values()) {
        assertThat(day.get("usdStatus").getStringValue()).isEqualTo("COMPLETE");
        var avs = new BigDecimal(day.get("avsUsd").getStringValue());
        var paid =
            new BigDecimal(day.get("operatorsUsd").getStringValue())
                .add(new BigDecimal(day.get("stakersUsd").getStringValue()));
        assertThat(avs.add(new BigDecimal(day.get("piUsd").getStringValue())).subtract(paid).abs())
            .isLessThan(new BigDecimal("0.000000000000001"));
        sums.merge(
            day.get("date").getStringValue(),
            List.of(paid, avs),
            (held, more) -> List.of(held.get(0).add(more.get(0)), held.get(1).add(more.get(1))));
      }
    }
    return sums;
  }

  @Test
  void rewards_of_an_operator_and_of_its_delegators_are_served() throws Exception {
    var operator =
        data(
            """
              {
                operator(address: "0xa42cd0029f681b08b61f535e846f2a36f468c1c2") {
                  rewards {
                    token symbol earned active pending claimed claimable earnedUsd earnedUsdStatus claimableUsd
                    nextClaimableAt nextClaimableReason claims(first: 1) { nodes { amount claimer } }
                  }
                  dailyRewards(from: "2026-01-15", first: 50) {
                    nodes { date addedOn operatorAmount stakersAmount commissionBips submission { kind } usdStatus }
                  }
                  delegators(first: 1) { nodes { delegator { rewards { earned earnedUsd } dailyRewards(first: 2) { nodes { amount usd } } } } }
                }
                rewardsSubmissions(first: 2) { nodes { hash kind startDate strategies { strategy multiplier } } }
                distributionRoots(first: 60) { nodes { index status untilDate } }
            leaderboard(metric: NET_YIELD_30D, first: 3) { rank value operator { yields(days: 30, kind: ALL) { netYield reason } } }
              }
            """);

    var eigen = operator.get("operator").get("rewards").values().iterator();
    var found = false;
    while (eigen.hasNext()) {
      var row = eigen.next();
      if (row.get("symbol").isString() && row.get("symbol").getStringValue().equals("EIGEN")) {
        found = true;
        assertThat(row.get("claims").get("nodes").get(0).get("claimer").getStringValue())
            .isEqualTo("0x4444444444444444444444444444444444444444");
        assertThat(row.get("earnedUsdStatus").getStringValue()).isEqualTo("COMPLETE");
        assertThat(new java.math.BigInteger(row.get("earned").getStringValue()))
            .isEqualTo(
                new java.math.BigInteger(row.get("active").getStringValue())
                    .add(new java.math.BigInteger(row.get("pending").getStringValue())));
        assertThat(row.get("nextClaimableAt").isNull())
            .isNotEqualTo(row.get("nextClaimableReason").isNull());
      }
    }
    assertThat(found).isTrue();
    assertThat(operator.get("operator").get("dailyRewards").get("nodes").size()).isPositive();
    var delegator = operator.get("operator").get("delegators").get("nodes").get(0).get("delegator");
    assertThat(delegator.get("rewards").size()).isPositive();
    assertThat(delegator.get("dailyRewards").get("nodes").size()).isEqualTo(2);
    assertThat(operator.get("rewardsSubmissions").get("nodes").get(0).get("strategies").size())
        .isPositive();
    assertThat(operator.get("leaderboard").size()).isEqualTo(3);
    assertThat(operator.get("leaderboard").get(0).get("operator").get("yields").size())
        .isPositive();
    var statuses = new java.util.TreeSet<String>();
    operator
        .get("distributionRoots")
        .get("nodes")
        .values()
        .forEach(root -> statuses.add(root.get("status").getStringValue()));
    assertThat(statuses).containsExactly("ACTIVE", "DISABLED", "WAITING");
  }

  /**
   * The demo computes from its simulated contracts what the submissions of the last week pay. The
   * contracts round each slash, which moves the part of a staker by 10^-15 of what is divided.
   */
  @Test
  void submissions_of_all_kinds_pay_what_the_demo_expects() {
    var firstDay = DemoTables.FIRST_DAY.toString();
    var expected =
        DemoTables.expectedRewards().stream()
            .skip(1)
            .map(line -> List.of(line.split(",", -1)))
            // a day is computed with its snapshots; other submissions pay past days when they come
            .filter(
                row ->
                    !List.of("AVS", "UNIQUE_STAKE").contains(row.getFirst())
                        || row.get(2).compareTo(firstDay) >= 0)
            .toList();
    assertThat(expected.stream().map(List::getFirst).distinct())
        .containsExactlyInAnyOrder(
            "PI",
            "ALL_STAKERS",
            "AVS",
            "OPERATOR_DIRECTED_AVS",
            "OPERATOR_DIRECTED_SET",
            "UNIQUE_STAKE",
            "TOTAL_STAKE");
    var dates = expected.stream().map(row -> row.get(2)).distinct().toList();
    var paid =
        server
            .tables()
            .rows(
                """
                select
                    submission_kind, submission_hash, reward_date, operator_id, operator_amount,
                    stakers_amount, refund_amount
                from operator_daily_rewards
                join rewards_submissions using (submission_hash)
                where
                    reward_date in ('%s')
                    and submission_hash in ('%s')
                    and (submission_kind not in ('AVS', 'UNIQUE_STAKE') or reward_date >= '%s')
                """
                    .formatted(
                        String.join("', '", dates),
                        expected.stream()
                            .map(row -> row.get(1))
                            .distinct()
                            .collect(Collectors.joining("', '")),
                        firstDay));
    var byKey = new HashMap<List<String>, List<String>>();
    paid.forEach(row -> byKey.put(row.subList(0, 4), row));
    assertThat(byKey.keySet())
        .isEqualTo(expected.stream().map(row -> row.subList(0, 4)).collect(Collectors.toSet()));
    for (var row : expected) {
      var found = Objects.requireNonNull(byKey.get(row.subList(0, 4)));
      var ofEachStaker =
          new BigInteger(row.get(7))
              .multiply(BigInteger.TWO)
              .divide(BigInteger.TEN.pow(15))
              .add(BigInteger.TWO);
      var most = ofEachStaker.multiply(new BigInteger(row.get(8)).add(BigInteger.ONE));
      for (var place = 4; place <= 6; place++) {
        assertThat(new BigInteger(found.get(place)).subtract(new BigInteger(row.get(place))).abs())
            .as(row + " " + found)
            .isLessThanOrEqualTo(most);
      }
    }
  }

  /** Everything that a submission paid for a day is what a preview of the same terms says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AVS",
        "PI",
        "OPERATOR_DIRECTED_AVS",
        "OPERATOR_DIRECTED_SET",
        "TOTAL_STAKE",
        "UNIQUE_STAKE"
      })
  void a_preview_equals_what_a_submission_of_the_same_terms_paid(String kind) throws Exception {
    var submission =
        server
            .tables()
            .rows(
                """
                select
                    submission_hash, max(reward_date), min(start_date), min(end_date - start_date),
                    min(avs_id), min(split_part(operator_set_id, '-', 2)), min(amount),
                    min(strategies_and_multipliers::text), min(operator_rewards::text)
                from rewards_submissions
                join operator_daily_rewards using (submission_hash)
                where submission_kind = '%s'
                group by submission_hash
                order by sum(stakers_amount) desc, submission_hash
                limit 1
                """
                    .formatted(kind))
            .getFirst();
    var ofDay = "submission_hash = '%s' and reward_date = '%s'";
    ofDay = ofDay.formatted(submission.get(0), submission.get(1));
    var isDirected = kind.startsWith("OPERATOR_DIRECTED");
    var pool =
        """
        {
          kind: %s, date: "%s", startDate: "%s", days: %s, strategies: %s
          %s %s %s
        }
        """
            .formatted(
                kind,
                submission.get(1),
                submission.get(2),
                submission.get(3),
                unquoted(submission.get(7)),
                kind.equals("PI") ? "" : "avs: \"" + submission.get(4) + "\"",
                kind.endsWith("STAKE") || kind.endsWith("SET")
                    ? "operatorSet: \"" + submission.get(5) + "\""
                    : "",
                isDirected
                    ? "operatorAmounts: " + unquoted(submission.get(8))
                    : "amount: \"" + submission.get(6) + "\"");

    var preview =
        data("""
        {
          rewardPreview(pool: %s) {
            kind days tokensPerDay operatorsAmount stakersAmount refundAmount unpaidAmount
            operators(first: 1000, orderBy: [{ field: ADDRESS, direction: ASC }]) {
              nodes { address operator { address } operatorAmount stakersAmount refundAmount commissionBips exactness }
            }
            earners(first: 1000, orderBy: [{ field: EARNER, direction: ASC }]) { totalCount nodes { earner amount } }
          }
        }
        """
                .formatted(pool))
            .get("rewardPreview");

    var operators = new ArrayList<List<String>>();
    for (var row : preview.get("operators").get("nodes").values()) {
      operators.add(
          List.of(
              row.get("address").getStringValue(),
              row.get("operatorAmount").getStringValue(),
              row.get("stakersAmount").getStringValue(),
              row.get("refundAmount").getStringValue(),
              row.get("commissionBips").coerceStringValue(),
              row.get("exactness").getStringValue()));
      assertThat(row.get("operator").get("address")).isEqualTo(row.get("address"));
    }
    assertThat(operators)
        .isNotEmpty()
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select operator_id, operator_amount, stakers_amount, refund_amount, commission_bips, exactness
                    from operator_daily_rewards
                    where %s
                    order by operator_id
                    """
                        .formatted(ofDay)));
    var earners = new ArrayList<List<String>>();
    for (var row : preview.get("earners").get("nodes").values()) {
      earners.add(List.of(row.get("earner").getStringValue(), row.get("amount").getStringValue()));
    }
    var paid =
        server
            .tables()
            .rows(
                """
                select earner, sum(amount)
                from (
                    select staker_id as earner, amount from delegator_daily_rewards where %1$s
                    union all
                    select operator_id, operator_amount from operator_daily_rewards where %1$s
                ) as parts
                where amount > 0
                group by earner
                order by earner
                """
                    .formatted(ofDay));
    assertThat(preview.get("earners").get("totalCount").getIntValue()).isEqualTo(paid.size());
    assertThat(earners).isEqualTo(paid.stream().limit(1000).toList());
    assertThat(sum(operators, 1)).isEqualTo(number(preview, "operatorsAmount"));
    assertThat(sum(operators, 2)).isEqualTo(number(preview, "stakersAmount"));
    if (isDirected) {
      assertThat(preview.get("unpaidAmount").isNull()).isTrue();
    } else {
      assertThat(
              number(preview, "unpaidAmount")
                  .add(number(preview, "operatorsAmount"))
                  .add(number(preview, "stakersAmount"))
                  .add(number(preview, "refundAmount")))
          .isEqualTo(number(preview, "tokensPerDay"));
    }
    // nothing was stored
    assertThat(server.tables().rows("select from rewards_submissions where submission_hash = ''"))
        .isEmpty();
  }

  private static String unquoted(String json) {
    return json.replaceAll("\"([a-z]+)\":", "$1:");
  }

  private static BigInteger number(JsonNode row, String field) {
    return new BigInteger(row.get(field).getStringValue());
  }

  private static BigInteger sum(List<List<String>> rows, int place) {
    return rows.stream()
        .map(row -> new BigInteger(row.get(place)))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Test
  void days_of_an_earner_add_up_to_what_it_earned_and_are_exported_with_prices() throws Exception {
    var operator = FEATURED;
    var staker =
        server
            .tables()
            .rows(
                "select staker_id from delegator_daily_rewards where operator_id = '%s' group by 1 order by count(distinct token) desc, 1 limit 1"
                    .formatted(operator))
            .getFirst()
            .getFirst();
    // the days of a month that is summed are not stored by earner any more
    for (var earner : List.of(operator, staker)) {
      var days =
          data(
              """
              {
                earnerDailyRewards(earner: "%s", first: 1000) {
                  totalCount
                  nodes { date earner token symbol role amount tokens priceUsd usd usdStatus exactness }
                }
                earnerRewards(earner: "%s") { token earned dailyRewards(first: 1000) { totalCount nodes { amount } } }
              }
              """
                  .formatted(earner, earner));
      var rows = days.get("earnerDailyRewards").get("nodes");
      assertThat(rows.size())
          .isPositive()
          .isEqualTo(days.get("earnerDailyRewards").get("totalCount").getIntValue());
      var count = 0;
      for (var token : days.get("earnerRewards").values()) {
        var sum = BigInteger.ZERO;
        for (var day : token.get("dailyRewards").get("nodes").values()) {
          sum = sum.add(number(day, "amount"));
          count++;
        }
        assertThat(sum).as(earner + token).isEqualTo(number(token, "earned"));
      }
      assertThat(count).isEqualTo(rows.size());
      for (var row : rows.values()) {
        var price = row.get("priceUsd");
        assertThat(row.get("usdStatus").getStringValue())
            .isEqualTo(price.isNull() ? "MISSING_PRICE" : "COMPLETE");
        if (!price.isNull()) {
          assertThat(new BigDecimal(row.get("usd").getStringValue()))
              .isEqualByComparingTo(
                  new BigDecimal(row.get("tokens").getStringValue())
                      .multiply(new BigDecimal(price.getStringValue()))
                      .setScale(18, RoundingMode.HALF_UP));
        }
      }
      var csv =
          server
              .post(
                  "/graphql/export.csv",
                  "application/json",
                  server.write(
                      Map.of(
                          "query",
                          "{ earnerDailyRewards(earner: \"%s\") { nodes { date token symbol role amount tokens priceUsd usd usdStatus exactness } } }"
                              .formatted(earner))))
              .body()
              .lines()
              .toList();
      assertThat(csv.getFirst())
          .isEqualTo("date,token,symbol,role,amount,tokens,priceUsd,usd,usdStatus,exactness");
      assertThat(csv).hasSize(rows.size() + 1);
      var first = rows.get(0);
      assertThat(csv.get(1))
          .startsWith(
              "%s,%s,%s,%s,%s,"
                  .formatted(
                      first.get("date").getStringValue(),
                      first.get("token").getStringValue(),
                      first.get("symbol").getStringValue(),
                      first.get("role").getStringValue(),
                      first.get("amount").getStringValue()));
    }
  }

  @Test
  void rewards_as_of_a_day_are_those_of_the_days_roots_and_claims_until_then() throws Exception {
    var facts =
        "{ token earned active pending claimed claimable activeSource earnedUsd earnedUsdStatus"
            + " claimableUsdStatus nextClaimableAt nextClaimableReason claims(first: 100) {"
            + " totalCount } }";
    var head =
        server.tables().rows("select safe_block from pipeline_checkpoints").getFirst().getFirst();
    var staker =
        server
            .tables()
            .rows(
                "select staker_id from delegator_daily_rewards where operator_id = '%s' group by 1 order by count(distinct token) desc, 1 limit 1"
                    .formatted(FEATURED))
            .getFirst()
            .getFirst();
    var ofOperator =
        data(
            """
            {
              operator(address: "%1$s", asOf: { date: "2026-01-16" }) {
                rewards %2$s
                dailyRewards(first: 1000) { totalCount nodes { date addedOn operatorAmount submission { kind strategies { strategy } } } }
              }
              earnerRewards(earner: "%1$s", asOf: { date: "2026-01-16" }) %2$s
            }
            """
                .formatted(FEATURED, facts));
    assertThat(server.write(ofOperator.get("operator").get("rewards")))
        .isEqualTo(server.write(ofOperator.get("earnerRewards")));
    var paid = ofOperator.get("operator").get("dailyRewards");
    assertThat(paid.get("totalCount").getIntValue())
        .isPositive()
        .isEqualTo(
            Integer.parseInt(
                server
                    .tables()
                    .rows(
                        "select count(*) from operator_daily_rewards where operator_id = '%s' and snapshot_date <= '2026-01-16'"
                            .formatted(FEATURED))
                    .getFirst()
                    .getFirst()));
    for (var earner : List.of(FEATURED, staker)) {
      var answer =
          data(
              """
              {
                now: earnerRewards(earner: "%1$s") %2$s
                then: earnerRewards(earner: "%1$s", asOf: { block: "%3$s" }) %2$s
                days: earnerRewards(earner: "%1$s", asOf: { date: "2026-01-16" }) %2$s
              }
              """
                  .formatted(earner, facts, head));
      assertThat(server.write(answer.get("then"))).isEqualTo(server.write(answer.get("now")));
      var sums =
          server
              .tables()
              .rows(
                  """
                  select
                      token,
                      sum(amount),
                      coalesce(sum(amount) filter (where snapshot_date < (
                          select until_date
                          from distribution_roots
                          where
                              submitted_at < '2026-01-17Z'
                              and activates_at < '2026-01-17Z'
                              and (disabled_at >= '2026-01-17Z') is not false
                          order by root_index desc
                          limit 1
                      )), 0)
                  from (
                      select staker_id as earner, token, snapshot_date, amount from delegator_daily_rewards
                      union all
                      select operator_id, token, snapshot_date, operator_amount from operator_daily_rewards
                  ) as parts
                  where earner = '%s' and amount > 0 and snapshot_date <= '2026-01-16'
                  group by token
                  order by token
                  """
                      .formatted(earner));
      var days = new java.util.TreeMap<String, List<String>>();
      for (var row : answer.get("days").values()) {
        if (number(row, "earned").signum() > 0) {
          days.put(
              row.get("token").getStringValue(),
              List.of(
                  row.get("token").getStringValue(),
                  row.get("earned").getStringValue(),
                  row.get("active").getStringValue()));
        }
      }
      assertThat(List.copyOf(days.values())).isNotEmpty().isEqualTo(sums);
    }
  }

  @Test
  void a_pool_that_no_contract_would_take_is_no_preview() throws Exception {
    var terms =
        "kind: %s, days: %s, %s strategies: [{ strategy: \"0x%040x\", multiplier: \"%s\" }]";
    var of =
        Map.of(
            terms.formatted("PI", "731", "amount: 1,", 1, "1"),
            "days is 1 to 730, not 731",
            terms.formatted("PI", "1", "", 1, "1"),
            "a pool of the kind PI needs amount",
            terms.formatted("AVS", "1", "amount: 1,", 1, "1"),
            "a pool of the kind AVS needs avs",
            terms.formatted("PI", "1", "amount: 1, date: \"2030-01-01\",", 1, "1"),
            "2030-01-01 has no daily snapshot",
            terms.formatted(
                "PI", "1", "amount: 1, date: \"2026-01-15\", startDate: \"2026-01-14\",", 1, "1"),
            "2026-01-15 is not among the 1 days from 2026-01-14",
            terms.formatted("PI", "1", "amount: 1,", 1, "-1"),
            "multiplier is 0 to 2^96 - 1, not -1");
    for (var pool : of.entrySet()) {
      var answer =
          server.query(
              "{ rewardPreview(pool: { %s }) { days earners { totalCount } } }"
                  .formatted(pool.getKey()));
      assertThat(answer.get("errors").get(0).get("message").getStringValue())
          .isEqualTo(pool.getValue());
      assertThat(answer.get("errors").get(0).get("extensions").get("code").getStringValue())
          .isEqualTo("BAD_USER_INPUT");
    }
  }

  @Test
  void strategies_equal_the_sums_of_operators_and_operators_of_delegators_on_each_day()
      throws Exception {
    var strategy =
        server
            .tables()
            .rows(
                "select strategy_id from strategy_daily_snapshots where snapshot_date ="
                    + " '2026-01-20' and tvs_usd > 0 order by tvs_usd desc limit 1")
            .getFirst()
            .getFirst();
    var sums =
        server
            .tables()
            .rows(
                """
                select snapshot_date, sum(shares), trim_scale(sum(tvs_usd)), sum(delegator_count)
                from operator_strategy_daily_snapshots
                where strategy_id = '%s'
                group by snapshot_date
                order by snapshot_date
                """
                    .formatted(strategy));

    var answer =
        data("""
        {
          strategy(address: "%1$s") {
            dailySnapshots { date totalShares tvsUsd delegatorCount priceUsd }
            prices(from: "2026-01-20", to: "2026-01-20") { at priceUsd }
            delegators(first: 3) {
              nodes {
                shares
                delegator {
                  shareDailySnapshots(strategy: "%1$s", from: "2026-01-20") { date shares tvsUsd strategy { address } }
                }
              }
            }
          }
        }
        """
                .formatted(strategy))
            .get("strategy");

    var history = answer.get("dailySnapshots");
    assertThat(history.size()).isEqualTo(10);
    for (var i = 0; i < 10; i++) {
      assertThat(
              List.of(
                  history.get(i).get("date").getStringValue(),
                  history.get(i).get("totalShares").getStringValue(),
                  history.get(i).get("tvsUsd").getStringValue(),
                  Integer.toString(history.get(i).get("delegatorCount").getIntValue())))
          .isEqualTo(sums.get(i));
    }
    var prices = answer.get("prices");
    assertThat(prices.get(prices.size() - 1).get("priceUsd"))
        .isEqualTo(history.get(8).get("priceUsd"));
    var holders = answer.get("delegators").get("nodes");
    assertThat(holders.size()).isEqualTo(3);
    for (var holder : holders.values()) {
      var days = holder.get("delegator").get("shareDailySnapshots");
      assertThat(days.size()).isEqualTo(2);
      assertThat(days.get(0).get("date").getStringValue()).isEqualTo("2026-01-20");
      assertThat(days.get(1).get("tvsUsd").isNull()).isFalse();
      assertThat(days.get(1).get("strategy").get("address").getStringValue()).isEqualTo(strategy);
    }
  }

  @Test
  void a_range_of_days_includes_its_first_and_last_day() throws Exception {
    var operator =
        data("""
        {
          operator(address: "%s") {
            dailySnapshots(from: "2026-01-15", to: "2026-01-17") { date }
            none: dailySnapshots(from: "2027-01-01") { date }
            analytics { date riskScore missing }
            before: analytics(date: "2020-01-01") { date }
            analyticsHistory(from: "2026-01-20") { date }
            volatility { window metric reason volatility }
            concentration { kind population }
          }
        }
        """
                .formatted(FEATURED))
            .get("operator");
    var days = new ArrayList<String>();
    operator
        .get("dailySnapshots")
        .values()
        .forEach(day -> days.add(day.get("date").getStringValue()));
    assertThat(days).containsExactly("2026-01-15", "2026-01-16", "2026-01-17");
    assertThat(operator.get("none").size()).isZero();
    assertThat(operator.get("analytics").get("date").getStringValue()).isEqualTo("2026-01-21");
    assertThat(operator.get("before").isNull()).isTrue();
    assertThat(operator.get("analyticsHistory").size()).isEqualTo(2);
    assertThat(operator.get("volatility").size()).isEqualTo(6);
    for (var metric : operator.get("volatility").values()) {
      assertThat(metric.get("volatility").isNull()).isNotEqualTo(metric.get("reason").isNull());
    }
    assertThat(operator.get("concentration").size()).isEqualTo(2);
    assertThat(
            server
                .query(
                    "{ operator(address: \"%s\") { dailySnapshots(from: \"2026-01-02\", to: \"2026-01-01\") { date } } }"
                        .formatted(FEATURED))
                .get("errors")
                .get(0)
                .get("message")
                .getStringValue())
        .isEqualTo("to 2026-01-01 is before from 2026-01-02");
  }

  @Test
  void as_of_an_unfinished_date_equals_the_later_snapshot_of_that_day() throws Exception {
    server.tables().execute("update pipeline_partitions set status = 'STALE'");
    var figures =
        """
        isActive activeAvsCount registeredAvsCount activeOperatorSetCount activeDelegators totalDelegators
        totalSlashEvents lastSlashedAt tvsUsd tvsStatus unpricedStrategyCount\
        """;
    for (var operator :
        server
            .tables()
            .rows(
                "select operator_id from operator_current_state order by total_tvs desc nulls last"
                    + " limit 6")) {
      for (var day : List.of("2026-01-16", "2026-01-20", "2026-01-21")) {
        var answer =
            data(
                """
                {
                  then: operator(address: "%1$s", asOf: { date: "%2$s" }) { state { %3$s } }
                  days: operator(address: "%1$s") { dailySnapshots(from: "%2$s", to: "%2$s") { %3$s } }
                }
                """
                    .formatted(operator.getFirst(), day, figures));
        assertThat(answer.get("then").get("state"))
            .as(operator + " on " + day)
            .isEqualTo(answer.get("days").get("dailySnapshots").get(0));
      }
    }
    server.tables().execute("update pipeline_partitions set status = 'DONE'");
  }

  @Test
  void as_of_a_finished_date_reads_figures_from_its_snapshot() throws Exception {
    var asked =
        """
        { operator(address: "%s", asOf: { date: "2026-01-18" }) {
            state { tvsUsd } strategies(first: 1) { nodes { tvsUsd } } delegators(first: 1) { totalCount }
        } }
        """
            .formatted(FEATURED);
    var before = data(asked).get("operator");
    addToSnapshots(1);
    try {
      var told = data(asked).get("operator");
      assertThat(told.get("state").get("tvsUsd").getStringValue())
          .isNotEqualTo(before.get("state").get("tvsUsd").getStringValue());
      assertThat(told.get("strategies")).isNotEqualTo(before.get("strategies"));
      assertThat(told.get("delegators")).isEqualTo(before.get("delegators"));

      server.tables().execute("update pipeline_partitions set status = 'STALE'");
      assertThat(data(asked).get("operator")).as("not finished").isEqualTo(before);
    } finally {
      server.tables().execute("update pipeline_partitions set status = 'DONE'");
      addToSnapshots(-1);
    }
  }

  @Test
  void an_avs_and_its_sets_as_of_a_date_equal_the_kept_day_and_a_rebuild() throws Exception {
    var day = "2026-01-18";
    var figures = "operatorCount operatorSetCount delegatedUsd slashableUsd unpricedOperatorCount";
    var ofSets = "memberCount delegatedUsd slashableUsd unpricedStrategyCount";
    var ofNow =
        """
        { avs(address: "%1$s", asOf: { date: "%2$s" }) {
            everOperatorCount %3$s operatorSets { id number %4$s }
            relationships(first: 50) { nodes { status operator { address metadata { name } state { tvsUsd tvsStatus } } } }
            rewards { token earned claimed } rewardsSubmissions(first: 50) { totalCount }
            rewardsByDay { date operatorsUsd stakersUsd refundUsd tokens { token stakersAmount } } } }
        """;
    var withSlashableStake = 0;
    var withName = 0;
    for (var avs : server.tables().rows("select avs_id from avs")) {
      var asked = ofNow.formatted(avs.getFirst(), day, figures, ofSets);
      var kept = data(asked).get("avs");
      server.tables().execute("update pipeline_partitions set status = 'STALE'");
      assertThat(data(asked).get("avs")).as("rebuilt").isEqualTo(kept);
      server.tables().execute("update pipeline_partitions set status = 'DONE'");
      if (kept.isNull()) {
        continue;
      }
      for (var each : kept.get("relationships").get("nodes").values()) {
        var operator = each.get("operator");
        assertThat(operator.get("metadata"))
            .isEqualTo(
                data("{ operator(address: \"%s\") { metadata { name } } }"
                        .formatted(operator.get("address").getStringValue()))
                    .get("operator")
                    .get("metadata"));
        withName += operator.get("metadata").isNull() ? 0 : 1;
      }
      var days =
          data("""
          { avs(address: "%s") {
              dailySnapshots(from: "%2$s", to: "%2$s") { %3$s }
              operatorSets { id dailySnapshots(from: "%2$s", to: "%2$s") { %4$s } }
              rewardsByDay(to: "%2$s") { date } } }
          """
                  .formatted(avs.getFirst(), day, figures, ofSets))
              .get("avs");
      for (var figure : figures.split(" ")) {
        assertThat(kept.get(figure))
            .as("%s of %s", figure, avs)
            .isEqualTo(days.get("dailySnapshots").get(0).get(figure));
      }
      withSlashableStake += kept.get("slashableUsd").getStringValue().equals("0") ? 0 : 1;
      assertThat(kept.get("rewardsByDay").size())
          .isLessThanOrEqualTo(days.get("rewardsByDay").size());
    }
    assertThat(withSlashableStake).isPositive();
    assertThat(withName).isPositive();
    assertThat(
            server
                .query(
                    "{ avs(address: \"%s\", asOf: { date: \"%s\" }) { slashingIncidents(first: 1) { totalCount } } }"
                        .formatted(
                            server.tables().rows("select avs_id from avs").getFirst().getFirst(),
                            day))
                .get("errors")
                .get(0)
                .get("message")
                .getStringValue())
        .isEqualTo("Avs.slashingIncidents has no earlier states: remove it or asOf");
  }

  @Test
  void a_strategy_as_of_a_date_equals_the_kept_day_and_a_rebuild() throws Exception {
    var day = "2026-01-18";
    var figures =
        "totalShares tvsUsd operatorCount delegatorCount unknownOperatorCount exchangeRate"
            + " rateStatus priceUsd";
    var withStake = 0;
    for (var strategy : server.tables().rows("select strategy_id from strategy_state")) {
      var asked =
          """
          { strategy(address: "%s", asOf: { date: "%s" }) {
              %s operators(first: 50) { nodes { operator { address } shares tvsUsd maxMagnitude delegatorCount } }
              rewardsByDay { date stakersUsd tokens { token stakersAmount } } } }
          """
              .formatted(strategy.getFirst(), day, figures);
      var kept = data(asked).get("strategy");
      server.tables().execute("update pipeline_partitions set status = 'STALE'");
      assertThat(data(asked).get("strategy")).as("rebuilt").isEqualTo(kept);
      server.tables().execute("update pipeline_partitions set status = 'DONE'");
      var days =
          data("{ strategy(address: \"%s\") { dailySnapshots(from: \"%2$s\", to: \"%2$s\") { %3$s } } }"
                  .formatted(strategy.getFirst(), day, figures))
              .get("strategy")
              .get("dailySnapshots");
      if (days.size() == 0) {
        assertThat(kept.get("operatorCount").getIntValue()).isZero();
        continue;
      }
      withStake++;
      for (var figure : figures.split(" ")) {
        assertThat(kept.get(figure))
            .as("%s of %s", figure, strategy)
            .isEqualTo(days.get(0).get(figure));
      }
    }
    assertThat(withStake).isPositive();
  }

  @Test
  void totals_of_pods_are_the_sums_of_their_last_events() throws Exception {
    var expected =
        server
            .tables()
            .tables()
            .eventRows(
                """
                with
                totals as (
                    select distinct on (pod_owner_id) pod_owner_id, new_total_shares as shares
                    from pod_shares_update_events
                    where update_type = 'NEW_TOTAL_SHARES'
                    order by pod_owner_id, block_number desc, log_index desc
                ),
                factors as (
                    select distinct on (staker_id) staker_id, new_deposit_scaling_factor as factor
                    from deposit_scaling_factor_updated_events
                    where strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
                    order by staker_id, block_number desc, log_index desc
                ),
                losses as (
                    select staker_id, min(new_beacon_chain_slashing_factor) as beacon_chain_factor
                    from beacon_chain_slashing_events
                    group by staker_id
                )
                select
                    (select count(*) from pod_deployed_events),
                    count(*) filter (where shares > 0),
                    sum(div(div(shares * factor, 1e18) * coalesce(beacon_chain_factor, 1e18), 1e18)),
                    (select count(*) from losses)
                from totals
                join factors on staker_id = pod_owner_id
                left join losses using (staker_id)
                """)
            .getFirst();
    var totals =
        data("{ network { eigenPods { podCount fundedPodCount slashedPodCount unknownPodCount"
                + " shares usd } } }")
            .get("network")
            .get("eigenPods");
    var price =
        data("{ strategy(address: \"0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0\") { priceUsd } }")
            .get("strategy")
            .get("priceUsd")
            .getStringValue();

    assertThat(totals.get("podCount").getIntValue())
        .isPositive()
        .isEqualTo(Integer.parseInt(expected.get(0)));
    assertThat(totals.get("fundedPodCount").getIntValue())
        .isPositive()
        .isEqualTo(Integer.parseInt(expected.get(1)));
    assertThat(totals.get("slashedPodCount").getIntValue())
        .isPositive()
        .isEqualTo(Integer.parseInt(expected.get(3)));
    assertThat(totals.get("unknownPodCount").getIntValue()).isZero();
    assertThat(totals.get("shares").getStringValue()).isEqualTo(expected.get(2));
    assertThat(new BigDecimal(totals.get("usd").getStringValue()))
        .isCloseTo(
            new BigDecimal(expected.get(2)).movePointLeft(18).multiply(new BigDecimal(price)),
            within(new BigDecimal("1e-15")));
  }

  private static void addToSnapshots(int usd) throws Exception {
    server
        .tables()
        .execute(
            """
            update operator_daily_snapshots set total_tvs = total_tvs + %1$s;
            update operator_strategy_daily_snapshots set tvs_usd = tvs_usd + %1$s
            """
                .formatted(usd));
  }

  @Test
  void the_leaderboard_lists_operators_in_order_of_rank() throws Exception {
    var board =
        data("""
        {
          leaderboard(metric: TVS_USD, first: 5) {
            rank value excludedDurationVaults
            operator { address state { tvsUsd } rank(metric: TVS_USD) { rank value population excludedDurationVaults } }
          }
        }
        """)
            .get("leaderboard");

    assertThat(board.size()).isEqualTo(5);
    for (var i = 0; i < 5; i++) {
      var entry = board.get(i);
      assertThat(entry.get("rank").getIntValue()).isEqualTo(i + 1);
      assertThat(entry.get("excludedDurationVaults").getIntValue()).isOne();
      assertThat(entry.get("value").getStringValue())
          .isEqualTo(entry.get("operator").get("state").get("tvsUsd").getStringValue());
      assertThat(entry.get("operator").get("rank").get("rank").getIntValue()).isEqualTo(i + 1);
    }
    var comparison =
        data("{ compareOperators(addresses: [\"%s\", \"%s\"]) { operator { address } ranks { metric rank value differenceFromMean } } }"
                .formatted(
                    board.get(1).get("operator").get("address").getStringValue(),
                    board.get(0).get("operator").get("address").getStringValue()))
            .get("compareOperators");
    assertThat(comparison.get(0).get("ranks").get(0).get("rank").getIntValue()).isEqualTo(2);
    assertThat(comparison.get(1).get("ranks").size()).isEqualTo(5);
    var withVaults =
        data(
            """
            {
              network {
                concentration(includeDurationVaults: true) { kind }
                distribution(metric: TVS_USD, buckets: 1, includeDurationVaults: true) { excludedDurationVaults }
              }
              leaderboard(metric: TVS_USD, first: 1, includeDurationVaults: true) { operator { address } }
            }
            """);
    assertThat(withVaults.get("network").get("concentration").get(0).get("kind").getStringValue())
        .isEqualTo("NETWORK_OPERATORS_WITH_VAULTS");
    assertThat(withVaults.get("leaderboard").get(0).get("operator").get("address").getStringValue())
        .isEqualTo(board.get(0).get("operator").get("address").getStringValue());
  }

  @Test
  void every_null_risk_figure_has_a_reason() throws Exception {
    var reasons =
        Map.of(
            "slashScore", "SLASH_LOSS",
            "slashLoss", "SLASH_LOSS",
            "stabilityScore", "SHARES_VOLATILITY_30D",
            "sharesVolatility30d", "SHARES_VOLATILITY_30D",
            "volatility30d", "VOLATILITY_30D",
            "growthScore", "GROWTH",
            "growthRate30d", "GROWTH",
            "delegationHhi", "DELEGATION_HHI",
            "sizePercentile", "SIZE",
            "delegatorPercentile", "INACTIVE|DURATION_VAULT");
    var operators =
        data("""
        {
          operators(first: 100) {
            nodes {
              analytics {
                riskScore riskLevel confidence scoreReason performanceScore economicScore gapDays missing %s
              }
              state { tvsUpdatedAt tvsOldestQuoteAt tvsStatus }
              rank(metric: RISK_SCORE) { value reason }
            }
          }
          network { latestSnapshot { scoredOperatorCount activeOperatorCount medianPiBips } }
        }
        """
                .formatted(String.join(" ", reasons.keySet())))
            .get("operators")
            .get("nodes");
    var scored = 0;
    for (var operator : operators.values()) {
      var analytics = operator.get("analytics");
      var isScored = analytics.get("scoreReason").isNull();
      scored += isScored ? 1 : 0;
      for (var figure :
          List.of("riskScore", "riskLevel", "confidence", "performanceScore", "economicScore")) {
        assertThat(analytics.get(figure).isNull()).as(figure).isNotEqualTo(isScored);
      }
      var missing = new ArrayList<String>();
      analytics.get("missing").values().forEach(name -> missing.add(name.getStringValue()));
      reasons.forEach(
          (figure, reason) ->
              assertThat(analytics.get(figure).isNull())
                  .as(figure)
                  .isEqualTo(missing.stream().anyMatch(name -> name.matches(reason))));
      var rank = operator.get("rank");
      assertThat(rank.get("value").isNull()).isNotEqualTo(rank.get("reason").isNull());
      var state = operator.get("state");
      assertThat(state.get("tvsOldestQuoteAt").isNull())
          .isEqualTo(state.get("tvsUpdatedAt").isNull());
    }
    assertThat(scored).isBetween(1, operators.size() - 1);
  }

  @Test
  void every_operator_is_in_exactly_one_bucket() throws Exception {
    var network =
        data(
            """
            {
              network {
                distribution(metric: TVS_USD, buckets: 7) { count }
                latestSnapshot { date }
                concentration { population reason }
              }
              leaderboard(metric: TVS_USD, first: 1) { operator { rank(metric: TVS_USD) { population } } }
            }
            """);
    var counted = 0;
    for (var bucket : network.get("network").get("distribution").values()) {
      counted += bucket.get("count").getIntValue();
    }
    assertThat(counted)
        .isEqualTo(
            network
                .get("leaderboard")
                .get(0)
                .get("operator")
                .get("rank")
                .get("population")
                .getIntValue());
  }

  private static JsonNode data(String document) throws Exception {
    var answer = server.query(document);
    assertThat(answer.get("errors")).as(() -> String.valueOf(answer)).isNull();
    return answer.get("data");
  }
}
