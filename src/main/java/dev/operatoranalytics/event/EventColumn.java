package dev.operatoranalytics.event;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A column that holds a value of a log.
 *
 * @param paths paths of the value in the log's arguments, with dots for structs, one for each
 *     release that placed it elsewhere; empty for the address of the contract that emitted the log
 * @param isOptional whether a source may lack the column, and a log the value
 */
public record EventColumn(String name, Type type, List<String> paths, boolean isOptional) {

  private static final Pattern WORD_START = Pattern.compile("_([a-z])");

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
    OPERATOR_SET("text"),
    FLAG("boolean"),
    /** {@code [{"strategy": address, "multiplier": decimal text}]}. */
    MULTIPLIERS("jsonb"),
    /** {@code [{"operator": address, "amount": decimal text}]}. */
    OPERATOR_REWARDS("jsonb");

    private final String sqlType;

    Type(String sqlType) {
      this.sqlType = sqlType;
    }

    public String sqlType() {
      return sqlType;
    }

    /**
     * Whether values can contain any character; those of the other types contain no control
     * characters or backslashes.
     */
    public boolean isFreeText() {
      return this == TEXT || this == MULTIPLIERS || this == OPERATOR_REWARDS;
    }
  }

  /** A column for a member of a struct; the name of the member is the column's in camel case. */
  static EventColumn of(String struct, String name, Type type) {
    return new EventColumn(name, type, List.of(struct + "." + camelCase(name)), false);
  }

  private static String camelCase(String column) {
    return WORD_START.matcher(column).replaceAll(start -> start.group(1).toUpperCase(Locale.ROOT));
  }

  public boolean isEmitter() {
    return paths.isEmpty();
  }
}
