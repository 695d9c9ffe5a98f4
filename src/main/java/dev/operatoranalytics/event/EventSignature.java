package dev.operatoranalytics.event;

import com.esaulpaugh.headlong.abi.Event;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import com.joemelsha.crypto.hash.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * A form of an event that contracts emitted.
 *
 * @param last last release that emits it
 * @param arguments arguments in order
 * @param abi decodes its logs
 * @param topic0 the hash of its canonical form, which identifies it in logs: {@code 0x} and 64
 *     lower-case hex digits
 */
public record EventSignature(
    Release last, List<Argument> arguments, Event<Tuple> abi, String topic0) {

  /** Releases of the contracts that changed events. */
  public enum Release {
    /** From June 2023: deposits and withdrawals, no delegation on mainnet. */
    M1,
    /** From April 2024: delegation, AVSs, later rewards. */
    M2,
    /** From April 2025: operator sets and slashing. */
    SLASHING,
    /** The newest known release. */
    TODAY
  }

  /**
   * @param arguments in the notation of {@link Argument#parse}
   */
  static EventSignature of(String name, Release last, String arguments) {
    var parsed = Argument.parse(arguments);
    var indexed = new boolean[parsed.size()];
    for (var i = 0; i < indexed.length; i++) {
      indexed[i] = parsed.get(i).isIndexed();
    }
    Event<Tuple> abi = Event.create(name, TupleType.parse(Argument.canonicalType(parsed)), indexed);
    var hash =
        new Keccak(256).digest(abi.getCanonicalSignature().getBytes(StandardCharsets.US_ASCII));
    return new EventSignature(last, parsed, abi, "0x" + HexFormat.of().formatHex(hash));
  }

  /** Returns for example {@code Deposit(address,address,uint256)}. */
  public String canonical() {
    return abi.getCanonicalSignature();
  }

  @Override
  public String toString() {
    return canonical();
  }
}
