package dev.operatoranalytics.source;

import dev.operatoranalytics.event.EventKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A valid log as a row of its table.
 *
 * @param line line in its file, counted from 1; 0 when a node sent it
 * @param place its position on the chain
 * @param values values of its kind's columns, in order
 * @param text the row in the text form of {@code copy}
 */
public record EventRow(
    EventKind kind, long line, LogPosition place, List<@Nullable String> values, byte[] text) {

  /**
   * The position of a log on the chain.
   *
   * @param blockTime unix seconds
   * @param blockHash null when the exporter omits it
   */
  public record LogPosition(
      String transactionHash,
      long logIndex,
      long blockNumber,
      long blockTime,
      @Nullable String blockHash) {

    static LogPosition of(DecodedLog log, TimeBounds bounds) {
      return new LogPosition(
          log.transactionHash(),
          log.logIndex(),
          log.blockNumber(),
          log.blockTime(bounds),
          log.blockHash());
    }

    static LogPosition of(RawLog log, TimeBounds bounds) {
      bounds.check("block_time", Long.toString(log.blockTimestamp()), log.blockTimestamp());
      return new LogPosition(
          DecodedLog.hash("tx_hash", log.transactionHash()),
          DecodedLog.count("log_index", log.logIndex()),
          DecodedLog.count("block_number", log.blockNumber()),
          log.blockTimestamp(),
          DecodedLog.hash("block_hash", log.blockHash()));
    }

    public String id() {
      return transactionHash + "-" + logIndex;
    }
  }

  static EventRow of(DecodedLog log, EventKind kind, long number, TimeBounds bounds) {
    return of(
        kind,
        number,
        LogPosition.of(log, bounds),
        log.contract(),
        kind.columns().stream().map(log::column).toList(),
        new CopyText(log.text().utf8().length + 512),
        rawData -> rawData.escaped(log.text().utf8()));
  }

  /**
   * @param text for the row; its content is lost
   * @param rawData appends the log as JSON
   */
  static EventRow of(
      EventKind kind,
      long number,
      LogPosition place,
      @Nullable String contract,
      List<@Nullable String> values,
      CopyText text,
      Consumer<CopyText> rawData) {
    var logIndex = Long.toString(place.logIndex());
    text.clear().plain(place.transactionHash()).plain("-").plain(logIndex).next();
    text.plain(place.transactionHash()).next().plain(logIndex).next();
    text.plain(Long.toString(place.blockNumber())).next();
    text.plain(Long.toString(place.blockTime())).next();
    text.plain(contract == null ? CopyText.NULL : contract).next();
    rawData.accept(text);
    for (var i = 0; i < values.size(); i++) {
      var value = values.get(i);
      text.next();
      if (value == null) {
        text.plain(CopyText.NULL);
      } else if (kind.columns().get(i).type().isFreeText()) {
        text.escaped(value.getBytes(StandardCharsets.UTF_8));
      } else {
        text.plain(value);
      }
    }
    kind.constants().values().forEach(constant -> text.next().plain(constant));
    return new EventRow(kind, number, place, values, text.end());
  }

  public String id() {
    return place.id();
  }

  /** Returns the columns of {@link #text}. */
  static String columns(EventKind kind) {
    return "id, transaction_hash, log_index, block_number, block_timestamp, contract_address,"
        + " raw_data, "
        + String.join(", ", kind.columnNames());
  }
}
