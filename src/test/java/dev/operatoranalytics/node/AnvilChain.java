package dev.operatoranalytics.node;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.network.Network.Deployment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The protocol on {@link Anvil}: its contracts emit the logs that a test sends. */
final class AnvilChain implements AutoCloseable {
  static final Address STRATEGY = address(0x51);
  private static final Map<Contract, Deployment> CONTRACTS = contracts();

  private final Anvil anvil;
  private int count;

  AnvilChain(int slotsInEpoch) {
    anvil = Anvil.start(slotsInEpoch);
    CONTRACTS.values().forEach(deployed -> anvil.place(deployed.address()));
    for (var strategy = 0x51; strategy < 0x55; strategy++) {
      anvil.place(address(strategy));
    }
  }

  private static Map<Contract, Deployment> contracts() {
    var contracts = new EnumMap<Contract, Deployment>(Contract.class);
    for (var contract : Contract.values()) {
      if (contract.isSingle()) {
        contracts.put(contract, new Deployment(address(0x1000 + contracts.size()), 0));
      }
    }
    return contracts;
  }

  static Address address(long number) {
    return new Address("0x%040x".formatted(number));
  }

  static Network network() {
    return new Network("anvil", 31337, 0, 1, 10, 10, 10, CONTRACTS, Optional.empty());
  }

  Anvil anvil() {
    return anvil;
  }

  /** Registers an operator, delegates a staker to it, and adds shares; in one block. */
  void comes(long operator, long staker) {
    emit(Contract.DELEGATION_MANAGER, "OperatorRegistered", List.of(operator), 0);
    emit(Contract.DELEGATION_MANAGER, "StakerDelegated", List.of(staker, operator));
    deposits(operator, staker, 1_000 + count++);
    anvil.mine(1);
  }

  void deposits(long operator, long staker, long shares) {
    emit(
        Contract.DELEGATION_MANAGER,
        "OperatorSharesIncreased",
        List.of(operator),
        staker,
        Long.parseLong(STRATEGY.value().substring(2), 16),
        shares);
  }

  void whitelists(long strategy) {
    emit(Contract.STRATEGY_MANAGER, "StrategyAddedToDepositWhitelist", List.of(), strategy);
  }

  void rate(long strategy, long rate) {
    emit(address(strategy), "ExchangeRateEmitted", List.of(), rate);
  }

  private void emit(Contract contract, String event, List<Long> indexed, long... words) {
    emit(network().address(contract).orElseThrow(), event, indexed, words);
  }

  private void emit(Address contract, String event, List<Long> indexed, long... words) {
    var topics = new ArrayList<>(List.of(topic0(event)));
    indexed.forEach(value -> topics.add("0x%064x".formatted(value)));
    var data = new StringBuilder("0x");
    for (var word : words) {
      data.append("%064x".formatted(word));
    }
    anvil.emit(contract, topics, data.toString());
  }

  private static String topic0(String event) {
    return EventKinds.ALL.stream()
        .filter(kind -> kind.name().equals(event))
        .findFirst()
        .orElseThrow()
        .signatures()
        .getFirst()
        .topic0();
  }

  @Override
  public void close() {
    anvil.close();
  }
}
