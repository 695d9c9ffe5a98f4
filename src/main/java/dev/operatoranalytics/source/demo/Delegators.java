package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;

import dev.operatoranalytics.source.demo.DelegationManager.Withdrawal;
import dev.operatoranalytics.source.demo.Operators.Operator;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;

/** Who delegates to an operator, with how much, and who goes again. */
final class Delegators {
  /**
   * Below this part of its operator's stake a delegator may go: the marginals stay what they are.
   */
  private static final double SMALL = 0.02;

  private final Chain chain;
  private final Dice dice;
  private final DelegationManager delegation;
  private final List<Operator> operators;

  Delegators(Chain chain, Dice dice, DelegationManager delegation, List<Operator> operators) {
    this.chain = chain;
    this.dice = dice;
    this.delegation = delegation;
    this.operators = operators;
  }

  /**
   * Shares the operator's stake out among itself and {@code stakers}, a few of whom have most.
   *
   * @param leavers of the first of them
   */
  void plan(Operator operator, List<String> stakers, int leavers) {
    var weights = new double[stakers.size() + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean mayBeLarge = i > leavers;
      weights[i] = StrictMath.exp((mayBeLarge ? 2.2 : 0.5) * dice.gaussian());
      sum += weights[i];
    }
    double own = operator.usd() * weights[0] / sum;
    chain.at(operator.joins() + 25, () -> deposit(operator, operator.address(), own));
    for (int i = 0; i < stakers.size(); i++) {
      plan(operator, stakers.get(i), weights[i + 1] / sum, i < leavers);
    }
  }

  private void plan(Operator operator, String staker, double part, boolean mustLeave) {
    boolean isSmall = part < SMALL;
    boolean leaves = mustLeave || (!operator.isFeatured() && isSmall && dice.chance(0.08));
    long joins = dice.between(operator.joins() + 100, dice.moment(leaves ? 0.60 : 0.94));
    boolean depositsFirst = dice.chance(0.7);
    int deposits = 1 + (dice.chance(0.35) ? 1 : 0) + (dice.chance(0.1) ? 1 : 0);
    boolean addsLater = dice.chance(0.25);
    double usd = operator.usd() * part / (deposits + (addsLater ? 1 : 0));
    for (int i = 0; i < deposits; i++) {
      chain.at(joins + (depositsFirst ? i : 30 + i), () -> deposit(operator, staker, usd));
    }
    chain.at(joins + 15, () -> delegation.delegate(staker, operator.address()));
    if (addsLater) {
      chain.at(dice.between(joins + 60, dice.last()), () -> deposit(operator, staker, usd));
    }
    if (isSmall && dice.chance(0.12)) {
      chain.at(dice.between(joins + 60, dice.last()), () -> withdrawPart(staker));
    }
    if (leaves) {
      long from = joins + BLOCKS_PER_DAY;
      chain.at(dice.between(from, dice.moment(0.88)), () -> leave(operator, staker));
    }
  }

  /** Most goes where most stake is; the rest, in small amounts, where many have some. */
  private void deposit(Operator operator, String staker, double usd) {
    if (operator.usd() == 0) {
      return;
    }
    boolean isCommon = usd < 0.005 * operator.usd() && dice.chance(0.3);
    var strategy =
        isCommon
            ? dice.pick(operator.menu(), Strategy::popularity)
            : dice.pick(operator.menu(), s -> s.stakeBips() + 1.0);
    delegation.deposit(staker, strategy, strategy.sharesWorth(isCommon ? usd / 10 : usd));
  }

  private void withdrawPart(String staker) {
    var percent = BigInteger.valueOf(10 + dice.below(50));
    var part = new LinkedHashMap<>(delegation.deposits(staker));
    part.replaceAll((strategy, shares) -> shares.multiply(percent).divide(BigInteger.valueOf(100)));
    part.values().removeIf(shares -> shares.signum() == 0);
    if (!part.isEmpty()) {
      complete(delegation.queueWithdrawal(staker, part), dice.chance(0.9));
    }
  }

  /** Leaves for good or, in the same transaction, for another operator; some are sent away. */
  private void leave(Operator operator, String staker) {
    boolean forced = dice.chance(0.2);
    var withdrawals = delegation.undelegate(staker, forced);
    boolean moves = !forced && !operator.isFeatured() && dice.chance(0.4);
    if (moves) {
      var homes =
          operators.stream()
              .filter(home -> home.usd() >= operator.usd() / 10 && !home.isFeatured())
              .filter(home -> !home.equals(operator) && delegation.isOperator(home.address()))
              .toList();
      moves = !homes.isEmpty();
      if (moves) {
        delegation.delegate(staker, dice.pick(homes).address());
      }
    }
    if (operator.isFeatured() || dice.chance(0.85)) {
      for (var withdrawal : withdrawals) {
        complete(withdrawal, !moves);
      }
    }
  }

  private void complete(Withdrawal withdrawal, boolean asTokens) {
    long wait = DelegationManager.WITHDRAWAL_DELAY + 1 + dice.below(100_000);
    chain.after(wait, () -> delegation.completeWithdrawal(withdrawal, asTokens));
  }
}
