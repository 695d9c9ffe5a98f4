package dev.operatoranalytics.cli;

import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.node.NodeUrl;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which chain is read, and from which nodes. */
final class ChainOptions {
  private static final String RPC_URL = "CHAIN_RPC_URL";
  private static final String NETWORK = "CHAIN_NETWORK";
  private static final String MAINNET = "mainnet";

  @Option(
      names = "--rpc-url",
      paramLabel = "URL",
      description = {
        "URL of the Ethereum node to read; several are separated by commas, the preferred one"
            + " first (default: CHAIN_RPC_URL)",
        "other users of the machine can see a key in this option; in CHAIN_RPC_URL they cannot"
      })
  private @Nullable String rpcUrl;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE",
      description = "the network of the node (default: CHAIN_NETWORK, or else mainnet)")
  private @Nullable String network;

  /** The nodes' URLs as they were given. */
  Optional<String> rpcUrl(Map<String, String> environment) {
    return given(rpcUrl, RPC_URL, environment);
  }

  /** Refuses a network that cannot be read. */
  Network network(Map<String, String> environment) {
    return read(given(network, NETWORK, environment).orElse(MAINNET));
  }

  /** Settings of the nodes and of their network; none when no node is named. */
  Map<String, Object> properties(Map<String, String> environment) {
    var url = rpcUrl(environment);
    if (url.isEmpty()) {
      return Map.of();
    }
    try {
      NodeUrl.parse(rpcUrl == null ? RPC_URL : "--rpc-url", url.get());
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()));
    }
    var properties = new HashMap<>(delays(network(environment)));
    properties.put("chain.rpc-url", url.get());
    properties.put("chain.network", given(network, NETWORK, environment).orElse(MAINNET));
    return properties;
  }

  /** Delays of the network that the environment names; none when it names none. */
  static Map<String, Object> delays(Map<String, String> environment) {
    return given(null, NETWORK, environment).map(name -> delays(read(name))).orElse(Map.of());
  }

  private static Map<String, Object> delays(Network network) {
    return Map.of(
        "pipeline.deallocation-delay-blocks", network.deallocationDelayBlocks(),
        "pipeline.withdrawal-delay-blocks", network.withdrawalDelayBlocks(),
        "pipeline.slot-seconds", network.slotSeconds());
  }

  private static Network read(String nameOrFile) {
    try {
      return Network.of(nameOrFile);
    } catch (IOException e) {
      throw new CommandFailed(
          e instanceof NoSuchFileException
              ? "%s is neither a network that ships with this program nor a file"
                  .formatted(nameOrFile)
              : String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> given(
      @Nullable String option, String variable, Map<String, String> environment) {
    return Optional.ofNullable(option)
        .or(() -> Optional.ofNullable(environment.get(variable)))
        .filter(text -> !text.isBlank());
  }
}
