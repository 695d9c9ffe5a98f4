package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.source.demo.AllocationManager.AllocationTarget;
import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import dev.operatoranalytics.source.demo.SimulatedOperators.Operator;
import dev.operatoranalytics.source.demo.SimulatedServices.Service;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What submissions of all kinds pay for the last week of submissions to each operator and its
 * stakers, from the state of the simulated contracts at the end of each day. All strategies of a
 * submission have the same multiplier.
 */
final class ExpectedRewards {
  private static final BigDecimal SCALE = BigDecimal.TEN.pow(15);
  private static final BigInteger BIPS = BigInteger.valueOf(10_000);
  private static final BigDecimal WAD = BigDecimal.TEN.pow(18);
  private static final int DAYS = 7;
  private static final int DEFAULT_BIPS = 1_000;

  /** Whom a submission pays, as in {@code rewards_submissions.submission_kind}. */
  enum Kind {
    PI,
    ALL_STAKERS,
    AVS,
    OPERATOR_DIRECTED_AVS,
    OPERATOR_DIRECTED_SET,
    UNIQUE_STAKE,
    TOTAL_STAKE;

    private boolean isPooled() {
      return this == PI || this == ALL_STAKERS || this == AVS;
    }
  }

  /**
   * A submission.
   *
   * @param avs empty for programmatic incentives and all stakers
   * @param set null unless it pays an operator set
   * @param start first day that it pays
   * @param amount base units for all days; null when it is directed
   * @param directed base units for all days of each operator; empty unless it is directed
   */
  record Submitted(
      Kind kind,
      String hash,
      String avs,
      @Nullable OperatorSet set,
      List<Strategy> strategies,
      LocalDate start,
      int days,
      @Nullable BigInteger amount,
      Map<String, BigInteger> directed) {
    private boolean pays(LocalDate day) {
      return !day.isBefore(start) && day.isBefore(start.plusDays(days));
    }

    private BigInteger perDay() {
      return amount == null ? BigInteger.ZERO : amount.divide(BigInteger.valueOf(days));
    }

    /** What an operator must be a member of; empty for anything. */
    private String membership() {
      return set == null ? avs : set.key();
    }
  }

  private final Chain chain;
  private final List<Service> services;
  private final List<Operator> operators;
  private final DelegationManager delegation;
  private final AvsDirectory directory;
  private final AllocationManager allocation;
  private final RewardsCoordinator coordinator;
  private final List<Submitted> submissions = new ArrayList<>();
  private final TreeMap<LocalDate, DayEnd> days = new TreeMap<>();

  ExpectedRewards(
      Chain chain,
      List<Service> services,
      List<Operator> operators,
      DelegationManager delegation,
      AvsDirectory directory,
      AllocationManager allocation,
      RewardsCoordinator coordinator) {
    this.chain = chain;
    this.services = services;
    this.operators = operators;
    this.delegation = delegation;
    this.directory = directory;
    this.allocation = allocation;
    this.coordinator = coordinator;
  }

  /** The contracts at the end of a day. */
  private record DayEnd(
      Map<String, List<Map<Strategy, BigInteger>>> stakes,
      Map<Stake, BigInteger> operatorShares,
      Map<String, Set<String>> memberships,
      Map<String, List<Strategy>> setStrategies,
      Map<AllocationTarget, Long> magnitudes,
      Map<Stake, Long> maxima,
      Map<List<String>, Integer> bips) {}

  /**
   * What a submission pays for a day to an operator and its stakers, and what returns to the AVS.
   */
  private record Payment(
      Submitted submission,
      LocalDate date,
      String operator,
      BigInteger operatorAmount,
      BigInteger stakersAmount,
      BigInteger refund,
      BigInteger pool,
      int stakers) {}

  /** Observes the days of a week before the day of a block, and the end of that day. */
  void observe(long submitted, long last) {
    var day = Chain.timeOf(submitted).atOffset(ZoneOffset.UTC).toLocalDate();
    for (var date = day.minusDays(DAYS); !date.isAfter(day); date = date.plusDays(1)) {
      var observed = date;
      var end =
          Math.min(
              Chain.blockAt(
                  date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1)),
              last);
      chain.observeAfter(end, () -> days.put(observed, observe(observed, end)));
    }
  }

  /** Names a submission; it counts on the observed days that it pays. */
  void submitted(Submitted submission) {
    submissions.add(submission);
  }

  private DayEnd observe(LocalDate date, long block) {
    var second = date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
    var shares = new HashMap<Stake, BigInteger>();
    delegation.stakes().forEach(stake -> shares.put(stake, delegation.shares(stake)));
    var memberships = new HashMap<String, Set<String>>();
    var setStrategies = new HashMap<String, List<Strategy>>();
    var magnitudes = new HashMap<AllocationTarget, Long>();
    var maxima = new HashMap<Stake, Long>();
    var bips = new HashMap<List<String>, Integer>();
    for (var service : services) {
      service.sets().forEach(set -> setStrategies.put(set.key(), allocation.strategies(set)));
    }
    for (var operator : operators) {
      var address = operator.address();
      var names = memberships.computeIfAbsent(address, each -> new HashSet<>());
      bips.put(List.of("PI", address, ""), coordinator.split("PI", address, "", second));
      for (var service : services) {
        if (directory.isRegistered(address, service.avs())) {
          names.add(service.avs());
          bips.put(
              List.of("AVS", address, service.avs()),
              coordinator.split("AVS", address, service.avs(), second));
        }
        for (var set : service.sets()) {
          if (!allocation.isMember(address, set)) {
            continue;
          }
          names.add(set.key());
          bips.put(
              List.of("OPERATOR_SET", address, set.key()),
              coordinator.split("OPERATOR_SET", address, set.key(), second));
          for (var strategy : Strategy.ALL) {
            var stake = new Stake(address, strategy);
            var target = new AllocationTarget(set, stake);
            magnitudes.put(target, allocation.currentAt(target, block));
            maxima.put(stake, allocation.maximumAt(stake, block));
          }
        }
      }
    }
    return new DayEnd(
        delegation.delegated(), shares, memberships, setStrategies, magnitudes, maxima, bips);
  }

  private List<Payment> pay(Submitted submission, LocalDate date) {
    return switch (submission.kind) {
      case PI, ALL_STAKERS, AVS -> payPooled(submission, date);
      case OPERATOR_DIRECTED_AVS, OPERATOR_DIRECTED_SET -> payDirected(submission, date);
      case UNIQUE_STAKE, TOTAL_STAKE -> payByStake(submission, date);
    };
  }

  private List<Payment> payPooled(Submitted submission, LocalDate date) {
    var weights = new LinkedHashMap<String, List<BigDecimal>>();
    for (var operator : day(date).stakes.keySet()) {
      if (submission.kind == Kind.ALL_STAKERS || isPaid(submission, operator, date)) {
        weights.put(operator, weights(submission, operator, date, submission.strategies));
      }
    }
    var total =
        weights.values().stream().flatMap(List::stream).reduce(BigDecimal.ZERO, BigDecimal::add);
    var payments = new ArrayList<Payment>();
    weights.forEach(
        (operator, ofStakers) -> {
          var bips = submission.kind == Kind.ALL_STAKERS ? 0 : bips(submission, operator, date);
          var operatorAmount = BigInteger.ZERO;
          var stakersAmount = BigInteger.ZERO;
          for (var weight : ofStakers) {
            var pay = part(weight, total, submission.perDay());
            var kept = kept(pay, bips);
            operatorAmount = operatorAmount.add(kept);
            stakersAmount = stakersAmount.add(pay.subtract(kept));
          }
          payments.add(
              new Payment(
                  submission,
                  date,
                  operator,
                  operatorAmount,
                  stakersAmount,
                  BigInteger.ZERO,
                  submission.perDay(),
                  ofStakers.size()));
        });
    return payments;
  }

  private List<Payment> payDirected(Submitted submission, LocalDate date) {
    var strategies = submission.strategies;
    if (submission.set != null) {
      var held = day(date).setStrategies.getOrDefault(submission.set.key(), List.of());
      strategies = strategies.stream().filter(held::contains).toList();
    }
    var payments = new ArrayList<Payment>();
    for (var part : submission.directed.entrySet()) {
      var operator = part.getKey();
      var registered = 0;
      for (var i = 0; i < submission.days; i++) {
        registered += isPaid(submission, operator, submission.start.plusDays(i)) ? 1 : 0;
      }
      if (registered == 0) {
        var refund = part.getValue().divide(BigInteger.valueOf(submission.days));
        payments.add(
            new Payment(
                submission,
                date,
                operator,
                BigInteger.ZERO,
                BigInteger.ZERO,
                refund,
                BigInteger.ZERO,
                0));
      } else if (isPaid(submission, operator, date)) {
        var total = part.getValue().divide(BigInteger.valueOf(registered));
        payments.add(payOperator(submission, date, operator, total, strategies));
      }
    }
    return payments;
  }

  private List<Payment> payByStake(Submitted submission, LocalDate date) {
    var shares = day(date).operatorShares;
    var weights = new LinkedHashMap<String, BigDecimal>();
    for (var operator : operators) {
      var address = operator.address();
      if (!isPaid(submission, address, date)) {
        continue;
      }
      var weight = BigDecimal.ZERO;
      for (var strategy : submission.strategies) {
        var held = shares.getOrDefault(new Stake(address, strategy), BigInteger.ZERO);
        weight = weight.add(weight(submission, address, date, strategy, held));
      }
      if (weight.signum() > 0) {
        weights.put(address, weight);
      }
    }
    var total = weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    var payments = new ArrayList<Payment>();
    weights.forEach(
        (operator, weight) -> {
          var amount =
              new BigDecimal(submission.perDay())
                  .multiply(weight)
                  .divide(total, 0, RoundingMode.FLOOR)
                  .toBigInteger();
          payments.add(payOperator(submission, date, operator, amount, submission.strategies));
        });
    var paid =
        payments.stream()
            .map(each -> each.operatorAmount.add(each.stakersAmount))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return paid.signum() > 0
        ? payments
        : List.of(
            new Payment(
                submission,
                date,
                "",
                BigInteger.ZERO,
                BigInteger.ZERO,
                submission.perDay(),
                BigInteger.ZERO,
                0));
  }

  /** Divides an operator's amount of a day among it and its stakers. */
  private Payment payOperator(
      Submitted submission,
      LocalDate date,
      String operator,
      BigInteger amount,
      List<Strategy> strategies) {
    var kept = kept(amount, bips(submission, operator, date));
    var pool = amount.subtract(kept);
    var weights = weights(submission, operator, date, strategies);
    var total = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    var stakersAmount =
        weights.stream()
            .map(weight -> part(weight, total, pool))
            .reduce(BigInteger.ZERO, BigInteger::add);
    var isReturned = submission.kind == Kind.OPERATOR_DIRECTED_SET && strategies.isEmpty();
    return new Payment(
        submission,
        date,
        operator,
        kept,
        stakersAmount,
        isReturned ? pool : BigInteger.ZERO,
        pool,
        weights.size());
  }

  /** Weights of the stakers of an operator that hold something that counts. */
  private List<BigDecimal> weights(
      Submitted submission, String operator, LocalDate date, List<Strategy> strategies) {
    return day(date).stakes.getOrDefault(operator, List.of()).stream()
        .map(
            shares ->
                strategies.stream()
                    .map(
                        strategy ->
                            weight(
                                submission,
                                operator,
                                date,
                                strategy,
                                shares.getOrDefault(strategy, BigInteger.ZERO)))
                    .reduce(BigDecimal.ZERO, BigDecimal::add))
        .filter(weight -> weight.signum() > 0)
        .toList();
  }

  private BigDecimal weight(
      Submitted submission, String operator, LocalDate date, Strategy strategy, BigInteger shares) {
    if (shares.signum() <= 0) {
      return BigDecimal.ZERO;
    }
    var weight = new BigDecimal(shares);
    if (submission.kind != Kind.UNIQUE_STAKE || submission.set == null) {
      return weight;
    }
    var stake = new Stake(operator, strategy);
    var target = new AllocationTarget(submission.set, stake);
    var next = day(date.plusDays(1));
    // an increase counts from the next day, a decrease on its day
    var magnitude =
        Math.min(
            day(date).magnitudes.getOrDefault(target, 0L),
            next.magnitudes.getOrDefault(target, 0L));
    return weight
        .multiply(BigDecimal.valueOf(magnitude))
        .divide(
            new BigDecimal(next.maxima.getOrDefault(stake, WAD.longValueExact())),
            MathContext.DECIMAL128);
  }

  /** Whether an operator is paid for a day: one that leaves on the next day is not. */
  private boolean isPaid(Submitted submission, String operator, LocalDate date) {
    var today = day(date).memberships.getOrDefault(operator, Set.of());
    var next = day(date.plusDays(1)).memberships.getOrDefault(operator, Set.of());
    var membership = submission.membership();
    return membership.isEmpty()
        ? today.stream().anyMatch(next::contains)
        : today.contains(membership) && next.contains(membership);
  }

  private int bips(Submitted submission, String operator, LocalDate date) {
    var kind = submission.kind == Kind.PI ? "PI" : submission.set == null ? "AVS" : "OPERATOR_SET";
    return day(date)
        .bips
        .getOrDefault(List.of(kind, operator, submission.membership()), DEFAULT_BIPS);
  }

  private DayEnd day(LocalDate date) {
    var day = days.get(date);
    if (day == null) {
      throw new IllegalStateException(date + " was not observed");
    }
    return day;
  }

  private static BigInteger part(BigDecimal weight, BigDecimal total, BigInteger pool) {
    return weight
        .multiply(SCALE)
        .divide(total, 0, RoundingMode.FLOOR)
        .multiply(new BigDecimal(pool))
        .divideToIntegralValue(SCALE)
        .toBigInteger();
  }

  private static BigInteger kept(BigInteger amount, int bips) {
    return amount.multiply(BigInteger.valueOf(bips)).divide(BIPS);
  }

  /** Adds what each submission pays for the observed days that have a next one. */
  void addTo(ExpectedTables expected) {
    var rows =
        expected.table(
            "operator_daily_rewards",
            "submission_kind,submission_hash,reward_date,operator_id,operator_amount,stakers_amount,refund_amount,stakers_pool,stakers");
    if (days.isEmpty()) {
      return;
    }
    for (var submission : submissions) {
      for (var date : days.headMap(days.lastKey()).keySet()) {
        if (!submission.pays(date) || (!submission.kind.isPooled() && isEarlier(submission))) {
          continue;
        }
        for (var payment : pay(submission, date)) {
          if (payment.operatorAmount.add(payment.stakersAmount).add(payment.refund).signum() > 0) {
            rows.add(
                submission.kind.name(),
                submission.hash,
                date,
                payment.operator,
                payment.operatorAmount,
                payment.stakersAmount,
                payment.refund,
                payment.pool,
                payment.stakers);
          }
        }
      }
    }
  }

  /** Whether it pays days that were not observed, on which its operators may have been members. */
  private boolean isEarlier(Submitted submission) {
    return submission.start.isBefore(days.firstKey());
  }
}
