package dev.operatoranalytics.network;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Contract;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A chain that the protocol runs on.
 *
 * @param chainId as {@code eth_chainId} returns it
 * @param firstBlock no contract of the protocol emitted a log before this block
 * @param slotSeconds time between blocks when none is missed
 * @param withdrawalDelayBlocks blocks from queueing until a withdrawal can be completed; it can be
 *     slashed until then
 * @param deallocationDelayBlocks number of blocks during which released stake can still be slashed
 * @param allocationConfigurationDelayBlocks blocks until a new allocation delay or slasher applies
 * @param contracts contracts that exist once
 * @param prices contracts that give prices; empty when the network names none
 */
public record Network(
    String name,
    long chainId,
    long firstBlock,
    int slotSeconds,
    long withdrawalDelayBlocks,
    long deallocationDelayBlocks,
    long allocationConfigurationDelayBlocks,
    Map<Contract, Deployment> contracts,
    Optional<PriceFeeds> prices) {

  /**
   * The address of a contract.
   *
   * @param firstBlock it emitted no log before this block
   */
  public record Deployment(Address address, long firstBlock) {}

  public Network {
    contracts = Map.copyOf(contracts);
  }

  /**
   * Returns a network that ships with the product, or else reads one from a file.
   *
   * @param nameOrFile for example {@code mainnet} or {@code holesky.yml}
   * @throws IOException whose message is one line that names file, line, key and value
   */
  public static Network of(String nameOrFile) throws IOException {
    var resource = Network.class.getResourceAsStream("/networks/" + nameOrFile + ".yml");
    if (resource == null) {
      return read(Path.of(nameOrFile));
    }
    try (var reader = new InputStreamReader(resource, StandardCharsets.UTF_8)) {
      return new NetworkFile(nameOrFile + ".yml").read(reader);
    }
  }

  /**
   * Reads a network from a YAML file.
   *
   * @throws IOException whose message is one line that names file, line, key and value
   */
  public static Network read(Path file) throws IOException {
    try (var reader = Files.newBufferedReader(file)) {
      return new NetworkFile(file.toString()).read(reader);
    }
  }

  /** Returns the contract at an address; upper and lower case are equal. */
  public Optional<Contract> contractAt(String address) {
    for (var contract : contracts.entrySet()) {
      if (contract.getValue().address().value().equalsIgnoreCase(address)) {
        return Optional.of(contract.getKey());
      }
    }
    return Optional.empty();
  }

  public Optional<Address> address(Contract contract) {
    return Optional.ofNullable(contracts.get(contract)).map(Deployment::address);
  }
}
