package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;

import dev.operatoranalytics.source.demo.DelegationManager.Withdrawal;
import dev.operatoranalytics.source.demo.SimulatedOperators.Operator;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;

/** Schedules the deposits, delegations and withdrawals of an operator's delegators. */
final class SimulatedDelegators {
  /**
   * A delegator with less than this part of its operator's stake may leave, because that keeps the
   * distribution of stakes.
   */
  private static final double SMALL_FRACTION = 0.02;

  private final Chain chain;
  private final SeededRandom random;
  private final DelegationManager delegation;
  private final List<Operator> operators;

  SimulatedDelegators(
      Chain chain, SeededRandom random, DelegationManager delegation, List<Operator> operators) {
    this.chain = chain;
    this.random = random;
    this.delegation = delegation;
    this.operators = operators;
  }

  /**
   * Divides the operator's stake among itself and {@code stakers}; a few of them have most of it.
   *
   * @param leaverCount number of the first stakers that leave
   */
  void plan(Operator operator, List<String> stakers, int leaverCount) {
    var weights = new double[stakers.size() + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean mayBeLarge = i > leaverCount;
      weights[i] = StrictMath.exp((mayBeLarge ? 2.2 : 0.5) * random.gaussian());
      sum += weights[i];
    }
    double own = operator.usd() * weights[0] / sum;
    chain.schedule(operator.joinBlock() + 25, () -> deposit(operator, operator.address(), own));
    for (int i = 0; i < stakers.size(); i++) {
      plan(operator, stakers.get(i), weights[i + 1] / sum, i < leaverCount);
    }
  }

  private void plan(Operator operator, String staker, double fraction, boolean mustLeave) {
    boolean isSmall = fraction < SMALL_FRACTION;
    boolean leaves = mustLeave || (!operator.isFeatured() && isSmall && random.chance(0.08));
    long joinBlock =
        random.between(operator.joinBlock() + 100, random.blockAt(leaves ? 0.60 : 0.94));
    boolean depositsFirst = random.chance(0.7);
    int deposits = 1 + (random.chance(0.35) ? 1 : 0) + (random.chance(0.1) ? 1 : 0);
    boolean addsLater = random.chance(0.25);
    double usd = operator.usd() * fraction / (deposits + (addsLater ? 1 : 0));
    for (int i = 0; i < deposits; i++) {
      chain.schedule(
          joinBlock + (depositsFirst ? i : 30 + i), () -> deposit(operator, staker, usd));
    }
    chain.schedule(joinBlock + 15, () -> delegation.delegate(staker, operator.address()));
    if (addsLater) {
      chain.schedule(
          random.between(joinBlock + 60, random.last()), () -> deposit(operator, staker, usd));
    }
    if (isSmall && random.chance(0.12)) {
      chain.schedule(random.between(joinBlock + 60, random.last()), () -> withdrawPart(staker));
    }
    if (leaves) {
      long from = joinBlock + BLOCKS_PER_DAY;
      chain.schedule(random.between(from, random.blockAt(0.88)), () -> leave(operator, staker));
    }
  }

  /** Deposits mostly into strategies with much stake, and small amounts into popular ones. */
  private void deposit(Operator operator, String staker, double usd) {
    if (operator.usd() == 0) {
      return;
    }
    boolean isCommon = usd < 0.005 * operator.usd() && random.chance(0.3);
    var strategy =
        isCommon
            ? random.pick(operator.strategies(), Strategy::popularity)
            : random.pick(operator.strategies(), s -> s.stakeBips() + 1.0);
    delegation.deposit(staker, strategy, strategy.sharesWorth(isCommon ? usd / 10 : usd));
  }

  private void withdrawPart(String staker) {
    var percent = BigInteger.valueOf(10 + random.below(50));
    var withdrawn = new LinkedHashMap<>(delegation.deposits(staker));
    withdrawn.replaceAll(
        (strategy, shares) -> shares.multiply(percent).divide(BigInteger.valueOf(100)));
    withdrawn.values().removeIf(shares -> shares.signum() == 0);
    if (!withdrawn.isEmpty()) {
      complete(delegation.queueWithdrawal(staker, withdrawn), random.chance(0.9));
    }
  }

  /** Undelegates, sometimes forced; may delegate to another operator in the same transaction. */
  private void leave(Operator operator, String staker) {
    boolean forced = random.chance(0.2);
    var withdrawals = delegation.undelegate(staker, forced);
    boolean moves = !forced && !operator.isFeatured() && random.chance(0.4);
    if (moves) {
      var newOperators =
          operators.stream()
              .filter(other -> other.usd() >= operator.usd() / 10 && !other.isFeatured())
              .filter(other -> !other.equals(operator) && delegation.isOperator(other.address()))
              .toList();
      moves = !newOperators.isEmpty();
      if (moves) {
        delegation.delegate(staker, random.pick(newOperators).address());
      }
    }
    if (operator.isFeatured() || random.chance(0.85)) {
      for (var withdrawal : withdrawals) {
        complete(withdrawal, !moves);
      }
    }
  }

  private void complete(Withdrawal withdrawal, boolean asTokens) {
    long wait = DelegationManager.WITHDRAWAL_DELAY + 1 + random.below(100_000);
    chain.scheduleAfter(wait, () -> delegation.completeWithdrawal(withdrawal, asTokens));
  }
}
