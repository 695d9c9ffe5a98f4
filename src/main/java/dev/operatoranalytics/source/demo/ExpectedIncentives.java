package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.source.demo.SimulatedOperators.Operator;
import dev.operatoranalytics.source.demo.SimulatedServices.Service;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the last programmatic incentives pay to each operator and its stakers, from the state of the
 * simulated contracts at the end of each day.
 */
final class ExpectedIncentives {
  private static final BigInteger SCALE = BigInteger.TEN.pow(15);
  private static final BigInteger BIPS = BigInteger.valueOf(10_000);

  private final Chain chain;
  private final List<Service> services;
  private final List<Operator> operators;
  private final DelegationManager delegation;
  private final AvsDirectory directory;
  private final AllocationManager allocation;
  private final RewardsCoordinator coordinator;
  private final Map<List<Strategy>, Pool> pools = new LinkedHashMap<>();
  private final List<Paid> paid = new ArrayList<>();
  private @Nullable DayEnd before;

  ExpectedIncentives(
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

  /** A submission: base units a day. */
  private record Pool(String hash, BigInteger perDay) {}

  /** The contracts at the end of a day. */
  private record DayEnd(
      LocalDate date,
      Map<String, List<Map<Strategy, BigInteger>>> stakes,
      Map<String, Set<String>> memberships,
      Map<String, Integer> bips) {}

  private record Paid(
      List<Strategy> strategies,
      LocalDate date,
      String operator,
      List<BigInteger> parts,
      int bips) {}

  /** Observes the days of a week before the day of a block, and the end of that day. */
  void observe(long submitted, long last, List<List<Strategy>> strategies) {
    var day = Chain.timeOf(submitted).atOffset(ZoneOffset.UTC).toLocalDate();
    for (var date = day.minusDays(7); !date.isAfter(day); date = date.plusDays(1)) {
      var observed = date;
      var end =
          Chain.blockAt(date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1));
      chain.observeAfter(Math.min(end, last), () -> observe(observed, strategies));
    }
  }

  /** Names a submission whose days were observed. */
  void submitted(List<Strategy> strategies, String hash, BigInteger perDay) {
    pools.put(strategies, new Pool(hash, perDay));
  }

  private void observe(LocalDate date, List<List<Strategy>> pools) {
    var memberships = new HashMap<String, Set<String>>();
    for (var operator : operators) {
      var address = operator.address();
      var names = new HashSet<String>();
      for (var service : services) {
        if (directory.isRegistered(address, service.avs())) {
          names.add(service.avs());
        }
        service.sets().stream()
            .filter(set -> allocation.isMember(address, set))
            .forEach(set -> names.add(set.key()));
      }
      memberships.put(address, names);
    }
    if (before != null) {
      var of = before;
      // one that leaves on the next day is not paid for this one
      pools.forEach(
          strategies ->
              pay(
                  of,
                  strategies,
                  operator ->
                      of.memberships.getOrDefault(operator, Set.of()).stream()
                          .anyMatch(memberships.getOrDefault(operator, Set.of())::contains)));
    }
    var bips = new HashMap<String, Integer>();
    var end = date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
    operators.forEach(
        operator ->
            bips.put(operator.address(), coordinator.incentiveSplit(operator.address(), end)));
    before = new DayEnd(date, delegation.delegated(), memberships, bips);
  }

  private void pay(DayEnd day, List<Strategy> strategies, Predicate<String> isPaid) {
    var weights = new LinkedHashMap<String, List<BigInteger>>();
    var total = BigInteger.ZERO;
    for (var stakes : day.stakes.entrySet()) {
      if (!isPaid.test(stakes.getKey())) {
        continue;
      }
      var ofOperator = new ArrayList<BigInteger>();
      for (var shares : stakes.getValue()) {
        var weight =
            strategies.stream()
                .map(strategy -> shares.getOrDefault(strategy, BigInteger.ZERO))
                .filter(held -> held.signum() > 0)
                .reduce(BigInteger.ZERO, BigInteger::add);
        if (weight.signum() > 0) {
          ofOperator.add(weight);
          total = total.add(weight);
        }
      }
      weights.put(stakes.getKey(), ofOperator);
    }
    for (var ofOperator : weights.entrySet()) {
      var sum = total;
      paid.add(
          new Paid(
              strategies,
              day.date,
              ofOperator.getKey(),
              ofOperator.getValue().stream()
                  .map(weight -> weight.multiply(SCALE).divide(sum))
                  .toList(),
              day.bips.getOrDefault(ofOperator.getKey(), 0)));
    }
  }

  /** Adds what each submission that was observed pays. */
  void addTo(ExpectedTables expected) {
    var rows =
        expected.table(
            "operator_daily_rewards",
            "submission_hash,reward_date,operator_id,operator_amount,stakers_amount,stakers");
    for (var part : paid) {
      var pool = pools.get(part.strategies);
      if (pool == null || part.parts.isEmpty()) {
        continue;
      }
      var operatorAmount = BigInteger.ZERO;
      var stakersAmount = BigInteger.ZERO;
      for (var fraction : part.parts) {
        var pay = fraction.multiply(pool.perDay).divide(SCALE);
        var cut = pay.multiply(BigInteger.valueOf(part.bips)).divide(BIPS);
        operatorAmount = operatorAmount.add(cut);
        stakersAmount = stakersAmount.add(pay.subtract(cut));
      }
      if (operatorAmount.add(stakersAmount).signum() > 0) {
        rows.add(
            pool.hash, part.date, part.operator, operatorAmount, stakersAmount, part.parts.size());
      }
    }
  }
}
