package dev.operatoranalytics.chain;

import java.util.Locale;
import java.util.regex.Pattern;

/** An account or contract: {@code 0x} and 40 hex digits, any case in, lower case out. */
public record Address(String value) {
  private static final Pattern FORM = Pattern.compile("0x[0-9a-fA-F]{40}");

  public Address {
    if (!FORM.matcher(value).matches()) {
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
