package dev.operatoranalytics.source;

import dev.operatoranalytics.event.EventKind;

/** What a raw log says. */
public sealed interface Decoded {
  RawLog log();

  /** A row for the table of its kind. */
  record Row(RawLog log, EventRow row) implements Decoded {}

  /** A kind that is known and changes nothing. */
  record WithoutEffect(RawLog log, EventKind kind) implements Decoded {}

  /** A contract or topic that is not known. */
  record Unknown(RawLog log) implements Decoded {}

  /**
   * A log of a known kind that cannot be read.
   *
   * @param field which part of the log
   * @param raw the part as it came
   */
  record Unreadable(RawLog log, String field, String raw, String reason) implements Decoded {

    /**
     * For the list of refused input.
     *
     * @param origin where the log was read, such as a network's name
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
