package dev.operatoranalytics.network;

import dev.operatoranalytics.chain.Address;
import java.util.Map;
import java.util.Optional;

/**
 * Contracts of a network that give prices.
 *
 * @param multicall Multicall3, which answers many calls in one
 * @param ethUsd Chainlink's feed of the price of one ETH in USD
 * @param tokens by token, where its price comes from; ETH itself needs no entry
 */
public record PriceFeeds(Address multicall, Address ethUsd, Map<Address, TokenFeed> tokens) {

  /** Names native ETH where a token is expected; it is no contract. */
  public static final Address ETH = new Address("0x" + "ee".repeat(20));

  /**
   * Where the price of a token comes from.
   *
   * @param usd Chainlink's feed in USD
   * @param eth Chainlink's feed in ETH
   * @param ethRate function that returns 10^18 * ETH for one token; steadier than a market of few
   *     trades, but without a history
   */
  public record TokenFeed(
      Optional<Address> usd, Optional<Address> eth, Optional<RateFunction> ethRate) {}

  /**
   * A function without arguments.
   *
   * @param signature such as {@code getExchangeRate()}
   */
  public record RateFunction(Address contract, String signature) {}

  public PriceFeeds {
    tokens = Map.copyOf(tokens);
  }
}
