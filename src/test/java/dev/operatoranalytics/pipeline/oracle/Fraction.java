package dev.operatoranalytics.pipeline.oracle;

import java.math.BigInteger;

/** An exact quotient. */
record Fraction(BigInteger numerator, BigInteger denominator) {
  static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);

  Fraction {
    var common = numerator.gcd(denominator);
    if (common.signum() != 0) {
      numerator = numerator.divide(common);
      denominator = denominator.divide(common);
    }
  }

  Fraction plus(BigInteger whole) {
    return new Fraction(numerator.add(whole.multiply(denominator)), denominator);
  }

  /** Multiplies by {@code after / before}; 0 when {@code before} is 0. */
  Fraction scaled(BigInteger after, BigInteger before) {
    return before.signum() == 0
        ? ZERO
        : new Fraction(numerator.multiply(after), denominator.multiply(before));
  }

  BigInteger floor() {
    var parts = numerator.divideAndRemainder(denominator);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }
}
