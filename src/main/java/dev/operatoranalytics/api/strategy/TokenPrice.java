package dev.operatoranalytics.api.strategy;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;

/** A price of a strategy's token: a row of {@code token_prices}. USD for one whole token. */
@MappedEntity("token_prices")
public record TokenPrice(@Id String strategyId, Instant at, BigDecimal priceUsd) {

  static final String ROWS =
      """
      select strategies.strategy_id, at, price_usd, (at at time zone 'UTC')::date as date
      from strategies
      join token_prices on token_prices.token = strategies.underlying_token
      """;
}
