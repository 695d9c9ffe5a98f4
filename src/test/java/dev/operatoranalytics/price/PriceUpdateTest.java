package dev.operatoranalytics.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esaulpaugh.headlong.abi.Tuple;
import com.sun.net.httpserver.HttpServer;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.ContractsStub;
import dev.operatoranalytics.node.ProviderStub;
import dev.operatoranalytics.node.StubChain;
import dev.operatoranalytics.pipeline.Tables;
import io.micronaut.jdbc.DataSourceResolver;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prices, rates and tokens of a node's contracts and of services on loopback. */
class PriceUpdateTest {
  private static final Instant NOW = Instant.parse("2026-01-22T12:00:00Z");
  private static final Address MULTICALL = address(1);
  private static final Address ETH_FEED = address(2);
  private static final Address STETH_FEED = address(3);
  private static final Address RETH_FEED = address(4);
  private static final Address STETH = address(0x11);
  private static final Address RETH = address(0x12);
  private static final Address STETH_STRATEGY = address(0x21);
  private static final Address RETH_STRATEGY = address(0x22);
  private static final BigInteger WAD = BigInteger.TEN.pow(18);

  @AutoClose private final Tables tables = new Tables();
  @AutoClose private final ProviderStub node = new ProviderStub(chain());
  private ChainSettings settings;
  private final ContractsStub contracts = new ContractsStub();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  @TempDir private Path directory;

  private static Address address(long number) {
    return new Address("0x%040x".formatted(number));
  }

  private static StubChain chain() {
    return new StubChain().mine("a", List.of()).mine("a", List.of());
  }

  @BeforeEach
  void contracts() throws Exception {
    contracts.serveThrough(node);
    settings =
        ContractsStub.settings(
            node,
            directory,
            """
            prices:
              multicall: "%s"
              ethUsd: "%s"
              tokens:
                "%s":
                  usd: "%s"
                "%s":
                  eth: "%s"
                  ethRate:
                    contract: "%s"
                    function: "getExchangeRate()"
            """
                .formatted(MULTICALL, ETH_FEED, STETH, STETH_FEED, RETH, RETH_FEED, RETH));
    // two phases: the newest rounds of 21 and 22 January are of the second
    feed(
        ETH_FEED,
        8,
        List.of("2026-01-19T23:00:00Z 1000", "2026-01-20T20:00:00Z 2000"),
        List.of("2026-01-21T22:00:00Z 3000", "2026-01-22T11:00:00Z 4000"));
    feed(STETH_FEED, 8, List.of("2026-01-22T10:00:00Z 3999"));
    feed(RETH_FEED, 18, List.of("2026-01-21T21:00:00Z 1.125"));
    contracts.at(RETH, "getExchangeRate()", "(uint256)", none -> Tuple.singleton(wad("1.25")));
    token(STETH_STRATEGY, STETH, "stETH");
    token(RETH_STRATEGY, RETH, "rETH");
    contracts.at(
        STETH_STRATEGY,
        "sharesToUnderlyingView(uint256)",
        "(uint256)",
        shares -> Tuple.singleton(shares.<BigInteger>get(0).multiply(BigInteger.TWO)));
    contracts.at(RETH_STRATEGY, "sharesToUnderlyingView(uint256)", "(uint256)", shares -> null);
    tables.given(
        "strategy_state",
        """
        strategy_id | total_shares | operator_count | delegator_count | updated_at           | updated_at_block
        %s          | 1            | 1              | 1               | 2026-01-22T00:00:00Z | 100
        %s          | 1            | 1              | 1               | 2026-01-22T00:00:00Z | 100
        """
            .formatted(STETH_STRATEGY, RETH_STRATEGY));
  }

  private static BigInteger wad(String amount) {
    return new BigDecimal(amount).multiply(new BigDecimal(WAD)).toBigIntegerExact();
  }

  @SafeVarargs
  private void feed(Address feed, int decimals, List<String>... phases) {
    contracts.at(feed, "decimals()", "(uint8)", none -> Tuple.singleton(decimals));
    contracts.at(feed, "phaseId()", "(uint16)", none -> Tuple.singleton(phases.length));
    contracts.at(
        feed,
        "phaseAggregators(uint16)",
        "(address)",
        phase -> Tuple.singleton(abi(aggregator(feed, phase.<Integer>get(0)))));
    for (var phase = 1; phase <= phases.length; phase++) {
      var rounds = phases[phase - 1].size();
      contracts.at(
          aggregator(feed, phase),
          "latestRound()",
          "(uint256)",
          none -> Tuple.singleton(BigInteger.valueOf(rounds)));
    }
    var result = "(uint80,int256,uint256,uint256,uint80)";
    contracts.at(
        feed,
        "getRoundData(uint80)",
        result,
        id -> {
          BigInteger round = id.get(0);
          return round(
              phases[round.shiftRight(64).intValue() - 1].get(round.intValue() - 1), decimals);
        });
    contracts.at(
        feed,
        "latestRoundData()",
        result,
        none -> round(phases[phases.length - 1].getLast(), decimals));
  }

  private static Address aggregator(Address feed, int phase) {
    return new Address("0x%02d".formatted(phase) + feed.value().substring(4));
  }

  private static Tuple round(String text, int decimals) {
    var parts = text.split(" ");
    var time = BigInteger.valueOf(Instant.parse(parts[0]).getEpochSecond());
    var answer = new BigDecimal(parts[1]).movePointRight(decimals).toBigIntegerExact();
    return Tuple.of(BigInteger.ONE, answer, time, time, BigInteger.ONE);
  }

  private static com.esaulpaugh.headlong.abi.Address abi(Address address) {
    return dev.operatoranalytics.node.Multicall.abi(address);
  }

  private void token(Address strategy, Address token, String symbol) {
    contracts.at(strategy, "underlyingToken()", "(address)", none -> Tuple.singleton(abi(token)));
    contracts.at(token, "symbol()", "(string)", none -> Tuple.singleton(symbol));
    contracts.at(token, "decimals()", "(uint8)", none -> Tuple.singleton(18));
  }

  private PriceUpdate update(String sources, @Nullable URI service) throws Exception {
    var unused = service == null ? URI.create("http://127.0.0.1:1") : service;
    return new PriceUpdate(
        Tables.source(tables.stateUrl()),
        DataSourceResolver.DEFAULT,
        new PriceSettings(
            sources, LocalDate.parse("2026-01-19"), unused, unused, "key", Duration.ofSeconds(5)),
        settings,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private List<List<String>> prices() {
    return tables.rows(
        """
        select
            right(token, 2),
            to_char(at at time zone 'UTC', 'DD HH24:MI'),
            trim_scale(price_usd),
            source
        from token_prices
        order by 1, 2
        """);
  }

  @Test
  void a_node_gives_tokens_rates_and_prices_of_each_day() throws Exception {
    try (var update = closing(update("chainlink", null))) {
      assertThat(update.update().run().orElseThrow().failures()).isEmpty();

      assertThat(prices())
          .containsExactly(
              List.of("11", "22 10:00", "3999", "CHAINLINK"),
              // the feed's price, because contracts keep no past rates; then the rate's
              List.of("12", "21 21:00", "3375", "CHAINLINK"),
              List.of("12", "22 11:00", "5000", "CHAINLINK"),
              List.of("ee", "19 23:00", "1000", "CHAINLINK"),
              List.of("ee", "20 20:00", "2000", "CHAINLINK"),
              List.of("ee", "21 22:00", "3000", "CHAINLINK"),
              List.of("ee", "22 11:00", "4000", "CHAINLINK"));
      assertThat(
              tables.rows(
                  "select right(strategy_id, 2), symbol, right(underlying_token, 2), decimals from"
                      + " known_strategies where strategy_id like '%02_' order by 1"))
          .containsExactly(List.of("21", "stETH", "11", "18"), List.of("22", "rETH", "12", "18"));
      assertThat(tables.rows("select right(strategy_id, 2), rate from strategy_call_rates"))
          .containsExactly(List.of("21", "2000000000000000000"));

      assertThat(update.update().run().orElseThrow().changed()).as("twice equals once").isZero();
    }
  }

  @Test
  void past_days_have_the_rates_of_their_last_final_blocks() throws Exception {
    // blocks 2 to 13, every seven hours from 19 January, 01:00 on
    var chain = node.chain();
    for (var block = 0; block < 12; block++) {
      chain.mineAt(Instant.parse("2026-01-19T01:00:00Z").getEpochSecond() + block * 7L * 3_600L);
    }
    chain.tags(chain.head(), chain.head());
    // no feed: a price is the rate of the block times the price of ETH of the day
    Files.writeString(
        directory.resolve("network.yml"),
        Files.readString(directory.resolve("network.yml"))
            .replaceAll("\n *eth: \"" + RETH_FEED + "\"", ""));
    contracts.at(
        RETH,
        "getExchangeRate()",
        "(uint256)",
        none -> Tuple.singleton(wad("1").add(rateOfBlock())));
    contracts.at(
        STETH_STRATEGY,
        "sharesToUnderlyingView(uint256)",
        "(uint256)",
        shares -> Tuple.singleton(wad("2").add(rateOfBlock())));
    // the last block of 20 January
    contracts.forget(8);
    try (var update = closing(update("chainlink", null))) {
      assertThat(update.update().run().orElseThrow().failures())
          .containsOnlyKeys("past rates")
          .hasEntrySatisfying("past rates", reason -> assertThat(reason).contains("trie node"));
      assertThat(pastRates()).containsExactly("21 23:00 2.12", "22 06:00 2");
      assertThat(update.update().run().orElseThrow().failures())
          .as("a refused day is not asked twice a day")
          .isEmpty();
    }
    contracts.remember();
    try (var update = closing(update("chainlink", null))) {
      assertThat(update.update().run().orElseThrow().failures()).isEmpty();
      assertThat(update.update().run().orElseThrow().changed()).isZero();
    }

    assertThat(pastRates())
        .containsExactly("19 22:00 2.05", "20 19:00 2.08", "21 23:00 2.12", "22 06:00 2");
    assertThat(prices())
        .filteredOn(price -> price.getFirst().equals("12"))
        .containsExactly(
            List.of("12", "19 23:00", "1050", "CHAINLINK"),
            List.of("12", "20 20:00", "2160", "CHAINLINK"),
            List.of("12", "21 22:00", "3360", "CHAINLINK"),
            List.of("12", "22 11:00", "4000", "CHAINLINK"));
  }

  /** A hundredth for each block; nothing at the newest. */
  private BigInteger rateOfBlock() {
    return contracts.block().equals("latest")
        ? BigInteger.ZERO
        : wad("0.01").multiply(BigInteger.valueOf(Long.decode(contracts.block())));
  }

  private List<String> pastRates() {
    return tables
        .rows(
            """
            select
                to_char(at at time zone 'UTC', 'DD HH24:MI') || ' ' || trim_scale(rate / 1e18)
            from strategy_call_rates
            order by at
            """)
        .stream()
        .map(List::getFirst)
        .toList();
  }

  @Test
  void an_imported_price_counts_for_its_day() throws Exception {
    tables.given(
        "token_prices",
        """
        token | at                   | price_usd
        %s    | 2026-01-22T09:00:00Z | 3950
        """
            .formatted(STETH));
    try (var update = closing(update("chainlink", null))) {
      update.update().run();

      assertThat(prices())
          .contains(List.of("11", "22 09:00", "3950", "IMPORT"))
          .doesNotContain(List.of("11", "22 10:00", "3999", "CHAINLINK"));
    }
  }

  @Test
  void another_source_fills_what_the_first_lacks_and_is_compared() throws Exception {
    contracts.at(
        STETH_FEED, "latestRoundData()", "(uint80,int256,uint256,uint256,uint80)", n -> null);
    var service = service();
    try (var update = closing(update("chainlink,defillama", uri(service)))) {
      var result = update.update().run().orElseThrow();

      assertThat(result.failures()).isEmpty();
      assertThat(prices())
          .contains(
              List.of("11", "22 11:30", "3998.123456789012345678", "DEFILLAMA"),
              List.of("12", "22 11:00", "5000", "CHAINLINK"));
      assertThat(tables.checks())
          .filteredOn(check -> check.check().name().equals("price_sources_agree"))
          .singleElement()
          .satisfies(
              check -> {
                assertThat(check.failingRows()).isEqualTo(1);
                assertThat(check.sample().getFirst()).contains(RETH.value(), ":5000,", ":4500}");
              });
    } finally {
      service.stop(0);
    }
  }

  @Test
  void a_source_that_fails_is_reported_and_does_not_stop_the_others() throws Exception {
    try (var update = closing(update("defillama,chainlink", null))) {
      var result = update.update().run().orElseThrow();

      assertThat(result.failures()).containsOnlyKeys("DEFILLAMA");
      assertThat(prices()).hasSize(7);
    }
  }

  @Test
  void a_source_that_cannot_be_read_is_refused_at_the_start() throws Exception {
    Files.writeString(
        directory.resolve("network.yml"),
        Files.readString(directory.resolve("network.yml")).replaceAll("(?s)prices:.*", ""));

    assertThatThrownBy(() -> update("chainlink", null))
        .hasMessageContaining("a network file with `prices`");
  }

  @Test
  void new_quotes_reach_the_state_while_no_operator_changes() throws Exception {
    tables.execute(
        tables.events(),
        """
        insert into chain_progress
            (network, chain_id, first_block, read_to, horizon_block, horizon_time)
        values ('test', 31337, 0, 100, 100, extract(epoch from timestamptz '2026-01-22T11:59:00Z'))
        """);
    try (var update = closing(update("chainlink", null))) {
      var stateUpdate = tables.stateUpdate(10);
      update.update().run();
      stateUpdate.follow((done, of) -> {});
      assertThat(stateUpdate.follow((done, of) -> {})).isEmpty();
      feed(STETH_FEED, 8, List.of("2026-01-22T11:45:00Z 4001"));
      update.update().run();

      assertThat(stateUpdate.follow((done, of) -> {})).isPresent();
      assertThat(
              tables.rows(
                  "select right(strategy_id, 2), trim_scale(price_usd) from strategy_quotes order"
                      + " by 1"))
          .contains(List.of("21", "4001"));
      assertThat(stateUpdate.follow((done, of) -> {})).isEmpty();
    }
  }

  /** Answers like DefiLlama; every price is of 11:30 of the requested day. */
  private HttpServer service() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          requests.add(path);
          var parts = path.split("/");
          var day =
              parts[2].equals("current") ? NOW : Instant.ofEpochSecond(Long.parseLong(parts[3]));
          var at =
              LocalDate.ofInstant(day, ZoneOffset.UTC).atTime(11, 30).toEpochSecond(ZoneOffset.UTC);
          var body =
              """
              {"coins":{
                "ethereum:%s":{"price":3998.123456789012345678,"timestamp":%d,"confidence":0.99},
                "ethereum:%s":{"price":4500,"timestamp":%d}}}
              """
                  .formatted(STETH, at, RETH, parts[2].equals("current") ? at : 0)
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private record ClosingUpdate(PriceUpdate update) implements AutoCloseable {
    @Override
    public void close() {
      update.close();
    }
  }

  private static ClosingUpdate closing(PriceUpdate update) {
    return new ClosingUpdate(update);
  }
}
