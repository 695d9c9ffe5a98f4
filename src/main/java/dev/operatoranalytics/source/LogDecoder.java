package dev.operatoranalytics.source;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.event.EventKinds.Signed;
import dev.operatoranalytics.event.EventSignature;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.source.EventRow.LogPosition;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.IdentityHashMap;
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
  private final Map<EventSignature, ArgumentDecoder> decoders = decoders();

  /**
   * @param clock limits block times
   */
  public LogDecoder(Network network, Clock clock) {
    this.network = network;
    this.bounds = TimeBounds.at(clock);
  }

  private static Map<EventSignature, ArgumentDecoder> decoders() {
    // by identity: a signature's hash code would visit all of its arguments
    var decoders = new IdentityHashMap<EventSignature, ArgumentDecoder>();
    for (var kind : EventKinds.STORED) {
      kind.signatures()
          .forEach(signature -> decoders.put(signature, new ArgumentDecoder(kind, signature)));
    }
    return decoders;
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
      return new Decoded.DecodedRow(log, row(log, signed.get()));
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

  private EventRow row(RawLog log, Signed signed) {
    var decoder = requireNonNull(decoders.get(signed.signature()));
    var arguments = decoder.decode(log);
    var place = LogPosition.of(log, bounds);
    var line = new StringBuilder(512);
    line.append("{\"event\":\"").append(signed.kind().name());
    line.append("\",\"tx_hash\":\"").append(place.transactionHash());
    line.append("\",\"log_index\":").append(place.logIndex());
    line.append(",\"block_number\":").append(place.blockNumber());
    line.append(",\"block_hash\":\"").append(place.blockHash());
    line.append("\",\"block_time\":\"").append(Instant.ofEpochSecond(place.blockTime()));
    line.append("\",\"contract\":\"").append(log.address());
    line.append("\",\"data\":");
    decoder.json(arguments, line);
    line.append('}');
    return EventRow.of(
        signed.kind(),
        0,
        place,
        log.address(),
        line.toString().getBytes(StandardCharsets.UTF_8),
        decoder.values(log, arguments));
  }
}
