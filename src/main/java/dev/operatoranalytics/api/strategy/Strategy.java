package dev.operatoranalytics.api.strategy;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A strategy: a row of {@code strategy_state} with its description and newest quotes. Shares in
 * base units, prices in USD, the exchange rate in tokens per share.
 */
@MappedEntity("strategy_state")
public record Strategy(
    @Id String strategyId,
    @Nullable String symbol,
    @Nullable String token,
    @Nullable Integer decimals,
    @Nullable String category,
    @Nullable BigDecimal exchangeRate,
    String rateStatus,
    @Nullable BigDecimal priceUsd,
    @Nullable Instant priceAt,
    BigDecimal totalShares,
    @Nullable BigDecimal tvsUsd,
    int operatorCount,
    int delegatorCount) {

  public static final String ROWS =
      """
      select
          strategy_state.strategy_id, symbol, underlying_token as token, decimals, category,
          exchange_rate * 1e-18 as exchange_rate, coalesce(rate_status, 'RATE_ASSUMED') as rate_status,
          price_usd, price_at, total_shares, tvs_usd, operator_count, delegator_count,
          case_folded(symbol) collate "C" as symbol_order
      from strategy_state
      left join strategies using (strategy_id)
      left join strategy_quotes using (strategy_id)
      """;

  public String id() {
    return new GlobalId("Strategy", strategyId).toString();
  }

  public String address() {
    return strategyId;
  }
}
