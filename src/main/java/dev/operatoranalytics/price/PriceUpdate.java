package dev.operatoranalytics.price;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.network.PriceFeeds;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.NodeFailure;
import dev.operatoranalytics.node.Nodes;
import dev.operatoranalytics.pipeline.SqlFile;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that reads prices, rates and descriptions of tokens. It reads past days once per token,
 * in steps, and the current day each time. A source that fails does not stop the others.
 */
@Singleton
public class PriceUpdate {
  private static final Logger log = LoggerFactory.getLogger(PriceUpdate.class);
  private static final SqlFile CHOSEN = SqlFile.load("prices", "token_prices");
  private static final Address NATIVE = new Address("0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0");

  private final DataSource state;
  private final Clock clock;
  private final PriceSettings settings;
  private final List<PriceSource> sources = new ArrayList<>();
  private final @Nullable Nodes nodes;
  private final @Nullable StrategyContracts contracts;
  private final @Nullable PastRates pastRates;

  PriceUpdate(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      PriceSettings settings,
      ChainSettings chain,
      Clock clock)
      throws IOException {
    this.state = plain.resolve(state);
    this.settings = settings;
    this.clock = clock;
    Optional<PriceFeeds> feeds = Optional.empty();
    Multicall multicall = null;
    if (chain.urls().isEmpty()) {
      this.nodes = null;
      this.contracts = null;
      this.pastRates = null;
    } else {
      var network = Network.of(chain.network());
      var node = new Nodes(chain.urls(), network.chainId(), chain.limits(), clock);
      this.nodes = node;
      feeds = network.prices();
      if (feeds.isPresent()) {
        multicall = new Multicall(node, feeds.get().multicall());
        this.contracts = new StrategyContracts(node, multicall);
        this.pastRates = new PastRates(node, network, multicall, feeds.get(), settings.since());
      } else {
        this.contracts = null;
        this.pastRates = null;
      }
    }
    for (var name : settings.order()) {
      switch (name) {
        case CHAINLINK -> {
          if (multicall == null) {
            throw new IllegalArgumentException(
                "PRICES_SOURCES names chainlink, which needs CHAIN_RPC_URL and a network file with"
                    + " `prices`");
          }
          sources.add(new ChainlinkPrices(multicall, feeds.orElseThrow()));
        }
        case DEFILLAMA -> sources.add(new DefillamaPrices(settings));
        case COINGECKO -> sources.add(new CoingeckoPrices(settings));
      }
    }
  }

  /**
   * The result of a run.
   *
   * @param changed number of prices that count and are new or different
   * @param failures why a source could not be read, by source
   */
  public record PriceUpdateResult(int changed, Map<String, String> failures) {}

  /** Runs the job; empty when another run is in progress. */
  public Optional<PriceUpdateResult> run() throws SQLException {
    try (var lock = state.getConnection();
        var writer = state.getConnection()) {
      lock.setAutoCommit(false);
      writer.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, "prices")) {
        return Optional.empty();
      }
      try {
        return Optional.of(run(writer));
      } finally {
        lock.rollback();
      }
    }
  }

  private PriceUpdateResult run(Connection writer) throws SQLException {
    var failures = new TreeMap<String, String>();
    var now = clock.instant();
    if (contracts != null) {
      try {
        describeNative(writer);
        contracts.readTokens(writer, now);
        contracts.readRates(writer);
        writer.commit();
      } catch (NodeFailure e) {
        writer.rollback();
        failures.put("strategies", String.valueOf(e.getMessage()));
      }
    }
    var tokens = tokens(writer);
    writer.commit();
    var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    for (var source : sources) {
      try {
        readHistory(source, tokens, today.minusDays(1), writer);
        store(source.name(), source.current(tokens), writer);
        writer.commit();
      } catch (NodeFailure | IOException e) {
        writer.rollback();
        failures.put(source.name().name(), String.valueOf(e.getMessage()));
      }
    }
    // before past rates, which take longer
    var changed = choose(writer);
    writer.commit();
    if (pastRates != null) {
      try {
        pastRates.read(tokens, today.minusDays(1), writer);
      } catch (NodeFailure e) {
        writer.rollback();
        failures.put("past rates", String.valueOf(e.getMessage()));
      }
      changed += choose(writer);
      writer.commit();
    }
    failures.forEach((source, reason) -> log.warn("prices of {} are not read: {}", source, reason));
    return new PriceUpdateResult(changed, failures);
  }

  private static void describeNative(Connection writer) throws SQLException {
    Sql.update(
        writer,
        """
        insert into strategy_call_tokens
            (strategy_id, underlying_token, symbol, name, decimals, read_at)
        values (?, ?, 'ETH', 'Ether', 18, now())
        on conflict do nothing
        """,
        NATIVE.value(),
        PriceFeeds.ETH.value());
  }

  private static List<String> tokens(Connection writer) throws SQLException {
    return Sql.list(
        writer,
        """
        select distinct underlying_token
        from known_strategies
        where underlying_token ~ '^0x[0-9a-f]{40}$'
        order by 1
        """,
        rows -> rows.getString(1));
  }

  /** Reads days that the source was not asked for yet, the newest first. */
  private void readHistory(
      PriceSource source, List<String> tokens, LocalDate yesterday, Connection writer)
      throws SQLException, IOException {
    for (var step : missing(source, tokens, yesterday, writer).entrySet()) {
      var days = step.getKey();
      store(source.name(), source.daily(step.getValue(), days.from(), days.to()), writer);
      Sql.update(
          writer,
          """
          insert into price_histories as held (source, token, read_from, read_to)
          select ?, unnest(?), ?, ?
          on conflict (source, token) do update set
              read_from = least(held.read_from, excluded.read_from),
              read_to = greatest(held.read_to, excluded.read_to)
          """,
          source.name().name(),
          writer.createArrayOf("text", step.getValue().toArray()),
          days.from(),
          days.to());
      writer.commit();
    }
  }

  private record MissingDays(LocalDate from, LocalDate to) implements Comparable<MissingDays> {
    @Override
    public int compareTo(MissingDays other) {
      var newest = other.to.compareTo(to);
      return newest == 0 ? other.from.compareTo(from) : newest;
    }
  }

  /** Tokens by the days to read next: those since the last run, or a step further into the past. */
  private Map<MissingDays, List<String>> missing(
      PriceSource source, List<String> tokens, LocalDate yesterday, Connection writer)
      throws SQLException {
    var missing = new TreeMap<MissingDays, List<String>>();
    Sql.each(
        writer,
        """
        select asked.token, price_histories.read_from, price_histories.read_to
        from unnest(?) as asked (token)
        left join price_histories on
            price_histories.token = asked.token and price_histories.source = ?
        """,
        rows -> {
          var from = rows.getObject(2, LocalDate.class);
          var to = rows.getObject(3, LocalDate.class);
          if (to != null && to.isBefore(yesterday)) {
            add(missing, to.plusDays(1), yesterday, source, rows.getString(1));
          } else {
            var last = from == null ? yesterday : from.minusDays(1);
            add(missing, settings.since(), last, source, rows.getString(1));
          }
        },
        writer.createArrayOf("text", tokens.toArray()),
        source.name().name());
    return missing;
  }

  private static void add(
      Map<MissingDays, List<String>> missing,
      LocalDate from,
      LocalDate to,
      PriceSource source,
      String token) {
    var earliest = to.minusDays(source.maxDays() - 1L);
    var days = new MissingDays(earliest.isAfter(from) ? earliest : from, to);
    if (!days.to().isBefore(days.from())) {
      missing.computeIfAbsent(days, each -> new ArrayList<>()).add(token);
    }
  }

  static void store(PriceSource.SourceName source, List<TokenPrice> prices, Connection writer)
      throws SQLException {
    try (var insert =
        writer.prepareStatement(
            """
            insert into source_prices as held (source, token, day, at, price_usd)
            values (?, ?, ?, ?, ?)
            on conflict (token, day, source) do update set
                at = excluded.at, price_usd = excluded.price_usd
            where held.at <= excluded.at
            """)) {
      for (var price : prices) {
        var at = price.at().atOffset(ZoneOffset.UTC);
        insert.setString(1, source.name());
        insert.setString(2, price.token());
        insert.setObject(3, at.toLocalDate());
        insert.setObject(4, at);
        insert.setBigDecimal(5, price.usd());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Makes {@code token_prices} equal to the prices that count; imported ones stay. */
  private int choose(Connection writer) throws SQLException {
    var names = settings.order().stream().map(Enum::name).toList();
    SqlFile.set(writer, Map.of("sources", SqlFile.list(names)));
    try (var statement = writer.createStatement()) {
      return statement.executeUpdate(
          """
          with chosen as materialized (%s),

          replaced as (
              delete from token_prices
              where source <> 'IMPORT' and (token, at) not in (select token, at from chosen)
          )

          insert into token_prices as held (token, at, price_usd, source)
          select token, at, price_usd, source from chosen
          on conflict (token, at) do update set
              price_usd = excluded.price_usd, source = excluded.source
          where
              held.source <> 'IMPORT'
              and (held.price_usd, held.source) is distinct from (excluded.price_usd, excluded.source)
          """
              .formatted(CHOSEN.statement()));
    }
  }

  @PreDestroy
  void close() {
    if (nodes != null) {
      nodes.close();
    }
  }
}
