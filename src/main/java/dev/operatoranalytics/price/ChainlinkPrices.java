package dev.operatoranalytics.price;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.network.PriceFeeds;
import dev.operatoranalytics.network.PriceFeeds.RateFunction;
import dev.operatoranalytics.network.PriceFeeds.TokenFeed;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.Multicall.ContractCall;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prices of Chainlink's feeds, and of liquid staking tokens by the rate that their contract states.
 * Feeds keep all their rounds, so that no archive of the chain is needed for past days.
 */
final class ChainlinkPrices implements PriceSource {
  /** Feeds set a price once a day or more often; an older one counts as missing. */
  private static final Duration MAX_AGE = Duration.ofHours(25);

  private static final int ROUNDS_PER_STEP = 1_000;
  private static final BigInteger PHASE = BigInteger.ONE.shiftLeft(64);
  private static final int RATE_DECIMALS = 18;
  private static final int MAX_DAYS = 100_000;

  private static final String ROUND = "(uint80,int256,uint256,uint256,uint80)";
  private static final Function LATEST = new Function("latestRoundData()", ROUND);
  private static final Function ROUND_DATA = new Function("getRoundData(uint80)", ROUND);
  private static final Function DECIMALS = new Function("decimals()", "(uint8)");
  private static final Function PHASE_ID = new Function("phaseId()", "(uint16)");
  private static final Function AGGREGATOR = new Function("phaseAggregators(uint16)", "(address)");
  private static final Function LATEST_ROUND = new Function("latestRound()", "(uint256)");

  private final Multicall contracts;
  private final PriceFeeds feeds;

  ChainlinkPrices(Multicall contracts, PriceFeeds feeds) {
    this.contracts = contracts;
    this.feeds = feeds;
  }

  /** An answer of a feed. */
  private record FeedRound(Instant at, BigDecimal answer) {
    private static Optional<FeedRound> of(@Nullable Tuple round, int decimals) {
      if (round == null) {
        return Optional.empty();
      }
      BigInteger answer = round.get(1);
      BigInteger time = round.get(3);
      return answer.signum() <= 0 || time.signum() == 0 || time.bitLength() > 40
          ? Optional.empty()
          : Optional.of(
              new FeedRound(
                  Instant.ofEpochSecond(time.longValue()), new BigDecimal(answer, decimals)));
    }

    private FeedRound times(FeedRound other) {
      return new FeedRound(at.isBefore(other.at) ? at : other.at, answer.multiply(other.answer));
    }
  }

  @Override
  public SourceName name() {
    return SourceName.CHAINLINK;
  }

  @Override
  public int maxDays() {
    return MAX_DAYS;
  }

  @Override
  public List<TokenPrice> current(Collection<String> tokens) {
    var known = known(tokens);
    var addresses = new ArrayList<Address>(List.of(feeds.ethUsd()));
    known.values().forEach(feed -> feed.usd().ifPresent(addresses::add));
    known.values().forEach(feed -> feed.eth().ifPresent(addresses::add));
    var latest = latest(addresses);
    var rates = rates(known.values().stream().flatMap(feed -> feed.ethRate().stream()).toList());
    var eth = Optional.ofNullable(latest.get(feeds.ethUsd()));
    var prices = new ArrayList<TokenPrice>();
    known.forEach(
        (token, feed) -> {
          var inUsd = feed.usd().map(latest::get);
          var inEth = feed.eth().map(latest::get);
          var price =
              inUsd
                  .or(
                      () ->
                          feed.ethRate()
                              .map(rates::get)
                              .flatMap(
                                  rate ->
                                      eth.map(e -> new FeedRound(e.at, e.answer.multiply(rate)))))
                  .or(() -> inEth.flatMap(round -> eth.map(round::times)));
          price.ifPresent(round -> prices.add(new TokenPrice(token, round.at, round.answer)));
        });
    return prices;
  }

  /** The feeds of tokens, by token. */
  private Map<String, TokenFeed> known(Collection<String> tokens) {
    var known = new TreeMap<String, TokenFeed>();
    for (var token : tokens) {
      if (token.equals(PriceFeeds.ETH.value())) {
        known.put(
            token, new TokenFeed(Optional.of(feeds.ethUsd()), Optional.empty(), Optional.empty()));
        continue;
      }
      feeds.tokens().entrySet().stream()
          .filter(entry -> entry.getKey().value().equals(token))
          .findFirst()
          .ifPresent(entry -> known.put(token, entry.getValue()));
    }
    return known;
  }

  private Map<Address, FeedRound> latest(List<Address> addresses) {
    var calls = new ArrayList<ContractCall>();
    addresses.forEach(feed -> calls.add(new ContractCall(feed, LATEST)));
    addresses.forEach(feed -> calls.add(new ContractCall(feed, DECIMALS)));
    var results = contracts.call(calls);
    var latest = new HashMap<Address, FeedRound>();
    for (var i = 0; i < addresses.size(); i++) {
      var decimals = results.get(addresses.size() + i);
      if (decimals != null) {
        var feed = addresses.get(i);
        FeedRound.of(results.get(i), decimals.<Integer>get(0))
            .ifPresent(round -> latest.put(feed, round));
      }
    }
    return latest;
  }

  private Map<RateFunction, BigDecimal> rates(List<RateFunction> functions) {
    var results = contracts.call(functions.stream().map(ChainlinkPrices::rate).toList());
    var rates = new HashMap<RateFunction, BigDecimal>();
    for (var i = 0; i < functions.size(); i++) {
      var function = functions.get(i);
      rate(results.get(i)).ifPresent(rate -> rates.put(function, rate));
    }
    return rates;
  }

  static ContractCall rate(RateFunction function) {
    return new ContractCall(function.contract(), new Function(function.signature(), "(uint256)"));
  }

  /** Returns ETH for one token; empty when the contract answered no rate. */
  static Optional<BigDecimal> rate(@Nullable Tuple answer) {
    return Optional.ofNullable(answer)
        .map(tuple -> tuple.<BigInteger>get(0))
        .filter(rate -> rate.signum() > 0)
        .map(rate -> new BigDecimal(rate, RATE_DECIMALS));
  }

  /** Returns no prices of tokens that only have a rate: {@link PastRates} reads these. */
  @Override
  public List<TokenPrice> daily(Collection<String> tokens, LocalDate from, LocalDate to) {
    var known = known(tokens);
    var histories = new HashMap<Address, NavigableMap<Instant, BigDecimal>>();
    var since = start(from).minus(MAX_AGE);
    var prices = new ArrayList<TokenPrice>();
    known.forEach(
        (token, feed) -> {
          for (var day = from; !day.isAfter(to); day = day.plusDays(1)) {
            var date = day;
            var price =
                feed.usd()
                    .flatMap(usd -> endOf(date, history(usd, since, histories)))
                    .or(
                        () ->
                            feed.eth()
                                .flatMap(eth -> endOf(date, history(eth, since, histories)))
                                .flatMap(
                                    round ->
                                        endOf(date, history(feeds.ethUsd(), since, histories))
                                            .map(round::times)));
            price.ifPresent(round -> prices.add(new TokenPrice(token, round.at, round.answer)));
          }
        });
    return prices;
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * The price in force at the end of a day; one that was set the day before counts from midnight.
   */
  private static Optional<FeedRound> endOf(
      LocalDate day, NavigableMap<Instant, BigDecimal> history) {
    var end = start(day.plusDays(1));
    var last = history.lowerEntry(end);
    if (last == null || last.getKey().plus(MAX_AGE).isBefore(end)) {
      return Optional.empty();
    }
    var begin = start(day);
    return Optional.of(
        new FeedRound(last.getKey().isBefore(begin) ? begin : last.getKey(), last.getValue()));
  }

  private NavigableMap<Instant, BigDecimal> history(
      Address feed, Instant since, Map<Address, NavigableMap<Instant, BigDecimal>> histories) {
    var known = histories.get(feed);
    if (known == null) {
      known = history(feed, since);
      histories.put(feed, known);
    }
    return known;
  }

  /** All rounds since a time, from the newest of the newest phase backwards. */
  private NavigableMap<Instant, BigDecimal> history(Address feed, Instant since) {
    var history = new TreeMap<Instant, BigDecimal>();
    var about =
        contracts.call(List.of(new ContractCall(feed, PHASE_ID), new ContractCall(feed, DECIMALS)));
    var newestPhase = about.get(0);
    var decimals = about.get(1);
    if (newestPhase == null || decimals == null) {
      return history;
    }
    for (int phase = newestPhase.<Integer>get(0); phase > 0; phase--) {
      var newest = newestRound(feed, phase);
      for (var last = newest; last > 0; last -= ROUNDS_PER_STEP) {
        var calls = new ArrayList<ContractCall>();
        for (var round = last; round > Math.max(0, last - ROUNDS_PER_STEP); round--) {
          var id = PHASE.multiply(BigInteger.valueOf(phase)).add(BigInteger.valueOf(round));
          calls.add(new ContractCall(feed, ROUND_DATA, id));
        }
        for (var result : contracts.call(calls)) {
          FeedRound.of(result, decimals.<Integer>get(0))
              .ifPresent(round -> history.put(round.at, round.answer));
        }
        if (!history.isEmpty() && history.firstKey().isBefore(since)) {
          return history;
        }
      }
    }
    return history;
  }

  private long newestRound(Address feed, int phase) {
    var aggregator = contracts.call(List.of(new ContractCall(feed, AGGREGATOR, phase))).getFirst();
    if (aggregator == null) {
      return 0;
    }
    com.esaulpaugh.headlong.abi.Address address = aggregator.get(0);
    var contract = new Address("0x%040x".formatted(address.value()));
    var newest = contracts.call(List.of(new ContractCall(contract, LATEST_ROUND))).getFirst();
    if (newest == null) {
      return 0;
    }
    BigInteger round = newest.get(0);
    return round.bitLength() > 40 ? 0 : round.longValue();
  }
}
