package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.DELEGATION_MANAGER;
import static dev.operatoranalytics.source.demo.Chain.EIGEN_POD_MANAGER;
import static dev.operatoranalytics.source.demo.Chain.STRATEGY_MANAGER;
import static java.util.Comparator.comparing;

import dev.operatoranalytics.source.demo.Magnitudes.Stake;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Simulates deposits, delegations and withdrawals, with the arithmetic of the contracts. */
final class DelegationManager {
  static final long WITHDRAWAL_DELAY = 100_800;
  static final String ZERO_ADDRESS = "0x" + "0".repeat(40);

  /** Deposited shares and the factor that scales them to withdrawable shares. */
  private static final class Deposit {
    private BigInteger shares = BigInteger.ZERO;
    private BigInteger scalingFactor = Wad.WAD;

    private BigInteger withdrawable(BigInteger part, BigInteger slashingFactor) {
      return Wad.multiply(Wad.multiply(part, scalingFactor), slashingFactor);
    }

    /** Sets the factor so that {@code added} counts in full, regardless of earlier slashes. */
    private void rescale(BigInteger before, BigInteger added, BigInteger slashingFactor) {
      if (before.signum() == 0) {
        scalingFactor = Wad.divide(scalingFactor, slashingFactor);
        return;
      }
      var after = withdrawable(before, slashingFactor).add(added);
      scalingFactor = Wad.divide(Wad.divide(after, before.add(added)), slashingFactor);
    }
  }

  private static final class Staker {
    private final Map<Strategy, Deposit> deposits = new LinkedHashMap<>();
    private String operator = ZERO_ADDRESS;
    private BigInteger beaconChainFactor = Wad.WAD;
    private boolean hasPod;
    private int withdrawals;

    private Deposit deposit(Strategy strategy) {
      return deposits.computeIfAbsent(strategy, s -> new Deposit());
    }
  }

  /** A queued withdrawal; its shares are scaled so that later slashes reduce them. */
  record Withdrawal(
      String staker,
      String delegatedTo,
      int nonce,
      long startBlock,
      List<Strategy> strategies,
      List<BigInteger> scaledShares)
      implements DemoText.Struct {

    String root() {
      return DemoText.hash(fields());
    }

    @Override
    public Map<String, Object> fields() {
      return DemoText.fields(
          "staker,delegatedTo,withdrawer,nonce,startBlock,strategies,scaledShares",
          staker,
          delegatedTo,
          staker,
          nonce,
          startBlock,
          strategies,
          scaledShares);
    }
  }

  private record Delegation(String operator, String staker) {}

  private final Chain chain;
  private final Magnitudes magnitudes;
  private final Map<String, Staker> stakers = new LinkedHashMap<>();
  private final Map<Stake, BigInteger> operatorShares = new LinkedHashMap<>();
  private final Set<Delegation> delegations = new LinkedHashSet<>();
  private final Map<String, Withdrawal> withdrawals = new LinkedHashMap<>();
  private final Set<String> completed = new HashSet<>();
  private final Map<String, BigInteger> completionFactors = new HashMap<>();
  private final Map<Stake, TreeMap<Long, BigInteger>> queuedByBlock = new HashMap<>();

  DelegationManager(Chain chain, Magnitudes magnitudes) {
    this.chain = chain;
    this.magnitudes = magnitudes;
  }

  boolean isOperator(String address) {
    return operatorOf(address).equals(address);
  }

  /** The operator of a staker; {@link #ZERO_ADDRESS} when it delegates to none. */
  String operatorOf(String staker) {
    return staker(staker).operator;
  }

  /** The shares that each delegated staker could withdraw now, by operator. */
  Map<String, List<Map<Strategy, BigInteger>>> delegated() {
    var delegated = new LinkedHashMap<String, List<Map<Strategy, BigInteger>>>();
    stakers.forEach(
        (address, staker) -> {
          if (!staker.operator.equals(ZERO_ADDRESS)) {
            delegated
                .computeIfAbsent(staker.operator, operator -> new ArrayList<>())
                .add(withdrawable(address));
          }
        });
    return delegated;
  }

  /** A staker's deposited shares. */
  Map<Strategy, BigInteger> deposits(String staker) {
    var shares = new LinkedHashMap<Strategy, BigInteger>();
    staker(staker).deposits.forEach((strategy, deposit) -> shares.put(strategy, deposit.shares));
    return shares;
  }

  /** The shares that a staker could withdraw now. */
  Map<Strategy, BigInteger> withdrawable(String address) {
    var staker = staker(address);
    var shares = new LinkedHashMap<Strategy, BigInteger>();
    staker.deposits.forEach(
        (strategy, deposit) ->
            shares.put(
                strategy, deposit.withdrawable(deposit.shares, slashingFactor(address, strategy))));
    return shares;
  }

  /** The part of native ETH that the beacon chain left of a staker's, in wads. */
  BigInteger beaconChainFactor(String staker) {
    return staker(staker).beaconChainFactor;
  }

  boolean hasPod(String staker) {
    return staker(staker).hasPod;
  }

  /** The delegated staker with most native ETH. */
  String largestPodOwner() {
    return stakers.entrySet().stream()
        .filter(each -> !each.getValue().operator.equals(ZERO_ADDRESS))
        .max(comparing(each -> nativeShares(each.getValue())))
        .orElseThrow()
        .getKey();
  }

  /** The other staker with most of an operator's stake, when that is at least a part of it. */
  Optional<String> largestDelegator(String operator, double part) {
    var values = new TreeMap<String, Double>();
    stakers.forEach(
        (address, staker) -> {
          if (staker.operator.equals(operator)) {
            values.put(address, usd(address));
          }
        });
    double least = part * values.values().stream().mapToDouble(Double::doubleValue).sum();
    return values.entrySet().stream()
        .filter(each -> !each.getKey().equals(operator) && each.getValue() >= least)
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  /** The value of a staker's deposits at prices of the first day. */
  private double usd(String staker) {
    return deposits(staker).entrySet().stream()
        .mapToDouble(held -> usd(held.getKey(), held.getValue()))
        .sum();
  }

  private static double usd(Strategy strategy, BigInteger shares) {
    return shares.doubleValue() / strategy.sharesWorth(1_000).doubleValue() * 1_000;
  }

  /** The part of the value of an operator's shares that a strategy has. */
  double part(Stake stake) {
    double all =
        operatorShares.entrySet().stream()
            .filter(held -> held.getKey().operator().equals(stake.operator()))
            .mapToDouble(held -> usd(held.getKey().strategy(), held.getValue()))
            .sum();
    return all == 0 ? 0 : usd(stake.strategy(), shares(stake)) / all;
  }

  private static BigInteger nativeShares(Staker staker) {
    return staker.deposits.entrySet().stream()
        .filter(each -> each.getKey().isNativeEth())
        .map(each -> each.getValue().shares)
        .findFirst()
        .orElse(BigInteger.ZERO);
  }

  /** Takes {@code wad} of the balance of a staker's validators. */
  void slashOnBeaconChain(String address, BigInteger wad) {
    var staker = staker(address);
    var before = staker.beaconChainFactor;
    staker.beaconChainFactor = Wad.multiply(before, Wad.WAD.subtract(wad));
    chain.emit(
        EIGEN_POD_MANAGER,
        "BeaconChainSlashingFactorDecreased(staker,prevBeaconChainSlashingFactor,newBeaconChainSlashingFactor)",
        address,
        before,
        staker.beaconChainFactor);
    if (staker.operator.equals(ZERO_ADDRESS)) {
      return;
    }
    staker.deposits.forEach(
        (strategy, deposit) -> {
          if (strategy.isNativeEth()) {
            var stake = new Stake(staker.operator, strategy);
            var lost = before.subtract(staker.beaconChainFactor);
            decreaseDelegation(
                stake,
                address,
                deposit.withdrawable(deposit.shares, Wad.multiply(maximum(stake), lost)));
          }
        });
  }

  void registerAsOperator(String operator, String approver, String metadataUri) {
    setDelegationApprover(operator, approver);
    delegate(operator, operator);
    emit("OperatorRegistered(operator,delegationApprover)", operator, approver);
    setMetadataUri(operator, metadataUri);
  }

  void setDelegationApprover(String operator, String approver) {
    emit("DelegationApproverUpdated(operator,newDelegationApprover)", operator, approver);
  }

  void setMetadataUri(String operator, String uri) {
    emit("OperatorMetadataURIUpdated(operator,metadataURI)", operator, uri);
  }

  void deposit(String address, Strategy strategy, BigInteger shares) {
    var staker = staker(address);
    var deposit = staker.deposit(strategy);
    var before = deposit.shares;
    deposit.shares = before.add(shares);
    if (strategy.isNativeEth()) {
      if (!staker.hasPod) {
        staker.hasPod = true;
        chain.emit(EIGEN_POD_MANAGER, "PodDeployed(eigenPod,podOwner)", pod(address), address);
      }
      chain.emit(EIGEN_POD_MANAGER, "PodSharesUpdated(podOwner,sharesDelta)", address, shares);
      emitPodShares(address, deposit.shares);
    } else {
      var signature = "Deposit(staker,token,strategy,shares)";
      chain.emit(STRATEGY_MANAGER, signature, address, strategy.token(), strategy, shares);
    }
    increaseDelegation(address, strategy, before, shares, slashingFactor(address, strategy));
  }

  void delegate(String address, String operator) {
    staker(address).operator = operator;
    delegations.add(new Delegation(operator, address));
    emit("StakerDelegated(staker,operator)", address, operator);
    deposits(address)
        .forEach(
            (strategy, held) -> {
              // losses on the beacon chain stay, those of the operator so far are not the staker's
              var deposit = staker(address).deposit(strategy);
              var added =
                  strategy.isNativeEth()
                      ? deposit.withdrawable(held, beaconChainFactor(address))
                      : held;
              var factor = maximum(new Stake(operator, strategy));
              increaseDelegation(address, strategy, BigInteger.ZERO, added, factor);
            });
  }

  /** Ends a delegation; queues one withdrawal for each strategy. */
  List<Withdrawal> undelegate(String address, boolean forced) {
    var staker = staker(address);
    var operator = staker.operator;
    if (forced) {
      emit("StakerForceUndelegated(staker,operator)", address, operator);
    }
    staker.operator = ZERO_ADDRESS;
    emit("StakerUndelegated(staker,operator)", address, operator);
    return deposits(address).entrySet().stream()
        .map(held -> queue(address, operator, Map.of(held.getKey(), held.getValue())))
        .toList();
  }

  /** Queues one withdrawal of the given deposited shares. */
  Withdrawal queueWithdrawal(String address, Map<Strategy, BigInteger> depositShares) {
    return queue(address, staker(address).operator, depositShares);
  }

  private Withdrawal queue(String address, String operator, Map<Strategy, BigInteger> leaving) {
    var staker = staker(address);
    var scaledShares = new ArrayList<BigInteger>();
    var sharesToWithdraw = new ArrayList<BigInteger>();
    leaving.forEach(
        (strategy, part) -> {
          var stake = new Stake(operator, strategy);
          var deposit = staker.deposit(strategy);
          var scaled = Wad.multiply(part, deposit.scalingFactor);
          var withdrawable =
              deposit.withdrawable(part, slashingFactor(address, operator, strategy));
          scaledShares.add(scaled);
          sharesToWithdraw.add(withdrawable);
          if (!operator.equals(ZERO_ADDRESS)) {
            var queued = queuedByBlock.computeIfAbsent(stake, s -> new TreeMap<>());
            queued.put(chain.block(), queuedAt(stake, chain.block()).add(scaled));
            decreaseDelegation(stake, address, withdrawable);
          }
          deposit.shares = deposit.shares.subtract(part);
          if (strategy.isNativeEth()) {
            emitPodShares(address, deposit.shares);
          }
          if (deposit.shares.signum() == 0) {
            staker.deposits.remove(strategy);
          }
        });
    var withdrawal =
        new Withdrawal(
            address,
            operator,
            staker.withdrawals++,
            chain.block(),
            List.copyOf(leaving.keySet()),
            scaledShares);
    var root = withdrawal.root();
    withdrawals.put(root, withdrawal);
    emit(
        "SlashingWithdrawalQueued(withdrawalRoot,withdrawal,sharesToWithdraw)",
        root,
        withdrawal,
        sharesToWithdraw);
    return withdrawal;
  }

  void completeWithdrawal(Withdrawal withdrawal, boolean asTokens) {
    var root = withdrawal.root();
    completed.add(root);
    completionFactors.put(root, beaconChainFactor(withdrawal.staker));
    emit("SlashingWithdrawalCompleted(withdrawalRoot)", root);
    for (int i = 0; !asTokens && i < withdrawal.strategies.size(); i++) {
      var strategy = withdrawal.strategies.get(i);
      var shares = worth(withdrawal, strategy, i);
      if (shares.signum() > 0) {
        deposit(withdrawal.staker, strategy, shares);
      }
    }
  }

  private BigInteger worth(Withdrawal withdrawal, Strategy strategy, int place) {
    var stake = new Stake(withdrawal.delegatedTo, strategy);
    long magnitude = magnitudes.maximumAt(stake, withdrawal.startBlock + WITHDRAWAL_DELAY);
    var factor = BigInteger.valueOf(magnitude);
    return Wad.multiply(
        withdrawal.scaledShares.get(place),
        strategy.isNativeEth() ? Wad.multiply(factor, beaconChainFactor(withdrawal)) : factor);
  }

  /**
   * Subtracts a slash from the operator's shares and from queued withdrawals.
   *
   * @return the sum of both
   */
  BigInteger slashOperatorShares(Stake stake, long maximumBefore, long maximumAfter) {
    var shares = operatorShares.getOrDefault(stake, BigInteger.ZERO);
    var before = BigInteger.valueOf(maximumBefore);
    var after = BigInteger.valueOf(maximumAfter);
    var slashed = shares.subtract(Wad.multiplyUp(shares, after, before));
    decreaseDelegation(stake, ZERO_ADDRESS, slashed);
    var free = queuedAt(stake, chain.block() - WITHDRAWAL_DELAY - 1);
    var waiting = queuedAt(stake, chain.block()).subtract(free);
    var total = slashed.add(Wad.multiply(waiting, before.subtract(after)));
    emit(
        "OperatorSharesSlashed(operator,strategy,totalSlashedShares)",
        stake.operator(),
        stake.strategy(),
        total);
    return total;
  }

  Set<Stake> stakes() {
    return operatorShares.keySet();
  }

  BigInteger shares(Stake stake) {
    return operatorShares.getOrDefault(stake, BigInteger.ZERO);
  }

  /** Adds the expected delegators, their shares and the queued withdrawals. */
  void addTo(ExpectedTables expected) {
    var delegators = expected.table("operator_delegators", "operator_id,staker_id,is_delegated");
    for (var delegation : delegations) {
      boolean isDelegated = staker(delegation.staker).operator.equals(delegation.operator);
      delegators.add(delegation.operator, delegation.staker, isDelegated);
    }
    var held =
        expected.table("operator_delegator_shares", "operator_id,staker_id,strategy_id,shares");
    stakers.forEach(
        (address, staker) ->
            staker.deposits.forEach(
                (strategy, deposit) -> {
                  var factor = slashingFactor(address, strategy);
                  if (!staker.operator.equals(ZERO_ADDRESS)) {
                    var shares = deposit.withdrawable(deposit.shares, factor);
                    held.add(staker.operator, address, strategy, shares);
                  }
                }));
    var queue = expected.table("queued_withdrawals", "operator_id,withdrawal_root,is_completed");
    withdrawals.forEach(
        (root, withdrawal) -> {
          queue.add(withdrawal.delegatedTo, root, completed.contains(root));
        });
    var parts =
        expected.table(
            "queued_withdrawal_shares",
            "operator_id,withdrawal_root,place,strategy_id,current_shares");
    withdrawals.forEach(
        (root, withdrawal) -> {
          for (int i = 0; i < withdrawal.strategies.size(); i++) {
            var strategy = withdrawal.strategies.get(i);
            parts.add(
                withdrawal.delegatedTo, root, i + 1, strategy, worth(withdrawal, strategy, i));
          }
        });
  }

  private void increaseDelegation(
      String address,
      Strategy strategy,
      BigInteger before,
      BigInteger added,
      BigInteger slashingFactor) {
    if (added.signum() == 0) {
      return;
    }
    var staker = staker(address);
    var stake = new Stake(staker.operator, strategy);
    var deposit = staker.deposit(strategy);
    deposit.rescale(before, added, slashingFactor);
    emit(
        "DepositScalingFactorUpdated(staker,strategy,newDepositScalingFactor)",
        address,
        strategy,
        deposit.scalingFactor);
    if (!staker.operator.equals(ZERO_ADDRESS)) {
      operatorShares.merge(stake, added, BigInteger::add);
      emitShares("OperatorSharesIncreased", stake, address, added);
    }
  }

  private void decreaseDelegation(Stake stake, String staker, BigInteger shares) {
    var remaining = operatorShares.getOrDefault(stake, BigInteger.ZERO).subtract(shares);
    if (remaining.signum() < 0) {
      throw new IllegalStateException("Operator shares would fall below zero: " + stake);
    }
    operatorShares.put(stake, remaining);
    emitShares("OperatorSharesDecreased", stake, staker, shares);
  }

  private BigInteger queuedAt(Stake stake, long block) {
    var queued = queuedByBlock.getOrDefault(stake, new TreeMap<>()).floorEntry(block);
    return queued == null ? BigInteger.ZERO : queued.getValue();
  }

  private BigInteger slashingFactor(String staker, Strategy strategy) {
    return slashingFactor(staker, staker(staker).operator, strategy);
  }

  private BigInteger slashingFactor(String staker, String operator, Strategy strategy) {
    var maximum = maximum(new Stake(operator, strategy));
    return strategy.isNativeEth() ? Wad.multiply(maximum, beaconChainFactor(staker)) : maximum;
  }

  private BigInteger maximum(Stake stake) {
    return BigInteger.valueOf(magnitudes.maximum(stake));
  }

  /** The factor of the completion, which may come long after the delay. */
  private BigInteger beaconChainFactor(Withdrawal withdrawal) {
    return completionFactors.getOrDefault(withdrawal.root(), beaconChainFactor(withdrawal.staker));
  }

  private String pod(String owner) {
    return DemoText.address("pod", owner);
  }

  private void emitPodShares(String owner, BigInteger shares) {
    chain.emit(EIGEN_POD_MANAGER, "NewTotalShares(podOwner,newTotalShares)", owner, shares);
  }

  private Staker staker(String address) {
    return stakers.computeIfAbsent(address, a -> new Staker());
  }

  private void emitShares(String event, Stake stake, String staker, BigInteger shares) {
    var signature = event + "(operator,staker,strategy,shares)";
    emit(signature, stake.operator(), staker, stake.strategy(), shares);
  }

  private void emit(String signature, Object... values) {
    chain.emit(DELEGATION_MANAGER, signature, values);
  }
}
