package dev.operatoranalytics.price;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.node.BlockHeader;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.Multicall.ContractCall;
import dev.operatoranalytics.node.Nodes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks strategies and their tokens for what no event told: token, symbol, decimals, rate. */
final class StrategyContracts {
  private static final Function UNDERLYING = new Function("underlyingToken()", "(address)");
  private static final Function SYMBOL = new Function("symbol()", "(string)");
  private static final Function NAME = new Function("name()", "(string)");
  private static final Function DECIMALS = new Function("decimals()", "(uint8)");
  private static final Function RATE = new Function("sharesToUnderlyingView(uint256)", "(uint256)");
  private static final BigInteger WAD = BigInteger.TEN.pow(18);
  private static final int MAX_DECIMALS = 77;
  private static final int MAX_TEXT = 200;

  private final Nodes nodes;
  private final Multicall contracts;

  StrategyContracts(Nodes nodes, Multicall contracts) {
    this.nodes = nodes;
    this.contracts = contracts;
  }

  /** Stores what new strategies answer. */
  void readTokens(Connection state, Instant now) throws SQLException {
    var strategies =
        strategies(
            state,
            """
            select strategy_id
            from strategy_state
            left join known_strategies using (strategy_id)
            left join strategy_call_tokens using (strategy_id)
            where
                strategy_call_tokens.strategy_id is null
                and (known_strategies.underlying_token is null or known_strategies.decimals is null or known_strategies.symbol is null)
            order by strategy_id
            """);
    var tokens = new ArrayList<Address>();
    var answering = new ArrayList<Address>();
    var results =
        contracts.call(
            strategies.stream().map(strategy -> new ContractCall(strategy, UNDERLYING)).toList());
    for (var i = 0; i < strategies.size(); i++) {
      var token = results.get(i);
      if (token != null) {
        com.esaulpaugh.headlong.abi.Address address = token.get(0);
        tokens.add(new Address("0x%040x".formatted(address.value())));
        answering.add(strategies.get(i));
      }
    }
    var calls = new ArrayList<ContractCall>();
    for (var token : tokens) {
      calls.add(new ContractCall(token, SYMBOL));
      calls.add(new ContractCall(token, NAME));
      calls.add(new ContractCall(token, DECIMALS));
    }
    var answers = contracts.call(calls);
    try (var insert =
        state.prepareStatement(
            """
            insert into strategy_call_tokens
                (strategy_id, underlying_token, symbol, name, decimals, read_at)
            values (?, ?, ?, ?, ?, ?)
            on conflict do nothing
            """)) {
      for (var i = 0; i < tokens.size(); i++) {
        insert.setString(1, answering.get(i).value());
        insert.setString(2, tokens.get(i).value());
        insert.setString(3, text(answers.get(3 * i)));
        insert.setString(4, text(answers.get(3 * i + 1)));
        insert.setObject(5, decimals(answers.get(3 * i + 2)));
        insert.setObject(6, now.atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<Address> strategies(Connection state, String select) throws SQLException {
    return Sql.list(state, select, rows -> new Address(rows.getString(1)));
  }

  private static @Nullable String text(@Nullable Tuple answer) {
    return Optional.ofNullable(answer)
        .map(tuple -> new StorableText(tuple.<String>get(0)).value().strip())
        .filter(text -> !text.isEmpty())
        .map(text -> text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text)
        .orElse(null);
  }

  private static @Nullable Integer decimals(@Nullable Tuple answer) {
    var decimals = answer == null ? null : answer.<Integer>get(0);
    return decimals == null || decimals > MAX_DECIMALS ? null : decimals;
  }

  /** Returns the strategies that can have a rate: all but native ETH. */
  static List<Address> withRate(Connection state) throws SQLException {
    return strategies(
        state,
        """
        select strategy_id
        from strategy_state
        where strategy_id <> '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
        order by strategy_id
        """);
  }

  /** Asks a strategy for its rate. */
  static ContractCall rate(Address strategy) {
    return new ContractCall(strategy, RATE, WAD);
  }

  /**
   * Stores rates that differ from the newest known ones. A strategy that answers none keeps its
   * last rate.
   */
  void readRates(Connection state) throws SQLException {
    var strategies = withRate(state);
    if (strategies.isEmpty()) {
      return;
    }
    // the block before the answers: a rate must not seem newer than it is
    var block = nodes.call(BlockHeader.call(BlockHeader.Tag.LATEST));
    var rates = contracts.call(strategies.stream().map(StrategyContracts::rate).toList());
    store(strategies, rates, Instant.ofEpochSecond(block.time()), true, state);
  }

  /**
   * Stores rates of one instant.
   *
   * @param answers null where a strategy answered none
   * @param onlyChanged leaves out those that equal the newest known rate before
   */
  static void store(
      List<Address> strategies,
      List<@Nullable Tuple> answers,
      Instant at,
      boolean onlyChanged,
      Connection state)
      throws SQLException {
    try (var insert =
        state.prepareStatement(
            """
            insert into strategy_call_rates as held (strategy_id, day, at, rate)
            select asked.strategy_id, (asked.at at time zone 'UTC')::date, asked.at, asked.rate
            from (
                select ?::text as strategy_id, ?::timestamptz as at, ?::numeric as rate
            ) as asked
            where not ? or asked.rate is distinct from (
                select known.rate
                from known_exchange_rates as known
                where known.strategy_id = asked.strategy_id and known.at <= asked.at
                order by known.at desc, known.is_from_event
                limit 1
            )
            on conflict (strategy_id, day) do update set at = excluded.at, rate = excluded.rate
            where held.at <= excluded.at
            """)) {
      for (var i = 0; i < strategies.size(); i++) {
        var answer = answers.get(i);
        BigInteger rate = answer == null ? BigInteger.ZERO : answer.get(0);
        if (rate.signum() > 0) {
          insert.setString(1, strategies.get(i).value());
          insert.setObject(2, at.atOffset(ZoneOffset.UTC));
          insert.setBigDecimal(3, new BigDecimal(rate));
          insert.setBoolean(4, onlyChanged);
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }
}
