package dev.operatoranalytics.source;

import com.esaulpaugh.headlong.abi.Address;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.chain.Hex;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.event.Argument;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.event.EventKinds.Signed;
import dev.operatoranalytics.event.EventSignature;
import dev.operatoranalytics.network.Network;
import io.micronaut.json.tree.JsonNode;
import java.lang.reflect.Array;
import java.nio.BufferUnderflowException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes raw logs into the same rows that an import of decoded logs makes. Contract and topic
 * determine the kind. A log of a contract that the network does not name counts as a strategy's
 * when its topic is one of strategies; the caller checks whether the strategy is the protocol's.
 */
public final class LogDecoder {
  private final Network network;
  private final TimeBounds bounds;

  /**
   * @param clock limits block times
   */
  public LogDecoder(Network network, Clock clock) {
    this.network = network;
    this.bounds = TimeBounds.at(clock);
  }

  public Decoded decode(RawLog log) {
    var signed = signed(log);
    if (signed.isEmpty()) {
      return new Decoded.Unknown(log);
    }
    var kind = signed.get().kind();
    if (!kind.isStored()) {
      return new Decoded.WithoutEffect(log, kind);
    }
    try {
      var decoded = DecodedLog.of(line(log, kind.name(), data(log, signed.get().signature())));
      return new Decoded.DecodedRow(log, EventRow.of(decoded, kind, 0, bounds));
    } catch (UnreadableValue e) {
      return new Decoded.Unreadable(log, e.field(), e.raw(), String.valueOf(e.getMessage()));
    }
  }

  private Optional<Signed> signed(RawLog log) {
    if (log.topics().isEmpty()) {
      return Optional.empty();
    }
    var topic0 = log.topics().getFirst().toLowerCase(Locale.ROOT);
    var contract = network.contractAt(log.address());
    return contract.isPresent()
        ? EventKinds.find(contract.get(), topic0)
        : EventKinds.find(Contract.STRATEGY, topic0)
            .or(() -> EventKinds.find(Contract.DURATION_VAULT, topic0));
  }

  private static JsonNode line(RawLog log, String event, JsonNode data) {
    var line = new LinkedHashMap<String, JsonNode>();
    line.put("event", text(event));
    line.put("tx_hash", text(log.transactionHash()));
    line.put("log_index", JsonNode.createNumberNode(log.logIndex()));
    line.put("block_number", JsonNode.createNumberNode(log.blockNumber()));
    line.put("block_hash", text(log.blockHash()));
    line.put("block_time", text(Instant.ofEpochSecond(log.blockTimestamp()).toString()));
    line.put("contract", text(log.address()));
    line.put("data", data);
    return JsonNode.createObjectNode(line);
  }

  private static JsonNode data(RawLog log, EventSignature signature) {
    var topics = new byte[log.topics().size()][];
    for (var i = 0; i < topics.length; i++) {
      topics[i] = bytes("topics[" + i + "]", log.topics().get(i));
    }
    var data = bytes("data", log.data());
    try {
      Tuple values = signature.abi().decodeArgs(topics, data);
      return struct(signature.arguments(), values);
    } catch (IllegalArgumentException | BufferUnderflowException | ArithmeticException e) {
      throw new UnreadableValue(
          "topics, data",
          String.join(" ", log.topics()) + " " + log.data(),
          "not the arguments of %s%s"
              .formatted(signature, e.getMessage() == null ? "" : ": " + e.getMessage().strip()));
    }
  }

  private static byte[] bytes(String field, String hex) {
    if (hex.length() % 2 != 0 || !Hex.is(hex, hex.length() - 2)) {
      throw new UnreadableValue(field, hex, "not 0x and pairs of hex digits");
    }
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  private static JsonNode struct(List<Argument> arguments, Tuple values) {
    Map<String, JsonNode> members = LinkedHashMap.newLinkedHashMap(arguments.size());
    for (var i = 0; i < arguments.size(); i++) {
      members.put(arguments.get(i).name(), value(arguments.get(i), values.get(i)));
    }
    return JsonNode.createObjectNode(members);
  }

  private static JsonNode value(Argument argument, Object value) {
    return switch (value) {
      case Tuple struct -> struct(argument.components(), struct);
      case Address address -> text(address.toString().toLowerCase(Locale.ROOT));
      case byte[] bytes -> text("0x" + HexFormat.of().formatHex(bytes));
      case Boolean truth -> JsonNode.createBooleanNode(truth);
      case Number number -> text(number.toString());
      case String words -> text(new StorableText(words).value());
      default -> array(argument, value);
    };
  }

  private static JsonNode array(Argument argument, Object values) {
    var items = new ArrayList<JsonNode>();
    for (var i = 0; i < Array.getLength(values); i++) {
      items.add(value(argument, Array.get(values, i)));
    }
    return JsonNode.createArrayNode(items);
  }

  private static JsonNode text(String value) {
    return JsonNode.createStringNode(value);
  }
}
