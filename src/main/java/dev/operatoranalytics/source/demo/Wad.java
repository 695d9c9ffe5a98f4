package dev.operatoranalytics.source.demo;

import java.math.BigInteger;

/** Fixed-point arithmetic in wads (10^18 is one), rounding as the contracts round. */
final class Wad {
  static final long ONE = 1_000_000_000_000_000_000L;
  static final BigInteger WAD = BigInteger.valueOf(ONE);

  private Wad() {}

  static BigInteger multiply(BigInteger value, BigInteger wad) {
    return value.multiply(wad).divide(WAD);
  }

  static BigInteger divide(BigInteger value, BigInteger wad) {
    return value.multiply(WAD).divide(wad);
  }

  static long divide(long value, long wad) {
    return divide(BigInteger.valueOf(value), BigInteger.valueOf(wad)).longValueExact();
  }

  static long multiplyUp(long value, long wad) {
    return multiplyUp(BigInteger.valueOf(value), BigInteger.valueOf(wad), WAD).longValueExact();
  }

  /** {@code value * numerator / denominator}, rounded up. */
  static BigInteger multiplyUp(BigInteger value, BigInteger numerator, BigInteger denominator) {
    return value.multiply(numerator).add(denominator).subtract(BigInteger.ONE).divide(denominator);
  }
}
