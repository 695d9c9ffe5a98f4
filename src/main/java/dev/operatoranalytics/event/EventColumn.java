package dev.operatoranalytics.event;

import java.util.List;

/**
 * A column that holds a value of a log.
 *
 * @param paths paths of the value in the log's arguments, with dots for structs, one for each
 *     release that placed it elsewhere; empty for the address of the contract that emitted the log
 */
public record EventColumn(String name, Type type, List<String> paths) {

  /** The type of a value; determines its check. */
  public enum Type {
    ADDRESS("text"),
    /** From 0 to 2^256-1. */
    AMOUNT("numeric"),
    /** From -2^255 to 2^255-1. */
    SIGNED_AMOUNT("numeric"),
    AMOUNTS("numeric[]"),
    ADDRESSES("text[]"),
    /** From 0 to 2^32-1: blocks, delays, numbers of sets and instants. */
    COUNT("bigint"),
    BIPS("integer"),
    HASH("text"),
    TEXT("text"),
    REGISTRATION_STATUS("text"),
    /** {@code <avs address>-<number>}. */
    OPERATOR_SET("text");

    private final String sqlType;

    Type(String sqlType) {
      this.sqlType = sqlType;
    }

    public String sqlType() {
      return sqlType;
    }
  }

  public boolean isEmitter() {
    return paths.isEmpty();
  }
}
