package dev.operatoranalytics.chain;

import java.util.Locale;

/**
 * An account or contract: {@code 0x} and 40 hex digits; input of any case, stored in lower case.
 */
public record Address(String value) {
  public Address {
    if (!Hex.is(value, 40)) {
      throw new IllegalArgumentException(
          "not an address (0x and 40 hex digits): "
              + (value.length() > 80 ? value.substring(0, 80) + "…" : value));
    }
    value = value.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return value;
  }
}
