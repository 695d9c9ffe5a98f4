package dev.operatoranalytics.price;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.network.PriceFeeds;
import dev.operatoranalytics.network.PriceFeeds.RateFunction;
import dev.operatoranalytics.node.BlockHeader;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.Multicall.ContractCall;
import dev.operatoranalytics.node.Nodes;
import dev.operatoranalytics.node.RpcError;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads, at the last block of each past day, the rates of strategies and of tokens that have no
 * feed. Each day is read once, the newest first. Only an archive node answers for all days; other
 * nodes answer for yesterday while they keep its state.
 */
final class PastRates {
  /** Limits the time of one run; the next one continues. */
  private static final int MAX_DAYS_PER_RUN = 200;

  /** Calls in one request. */
  private static final int BATCH = 200;

  private final Nodes nodes;
  private final Network network;
  private final Multicall contracts;
  private final Map<Address, RateFunction> tokensWithoutFeed = new HashMap<>();
  private final LocalDate since;
  private LocalDate refusedOn = LocalDate.MIN;
  private LocalDate refusedUpTo = LocalDate.MIN;

  /**
   * @param since first day to read
   */
  PastRates(Nodes nodes, Network network, Multicall contracts, PriceFeeds feeds, LocalDate since) {
    this.nodes = nodes;
    this.network = network;
    this.contracts = contracts;
    this.since = since;
    feeds
        .tokens()
        .forEach(
            (token, feed) -> {
              if (feed.usd().isEmpty() && feed.eth().isEmpty()) {
                feed.ethRate().ifPresent(rate -> tokensWithoutFeed.put(token, rate));
              }
            });
  }

  /**
   * A day that was read.
   *
   * @param last number and time of its last block
   */
  private record ReadDay(BlockHeader last, Set<String> asked) {}

  /** A price of ETH in USD. */
  private record EthPrice(Instant at, BigDecimal usd) {}

  /**
   * Reads days that lack a rate, and commits after each.
   *
   * @param tokens whose prices are needed
   * @throws RpcError when the node no longer has the state of a day; this day and those before it
   *     are asked again a day later
   */
  void read(Collection<String> tokens, LocalDate yesterday, Connection state) throws SQLException {
    var strategies = StrategyContracts.withRate(state);
    var rated =
        tokensWithoutFeed.keySet().stream()
            .filter(token -> tokens.contains(token.value()))
            .sorted(comparing(Address::value))
            .toList();
    var readDays = readDays(state);
    var ethPrices = ethPrices(state);
    state.commit();
    DayBlocks blocks = null;
    var count = 0;
    var first = refusedOn.equals(yesterday) ? refusedUpTo.plusDays(1) : since;
    for (var day = yesterday;
        count < MAX_DAYS_PER_RUN && !day.isBefore(first);
        day = day.minusDays(1)) {
      var read = readDays.get(day);
      var eth = ethPrices.get(day);
      var missingStrategies = missing(strategies, read);
      // without a price of ETH the token is asked later
      var missingTokens = eth == null ? List.<Address>of() : missing(rated, read);
      if (missingStrategies.isEmpty() && missingTokens.isEmpty()) {
        continue;
      }
      if (blocks == null) {
        blocks = new DayBlocks(nodes, network.slotSeconds(), network.firstBlock());
      }
      var last = read == null ? blocks.lastOf(day).orElse(null) : read.last();
      if (last == null) {
        continue;
      }
      var before = readDays.get(day.minusDays(1));
      var isAfterReadDay =
          before != null
              && strategies.stream().allMatch(each -> before.asked().contains(each.value()));
      try {
        readDay(day, last, missingStrategies, missingTokens, eth, isAfterReadDay, state);
      } catch (RpcError e) {
        if (e.isNoHistory()) {
          refusedOn = yesterday;
          refusedUpTo = day;
        }
        throw e;
      }
      state.commit();
      count++;
    }
  }

  private static List<Address> missing(List<Address> contracts, @Nullable ReadDay read) {
    return read == null
        ? contracts
        : contracts.stream().filter(each -> !read.asked().contains(each.value())).toList();
  }

  private static Map<LocalDate, ReadDay> readDays(Connection state) throws SQLException {
    var days = new HashMap<LocalDate, ReadDay>();
    Sql.each(
        state,
        "select day, block_number, extract(epoch from block_at), asked from chain_days",
        rows ->
            days.put(
                rows.getObject(1, LocalDate.class),
                new ReadDay(
                    new BlockHeader(rows.getLong(2), "", "", rows.getLong(3)),
                    Set.of((String[]) rows.getArray(4).getArray()))));
    return days;
  }

  private static Map<LocalDate, EthPrice> ethPrices(Connection state) throws SQLException {
    var prices = new HashMap<LocalDate, EthPrice>();
    Sql.each(
        state,
        """
        select day, extract(epoch from at), price_usd
        from source_prices
        where source = 'CHAINLINK' and token = ?
        """,
        rows ->
            prices.put(
                rows.getObject(1, LocalDate.class),
                new EthPrice(Instant.ofEpochSecond(rows.getLong(2)), rows.getBigDecimal(3))),
        PriceFeeds.ETH.value());
    return prices;
  }

  /**
   * @param eth null when no token is asked
   * @param isAfterReadDay whether a rate equal to the one before needs no row
   */
  private void readDay(
      LocalDate day,
      BlockHeader last,
      List<Address> strategies,
      List<Address> tokens,
      @Nullable EthPrice eth,
      boolean isAfterReadDay,
      Connection state)
      throws SQLException {
    var calls = new ArrayList<ContractCall>();
    strategies.forEach(strategy -> calls.add(StrategyContracts.rate(strategy)));
    for (var token : tokens) {
      calls.add(ChainlinkPrices.rate(requireNonNull(tokensWithoutFeed.get(token))));
    }
    var answers = contracts.call(calls, last.number(), BATCH);
    var at = Instant.ofEpochSecond(last.time());
    StrategyContracts.store(
        strategies, answers.subList(0, strategies.size()), at, isAfterReadDay, state);
    var prices = new ArrayList<TokenPrice>();
    if (eth != null) {
      for (var i = 0; i < tokens.size(); i++) {
        var token = tokens.get(i).value();
        ChainlinkPrices.rate(answers.get(strategies.size() + i))
            .ifPresent(
                rate -> prices.add(new TokenPrice(token, eth.at(), eth.usd().multiply(rate))));
      }
    }
    PriceUpdate.store(PriceSource.SourceName.CHAINLINK, prices, state);
    var asked = new ArrayList<>(strategies);
    asked.addAll(tokens);
    Sql.update(
        state,
        """
        insert into chain_days as held (day, block_number, block_at, asked)
        values (?, ?, ?, ?)
        on conflict (day) do update set asked = held.asked || excluded.asked
        """,
        day,
        last.number(),
        at.atOffset(ZoneOffset.UTC),
        state.createArrayOf("text", asked.stream().map(Address::value).toArray()));
  }
}
