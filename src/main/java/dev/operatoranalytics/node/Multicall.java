package dev.operatoranalytics.node;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.chain.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions of contracts, many in one request, by the contract Multicall3. A call that
 * reverts has no result; the others have.
 */
public final class Multicall {
  /** Calls in one request: an answer stays far below the limits of providers. */
  private static final int BATCH = 200;

  private static final Function AGGREGATE =
      new Function("aggregate3((address,bool,bytes)[])", "((bool,bytes)[])");

  private final Nodes nodes;
  private final Address contract;

  public Multicall(Nodes nodes, Address contract) {
    this.nodes = nodes;
    this.contract = contract;
  }

  /**
   * A call of a function.
   *
   * @param arguments in the function's order
   */
  public record ContractCall(Address contract, Function function, Object... arguments) {
    /** The first result; null when the contract reverted, has no such function or no code. */
    private @Nullable Tuple result(boolean isSuccess, byte[] data) {
      if (!isSuccess || data.length == 0) {
        return null;
      }
      try {
        return function.decodeReturn(data);
      } catch (IllegalArgumentException | BufferUnderflowException e) {
        return null;
      }
    }
  }

  /**
   * Returns the results at the newest block in the order of the calls; null for one that failed.
   */
  public List<@Nullable Tuple> call(List<ContractCall> calls) {
    return call(calls, "latest", BATCH);
  }

  /**
   * Returns the results at the end of a block in the order of the calls; null for one that failed.
   *
   * @param batch calls in one request; they share its gas, and one that gets too little fails
   * @throws RpcError whose {@link RpcError#isNoHistory} is true when the node no longer has the
   *     state of the block
   */
  public List<@Nullable Tuple> call(List<ContractCall> calls, long block, int batch) {
    return call(calls, Quantity.text(block), batch);
  }

  private List<@Nullable Tuple> call(List<ContractCall> calls, String block, int batch) {
    var results = new ArrayList<@Nullable Tuple>(calls.size());
    for (var from = 0; from < calls.size(); from += batch) {
      results.addAll(callBatch(calls.subList(from, Math.min(calls.size(), from + batch)), block));
    }
    return results;
  }

  private List<@Nullable Tuple> callBatch(List<ContractCall> calls, String block) {
    var structs =
        calls.stream()
            .map(
                call ->
                    Tuple.of(
                        abi(call.contract()),
                        true,
                        call.function().encodeCallWithArgs(call.arguments()).array()))
            .toArray(Tuple[]::new);
    var data = HexFormat.of().formatHex(AGGREGATE.encodeCallWithArgs((Object) structs).array());
    var answer =
        nodes.call(
            new Call<>(
                "eth_call",
                "[{\"to\":\"%s\",\"data\":\"0x%s\"},\"%s\"]"
                    .formatted(contract.value(), data, block),
                json -> {
                  if (json.currentToken() != JsonToken.VALUE_STRING) {
                    throw new IOException("the result of eth_call is no text");
                  }
                  return answers(json.getText(), calls.size());
                }));
    var results = new ArrayList<@Nullable Tuple>(calls.size());
    for (var i = 0; i < calls.size(); i++) {
      results.add(calls.get(i).result(answer[i].get(0), answer[i].get(1)));
    }
    return results;
  }

  private Tuple[] answers(String hex, int count) throws IOException {
    try {
      Tuple[] answers =
          AGGREGATE.decodeReturn(HexFormat.of().parseHex(hex, 2, hex.length())).get(0);
      if (answers.length != count) {
        throw new IOException(
            "%s answers %d of %d calls".formatted(contract.value(), answers.length, count));
      }
      return answers;
    } catch (IllegalArgumentException | BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException(
          "%s does not answer like Multicall3: %s".formatted(contract, e.getMessage()), e);
    }
  }

  /** Returns an address in the form of arguments. */
  public static com.esaulpaugh.headlong.abi.Address abi(Address address) {
    return com.esaulpaugh.headlong.abi.Address.wrap(
        com.esaulpaugh.headlong.abi.Address.toChecksumAddress(
            new BigInteger(address.value().substring(2), 16)));
  }
}
