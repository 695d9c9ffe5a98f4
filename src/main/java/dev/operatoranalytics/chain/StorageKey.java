package dev.operatoranalytics.chain;

import java.util.Locale;

/**
 * The storage key of an entry of the domains pallet: hashes of the pallet's and the map's names,
 * then the keys of the entry as little-endian integers.
 *
 * @param operatorId unsigned 64-bit integer
 * @param domainId 0 in maps that have no domain
 * @param epoch 0 in maps that have no epoch
 */
public record StorageKey(StorageMap map, long operatorId, long domainId, long epoch) {
  private static final String PALLET = "0x0b41d0c7f7b4485bd7be1d66066b00ad";
  private static final int PREFIX_BYTES = 32;

  /** The maps whose keys begin with an operator. */
  public enum StorageMap {
    /** {@code operators}: operator. */
    OPERATORS("34a0a3fbf14e6c92456ca7bd91d59a57", 40),
    /** {@code operatorEpochSharePrice}: operator, domain, epoch. */
    SHARE_PRICES("f16a4d4929cfe61f4f6bf4153bb44d9d", 48),
    /** {@code deposits}: operator, account. */
    DEPOSITS("74a614db8021c6bd0a028aafdf29dd08", 72),
    /** {@code withdrawals}: operator, account. */
    WITHDRAWALS("5eb75f5fdeadda8841398b656c7e353d", 72);

    private final String prefix;
    private final int bytes;

    StorageMap(String hash, int bytes) {
      this.prefix = PALLET + hash;
      this.bytes = bytes;
    }
  }

  /**
   * @throws IllegalArgumentException with a reason that does not repeat the text
   */
  public static StorageKey parse(StorageMap map, String text) {
    if (!Hex.is(text, 2 * map.bytes)) {
      throw new IllegalArgumentException(
          "not a storage key of %d bytes (0x and %d hex digits)"
              .formatted(map.bytes, 2 * map.bytes));
    }
    if (!text.regionMatches(true, 0, map.prefix, 0, map.prefix.length())) {
      throw new IllegalArgumentException(
          "not a storage key of " + map.name().toLowerCase(Locale.ROOT));
    }
    var operatorId = littleEndian(text, 0, 8);
    return map == StorageMap.SHARE_PRICES
        ? new StorageKey(map, operatorId, littleEndian(text, 8, 4), littleEndian(text, 12, 4))
        : new StorageKey(map, operatorId, 0, 0);
  }

  private static long littleEndian(String text, int from, int bytes) {
    var value = 0L;
    for (var i = bytes - 1; i >= 0; i--) {
      var at = 2 + 2 * (PREFIX_BYTES + from + i);
      value =
          value << 8
              | Character.digit(text.charAt(at), 16) << 4
              | Character.digit(text.charAt(at + 1), 16);
    }
    return value;
  }

  /** The key as the node writes it; for maps with an account, the part before the account. */
  @Override
  public String toString() {
    var text = new StringBuilder(map.prefix);
    append(text, operatorId, 8);
    if (map == StorageMap.SHARE_PRICES) {
      append(text, domainId, 4);
      append(text, epoch, 4);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, long value, int bytes) {
    for (var i = 0; i < bytes; i++) {
      var each = (int) (value >>> (8 * i)) & 0xff;
      text.append(Character.forDigit(each >> 4, 16)).append(Character.forDigit(each & 15, 16));
    }
  }
}
