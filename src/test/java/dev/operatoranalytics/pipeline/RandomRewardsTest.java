package dev.operatoranalytics.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random histories are paid as an independent model pays them. The histories share the database and
 * the submissions of programmatic incentives; each has operators, stakers and an AVS of its own.
 */
@Tag("slow")
class RandomRewardsTest {
  private static final int HISTORIES = 300;
  private static final int DAYS = 5;
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final List<String> STRATEGIES = List.of("a", "b", "c");
  private static final List<String> KINDS =
      List.of(
          "AVS", "OPERATOR_DIRECTED_AVS", "OPERATOR_DIRECTED_SET", "UNIQUE_STAKE", "TOTAL_STAKE");
  private static final BigInteger SCALE = BigInteger.TEN.pow(15);

  /** Days are counted from {@link #FIRST}; {@code until} is exclusive. */
  private record Holding(
      String operator, String staker, String strategy, int from, int until, long shares) {
    private boolean isHeld(int day) {
      return from <= day && day < until;
    }
  }

  /** An operator that joined and left on these days, at the AVS and in the set. */
  private record Member(String operator, String avs, int joined, int left, int bips) {
    private boolean isMember(int day) {
      return joined <= day && day + 1 < left;
    }
  }

  private record Allocation(String operator, String strategy, long quarters) {}

  private record Submission(
      String hash,
      String kind,
      String avs,
      int start,
      int days,
      long amount,
      Map<String, Long> multipliers,
      Map<String, Long> directed) {}

  private final Random random = new Random(2_026_11);
  private final List<Holding> holdings = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final List<Allocation> allocations = new ArrayList<>();
  private final List<Submission> submissions = new ArrayList<>();
  private final Map<String, Integer> setStrategies = new TreeMap<>();
  private final Map<String, BigInteger> expected = new TreeMap<>();

  @Test
  void histories_are_paid_as_the_model_pays_them() throws Exception {
    for (var i = 0; i < HISTORIES; i++) {
      invent("h" + i);
    }
    submissions.add(
        new Submission(
            "pi", "PI", "", 0, DAYS, 1_000_000_007L, Map.of("a", 2L, "b", 1L), Map.of()));
    try (var tables = new Tables()) {
      write(tables);
      for (var day = 0; day <= DAYS; day++) {
        pay(tables, FIRST.plusDays(day));
      }
      submissions.forEach(
          submission -> {
            for (var day = submission.start;
                day < Math.min(DAYS, submission.start + submission.days);
                day++) {
              model(submission, day);
            }
          });

      var earned = new TreeMap<String, BigInteger>();
      for (var row :
          tables.rows("select earner, sum(amount) from earner_daily_rewards group by earner")) {
        earned.put(row.getFirst(), new BigInteger(row.getLast()));
      }
      assertThat(earned).hasSizeGreaterThan(HISTORIES).isEqualTo(expected);
    }
  }

  private void invent(String name) {
    var avs = name + "-avs";
    for (var strategy : STRATEGIES) {
      if (random.nextInt(4) > 0) {
        setStrategies.put(avs + "-1 " + strategy, random.nextInt(3));
      }
    }
    var operators = 1 + random.nextInt(3);
    for (var i = 0; i < operators; i++) {
      var operator = name + "-o" + i;
      var joined = random.nextInt(3) - 1;
      members.add(
          new Member(operator, avs, joined, joined + random.nextInt(8), 100 * random.nextInt(101)));
      for (var strategy : STRATEGIES) {
        allocations.add(new Allocation(operator, strategy, random.nextInt(5)));
      }
      var stakers = random.nextInt(4);
      for (var j = 0; j < stakers; j++) {
        var staker = j == 0 ? operator : operator + "-s" + j;
        for (var strategy : STRATEGIES) {
          var from = random.nextInt(4) - 2;
          holdings.add(
              new Holding(
                  operator,
                  staker,
                  strategy,
                  from,
                  from + 1 + random.nextInt(8),
                  1 + random.nextInt(1_000_000)));
        }
      }
    }
    var kind = KINDS.get(random.nextInt(KINDS.size()));
    var multipliers = new TreeMap<String, Long>();
    STRATEGIES.forEach(
        strategy -> {
          if (random.nextInt(3) > 0) {
            multipliers.put(strategy, (long) random.nextInt(4));
          }
        });
    var directed = new TreeMap<String, Long>();
    var isDirected = kind.startsWith("OPERATOR");
    for (var i = 0; isDirected && i < operators; i++) {
      directed.put(name + "-o" + i, random.nextLong(1_000_000_000_000L));
    }
    submissions.add(
        new Submission(
            name,
            kind,
            avs,
            random.nextInt(2),
            1 + random.nextInt(4),
            isDirected
                ? directed.values().stream().mapToLong(Long::longValue).sum()
                : random.nextLong(1_000_000_000_000_000L),
            multipliers,
            directed));
  }

  private void model(Submission submission, int day) {
    switch (submission.kind) {
      case "PI", "AVS" -> pooled(submission, day);
      case "OPERATOR_DIRECTED_AVS", "OPERATOR_DIRECTED_SET" -> directed(submission, day);
      default -> byStake(submission, day);
    }
  }

  private List<Member> membersOf(Submission submission, int day) {
    return members.stream()
        .filter(member -> submission.kind.equals("PI") || member.avs.equals(submission.avs))
        .filter(member -> member.isMember(day))
        .toList();
  }

  private void pooled(Submission submission, int day) {
    var perDay = BigInteger.valueOf(submission.amount / submission.days);
    var weights = new TreeMap<String, BigDecimal>();
    var paid = membersOf(submission, day);
    paid.forEach(
        member ->
            weigh(submission, day, member.operator)
                .forEach((staker, weight) -> weights.put(member.operator + " " + staker, weight)));
    var total = weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    for (var member : paid) {
      // the default applies to programmatic incentives, because operators set no rate for them
      var bips = submission.kind.equals("PI") ? 1_000 : member.bips;
      weights.forEach(
          (key, weight) -> {
            if (key.startsWith(member.operator + " ")) {
              var pay = part(weight, total, perDay);
              var kept = commission(pay, bips);
              add(key.substring(key.indexOf(' ') + 1), pay.subtract(kept));
              add(member.operator, kept);
            }
          });
    }
  }

  private void directed(Submission submission, int day) {
    submission.directed.forEach(
        (operator, amount) -> {
          var member =
              members.stream()
                  .filter(each -> each.operator.equals(operator))
                  .findFirst()
                  .orElseThrow();
          var registered = 0;
          for (var each = submission.start; each < submission.start + submission.days; each++) {
            registered += member.isMember(each) ? 1 : 0;
          }
          if (registered == 0) {
            add(submission.avs, BigInteger.valueOf(amount / submission.days));
            return;
          }
          if (member.isMember(day)) {
            var total = BigInteger.valueOf(amount / registered);
            var kept = commission(total, member.bips);
            add(operator, kept);
            if (submission.kind.equals("OPERATOR_DIRECTED_SET")
                && submission.multipliers.keySet().stream()
                    .noneMatch(strategy -> counts(submission, strategy, day))) {
              add(submission.avs, total.subtract(kept));
            }
            share(submission, day, operator, total.subtract(kept));
          }
        });
  }

  private void byStake(Submission submission, int day) {
    var perDay = BigInteger.valueOf(submission.amount / submission.days);
    var weights = new TreeMap<String, BigDecimal>();
    for (var member : membersOf(submission, day)) {
      var weight =
          weigh(submission, day, member.operator).values().stream()
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      if (weight.signum() > 0) {
        weights.put(member.operator, weight);
      }
    }
    var total = weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (total.signum() == 0) {
      add(submission.avs, perDay);
      return;
    }
    weights.forEach(
        (operator, weight) -> {
          var amount =
              new BigDecimal(perDay)
                  .multiply(weight)
                  .divide(total, 0, RoundingMode.FLOOR)
                  .toBigInteger();
          var bips =
              members.stream()
                  .filter(each -> each.operator.equals(operator))
                  .findFirst()
                  .orElseThrow()
                  .bips;
          var kept = commission(amount, bips);
          add(operator, kept);
          share(submission, day, operator, amount.subtract(kept));
        });
  }

  private void share(Submission submission, int day, String operator, BigInteger pool) {
    var weights = weigh(submission, day, operator);
    var total = weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    weights.forEach((staker, weight) -> add(staker, part(weight, total, pool)));
  }

  private Map<String, BigDecimal> weigh(Submission submission, int day, String operator) {
    var weights = new TreeMap<String, BigDecimal>();
    for (var holding : holdings) {
      if (holding.operator.equals(operator)
          && holding.isHeld(day)
          && submission.multipliers.getOrDefault(holding.strategy, 0L) > 0
          && counts(submission, holding.strategy, day)) {
        var weight =
            BigDecimal.valueOf(holding.shares)
                .multiply(
                    BigDecimal.valueOf(
                        requireNonNull(submission.multipliers.get(holding.strategy))));
        if (submission.kind.equals("UNIQUE_STAKE")) {
          var quarters =
              allocations.stream()
                  .filter(
                      each ->
                          each.operator.equals(operator) && each.strategy.equals(holding.strategy))
                  .findFirst()
                  .orElseThrow()
                  .quarters;
          weight = weight.multiply(BigDecimal.valueOf(quarters)).divide(BigDecimal.valueOf(4));
        }
        if (weight.signum() > 0) {
          weights.merge(holding.staker, weight, BigDecimal::add);
        }
      }
    }
    return weights;
  }

  private boolean counts(Submission submission, String strategy, int day) {
    return submission.multipliers.getOrDefault(strategy, 0L) > 0
        && (!submission.kind.equals("OPERATOR_DIRECTED_SET")
            || setStrategies.getOrDefault(submission.avs + "-1 " + strategy, 99) <= day);
  }

  private static BigInteger part(BigDecimal weight, BigDecimal total, BigInteger pool) {
    var parts =
        weight.multiply(new BigDecimal(SCALE)).divide(total, 0, RoundingMode.FLOOR).toBigInteger();
    return parts.multiply(pool).divide(SCALE);
  }

  private static BigInteger commission(BigInteger amount, int bips) {
    return amount.multiply(BigInteger.valueOf(bips)).divide(BigInteger.valueOf(10_000));
  }

  private void add(String earner, BigInteger amount) {
    if (amount.signum() > 0) {
      expected.merge(earner, amount, BigInteger::add);
    }
  }

  private void write(Tables tables) {
    var at = "'2025-12-01T00:00:00Z', 1";
    insert(
        tables,
        "operators (operator_id, registered_at, is_registration_inferred, first_activity_at,"
            + " last_activity_at, updated_at, updated_at_block)",
        members.stream()
            .map(member -> "('%s', now(), false, now(), now(), %s)".formatted(member.operator, at))
            .toList());
    var registrations = new ArrayList<String>();
    var commissions = new ArrayList<String>();
    for (var member : members) {
      var isSet =
          submissions.stream()
              .anyMatch(
                  each ->
                      each.avs.equals(member.avs)
                          && (each.kind.endsWith("SET") || each.kind.endsWith("STAKE")));
      registrations.add(
          "('%s', '%s', '%s', 1, 1, '%sT10:00:00Z', '%sT20:00:00Z', %s)"
              .formatted(
                  member.operator,
                  member.avs,
                  isSet ? member.avs + "-1" : "",
                  FIRST.plusDays(member.joined),
                  FIRST.plusDays(member.left),
                  at));
      commissions.add(
          "('%s', '%s', '%s', 1, 1, '2025-12-01', '2025-12-08', 1000, %d, 'x', %s)"
              .formatted(
                  member.operator,
                  isSet ? "OPERATOR_SET" : "AVS",
                  isSet ? member.avs + "-1" : member.avs,
                  member.bips,
                  at));
    }
    insert(
        tables,
        "operator_avs_registration_history (operator_id, avs_id, operator_set_id, registered_block,"
            + " registered_log_index, registered_at, unregistered_at, updated_at,"
            + " updated_at_block)",
        registrations);
    insert(
        tables,
        "operator_commission_history (operator_id, commission_kind, subject_id, set_block,"
            + " set_log_index, set_at, activates_at, old_bips, new_bips, caller, updated_at,"
            + " updated_at_block)",
        commissions);
    insert(
        tables,
        "operator_delegator_share_history (operator_id, staker_id, strategy_id, from_date,"
            + " until_date, shares, is_dust, updated_at, updated_at_block)",
        holdings.stream()
            .map(
                each ->
                    "('%s', '%s', '%s', '%s', '%s', %d, false, %s)"
                        .formatted(
                            each.operator,
                            each.staker,
                            each.strategy,
                            FIRST.plusDays(each.from),
                            FIRST.plusDays(each.until),
                            each.shares,
                            at))
            .toList());
    tables.execute(
        tables.state(),
        """
        insert into operator_strategy_share_history (
            operator_id, strategy_id, from_date, until_date, shares, updated_at, updated_at_block
        )
        select operator_id, strategy_id, day::date, day::date + 1, sum(shares), now(), 1
        from operator_delegator_share_history
        cross join generate_series('2025-12-25', '2026-01-15', interval '1 day') as day
        where from_date <= day and until_date > day
        group by 1, 2, 3
        """);
    insert(
        tables,
        "operator_set_strategy_history (operator_set_id, strategy_id, added_block, added_log_index,"
            + " added_at, updated_at, updated_at_block)",
        setStrategies.entrySet().stream()
            .map(
                each ->
                    "('%s', '%s', 1, 1, '%sT12:00:00Z', %s)"
                        .formatted(
                            each.getKey().split(" ", 2)[0],
                            each.getKey().split(" ", 2)[1],
                            FIRST.plusDays(each.getValue()),
                            at))
            .toList());
    tables.execute(
        tables.state(),
        "insert into snapshot_days select date '%s' + i from generate_series(0, %s) as i"
            .formatted(FIRST, DAYS));
    var periods = new ArrayList<String>();
    for (var allocation : allocations) {
      periods.add(
          "('%s', '%s-avs-1', '%s', '%s', %d * 2.5e17, true)"
              .formatted(
                  allocation.operator,
                  allocation.operator.substring(0, allocation.operator.indexOf('-')),
                  allocation.strategy,
                  FIRST,
                  allocation.quarters));
    }
    insert(
        tables,
        "operator_allocation_periods (operator_id, operator_set_id, strategy_id, from_date,"
            + " current_magnitude, is_slashable)",
        periods);
    insert(
        tables,
        "rewards_submissions (submission_hash, submission_kind, avs_id, operator_set_id, submitter,"
            + " token, amount, start_date, end_date, submitted_block, submitted_at,"
            + " strategies_and_multipliers, operator_rewards, updated_at, updated_at_block)",
        submissions.stream().map(each -> row(each, at)).toList());
  }

  private static String row(Submission each, String at) {
    var isSet = each.kind.endsWith("SET") || each.kind.endsWith("STAKE");
    return "('%s', '%s', %s, %s, 'x', 'token', %d, '%s', '%s', 1, '2025-12-01', '%s', %s, %s)"
        .formatted(
            each.hash,
            each.kind,
            each.avs.isEmpty() ? "null" : "'" + each.avs + "'",
            isSet ? "'" + each.avs + "-1'" : "null",
            each.amount,
            FIRST.plusDays(each.start),
            FIRST.plusDays(each.start + each.days),
            json(each.multipliers, "strategy", "multiplier"),
            each.directed.isEmpty()
                ? "null"
                : "'" + json(each.directed, "operator", "amount") + "'",
            at);
  }

  private static String json(Map<String, Long> values, String key, String value) {
    return values.entrySet().stream()
        .map(
            each ->
                "{\"%s\": \"%s\", \"%s\": \"%d\"}"
                    .formatted(key, each.getKey(), value, each.getValue()))
        .toList()
        .toString();
  }

  private static void insert(Tables tables, String into, List<String> rows) {
    tables.execute(tables.state(), "insert into " + into + " values " + String.join(", ", rows));
  }

  private static void pay(Tables tables, LocalDate day) throws Exception {
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      SqlFile.set(state, Map.of("day", day.toString()));
      new StageRunner(state, state).run(Stages.REWARDS, List.of(), Tables.horizon(1, Tables.NOW));
      state.commit();
    }
  }
}
