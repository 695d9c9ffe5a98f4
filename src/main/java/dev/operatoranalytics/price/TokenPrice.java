package dev.operatoranalytics.price;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The price of a token.
 *
 * @param token address in lower case
 * @param at when the source set it
 * @param usd USD for one whole token
 */
record TokenPrice(String token, Instant at, BigDecimal usd) {
  TokenPrice {
    // products of feeds have many zeros at their end
    usd = usd.stripTrailingZeros();
    usd = usd.scale() < 0 ? usd.setScale(0) : usd;
  }
}
