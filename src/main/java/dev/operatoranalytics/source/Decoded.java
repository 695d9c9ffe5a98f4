package dev.operatoranalytics.source;

import dev.operatoranalytics.event.EventKind;

/** The result of decoding a raw log. */
public sealed interface Decoded {
  RawLog log();

  /** A row for the table of its kind. */
  record DecodedRow(RawLog log, EventRow row) implements Decoded {}

  /** A log of a known kind that is not stored. */
  record WithoutEffect(RawLog log, EventKind kind) implements Decoded {}

  /** A log of an unknown contract or topic. */
  record Unknown(RawLog log) implements Decoded {}

  /**
   * A log of a known kind that cannot be read.
   *
   * @param field part of the log
   * @param raw unchanged text of this part
   */
  record Unreadable(RawLog log, String field, String raw, String reason) implements Decoded {

    /**
     * Converts this to an entry of the list of rejected input.
     *
     * @param origin source of the log, such as a network's name
     */
    public Rejection rejection(String origin) {
      return new Rejection(
          "%s block %d transaction %s".formatted(origin, log.blockNumber(), log.transactionHash()),
          log.logIndex(),
          field,
          raw,
          reason);
    }
  }
}
