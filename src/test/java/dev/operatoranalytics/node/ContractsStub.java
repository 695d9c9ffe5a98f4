package dev.operatoranalytics.node;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Address;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Contracts that a {@link ProviderStub} calls through Multicall3. */
public final class ContractsStub {
  private static final HexFormat HEX = HexFormat.of();
  private static final Function AGGREGATE =
      new Function("aggregate3((address,bool,bytes)[])", "((bool,bytes)[])");

  private final Map<String, Implementation> implementations = new ConcurrentHashMap<>();
  private final Map<String, Function> functions = new ConcurrentHashMap<>();
  private final Set<String> blocksWithoutState = ConcurrentHashMap.newKeySet();
  private volatile String block = "latest";

  /** What a function returns. */
  public interface Implementation {
    /** Returns null to revert. */
    @Nullable Tuple call(Tuple arguments);
  }

  public ContractsStub at(
      Address contract, String signature, String returns, Implementation implementation) {
    var function = new Function(signature, returns);
    var key = contract.value() + HEX.formatHex(function.selector());
    functions.put(key, function);
    implementations.put(key, implementation);
    return this;
  }

  /**
   * Settings of a network of these contracts.
   *
   * @param directory where the file of the network is written
   * @param prices the part {@code prices} of that file
   */
  public static ChainSettings settings(ProviderStub node, Path directory, String prices)
      throws IOException {
    var network = directory.resolve("network.yml");
    Files.writeString(
        network,
        """
        name: test
        chainId: 31337
        firstBlock: 0
        slotSeconds: 12
        withdrawalDelayBlocks: 10
        deallocationDelayBlocks: 10
        allocationConfigurationDelayBlocks: 10
        contracts:
          DelegationManager: "0x0000000000000000000000000000000000000031"
          StrategyManager: "0x0000000000000000000000000000000000000032"
          AllocationManager: "0x0000000000000000000000000000000000000033"
          EigenPodManager: "0x0000000000000000000000000000000000000034"
        """
            + prices);
    return new ChainSettings(
        node.url(),
        network.toString(),
        "safe",
        Duration.ofSeconds(12),
        2,
        1_000,
        10,
        Duration.ofSeconds(5),
        1,
        100,
        100,
        0);
  }

  public void serveThrough(ProviderStub provider) {
    provider.failCalls((method, params) -> method.equals("eth_call") ? answer(params) : null);
  }

  /** Answers calls at this block like a node without an archive. */
  public void forget(long number) {
    blocksWithoutState.add(Quantity.text(number));
  }

  public void remember() {
    blocksWithoutState.clear();
  }

  /** Returns the block that is called now, as the request names it. */
  public String block() {
    return block;
  }

  /** Returns a member of a JSON-RPC response to {@code eth_call}. */
  public synchronized String answer(JsonNode params) {
    block = params.get(1).getStringValue();
    if (blocksWithoutState.contains(block)) {
      return "\"error\":{\"code\":-32000,\"message\":\"missing trie node\"}";
    }
    return "\"result\":\"" + aggregate(params.get(0).get("data").getStringValue()) + "\"";
  }

  private String aggregate(String data) {
    Tuple[] calls = AGGREGATE.decodeCall(HEX.parseHex(data, 2, data.length())).get(0);
    var answers = new Tuple[calls.length];
    for (var i = 0; i < calls.length; i++) {
      com.esaulpaugh.headlong.abi.Address to = calls[i].get(0);
      byte[] call = calls[i].get(2);
      answers[i] = answer("0x%040x".formatted(to.value()), call);
    }
    return "0x" + HEX.formatHex(AGGREGATE.getOutputs().encode(Tuple.singleton(answers)).array());
  }

  private Tuple answer(String contract, byte[] call) {
    var key = contract + HEX.formatHex(call, 0, 4);
    var function = functions.get(key);
    var implementation = implementations.get(key);
    if (function == null || implementation == null) {
      // an account without code answers nothing
      return Tuple.of(true, new byte[0]);
    }
    var result = implementation.call(function.decodeCall(ByteBuffer.wrap(call)));
    return result == null
        ? Tuple.of(false, new byte[0])
        : Tuple.of(true, function.getOutputs().encode(result).array());
  }
}
