package dev.operatoranalytics.source;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.event.EventKinds.Signed;
import dev.operatoranalytics.event.EventSignature;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.source.EventRow.LogPosition;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes raw logs into the same rows that an import of decoded logs makes. Contract and topic
 * determine the kind. A log of a contract that the network does not name counts as a strategy's
 * when its topic is one of strategies; the caller checks whether the strategy is the protocol's.
 */
public final class LogDecoder {
  private final Map<String, Contract> contracts = new HashMap<>();
  private final TimeBounds bounds;
  private final Map<EventSignature, ArgumentDecoder> decoders = decoders();
  private volatile TimeText lastTime = TimeText.of(0);

  /**
   * @param clock limits block times
   */
  public LogDecoder(Network network, Clock clock) {
    network
        .contracts()
        .forEach((contract, deployed) -> contracts.put(deployed.address().value(), contract));
    this.bounds = TimeBounds.at(clock);
  }

  /** The text of a block's time, kept because the logs of a block follow each other. */
  private record TimeText(long seconds, String text) {
    private static TimeText of(long seconds) {
      return new TimeText(seconds, Instant.ofEpochSecond(seconds).toString());
    }
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
    return decode(log, new CopyText(2_048));
  }

  /**
   * @param text for the row; its content is lost, so that the rows of many logs need no new memory
   */
  public Decoded decode(RawLog log, CopyText text) {
    var signed = signed(log);
    if (signed.isEmpty()) {
      return new Decoded.Unknown(log);
    }
    var kind = signed.get().kind();
    if (!kind.isStored()) {
      return new Decoded.WithoutEffect(log, kind);
    }
    try {
      return new Decoded.DecodedRow(log, row(log, signed.get(), text));
    } catch (UnreadableValue e) {
      return new Decoded.Unreadable(log, e.field(), e.raw(), String.valueOf(e.getMessage()));
    }
  }

  /** Whether the network names the contract that emitted the log. */
  public boolean isOfNetwork(RawLog log) {
    return contractOf(log) != null;
  }

  private @Nullable Contract contractOf(RawLog log) {
    return contracts.get(log.address().toLowerCase(Locale.ROOT));
  }

  private Optional<Signed> signed(RawLog log) {
    if (log.topics().isEmpty()) {
      return Optional.empty();
    }
    var topic0 = log.topics().getFirst().toLowerCase(Locale.ROOT);
    var contract = contractOf(log);
    return contract != null
        ? EventKinds.find(contract, topic0)
        : EventKinds.find(Contract.STRATEGY, topic0)
            .or(() -> EventKinds.find(Contract.DURATION_VAULT, topic0));
  }

  private String text(long blockTime) {
    var time = lastTime;
    if (time.seconds() != blockTime) {
      time = TimeText.of(blockTime);
      lastTime = time;
    }
    return time.text();
  }

  private EventRow row(RawLog log, Signed signed, CopyText text) {
    var decoder = requireNonNull(decoders.get(signed.signature()));
    var arguments = decoder.decode(log);
    var texts = decoder.texts(arguments);
    var place = LogPosition.of(log, bounds);
    return EventRow.of(
        signed.kind(),
        0,
        place,
        log.address(),
        decoder.values(log, arguments, texts),
        text,
        json -> {
          json.plain("{\"event\":\"").plain(signed.kind().name());
          json.plain("\",\"tx_hash\":\"").plain(place.transactionHash());
          json.plain("\",\"log_index\":").plain(Long.toString(place.logIndex()));
          json.plain(",\"block_number\":").plain(Long.toString(place.blockNumber()));
          json.plain(",\"block_hash\":\"").plain(requireNonNull(place.blockHash()));
          json.plain("\",\"block_time\":\"").plain(text(place.blockTime()));
          json.plain("\",\"contract\":\"").plain(log.address());
          json.plain("\",\"data\":");
          decoder.json(arguments, texts, json);
          json.plain("}");
        });
  }
}
