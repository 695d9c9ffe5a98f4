package dev.operatoranalytics.price;

import dev.operatoranalytics.network.PriceFeeds;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Prices of CoinGecko's service, which needs a key. */
final class CoingeckoPrices implements PriceSource {
  // the service gives at most this many days with a free key
  private static final int MAX_DAYS = 365;

  private final ServiceClient service;

  CoingeckoPrices(PriceSettings settings) {
    var key = Objects.requireNonNull(settings.coingeckoKey());
    var isPro = String.valueOf(settings.coingeckoUrl().getHost()).startsWith("pro-");
    this.service =
        new ServiceClient(
            settings.coingeckoUrl(),
            Map.of(isPro ? "x-cg-pro-api-key" : "x-cg-demo-api-key", key),
            settings.timeout());
  }

  @Override
  public SourceName name() {
    return SourceName.COINGECKO;
  }

  @Override
  public int maxDays() {
    return MAX_DAYS;
  }

  @Override
  public List<TokenPrice> current(Collection<String> tokens) throws IOException {
    var prices = new ArrayList<TokenPrice>();
    for (var token : tokens) {
      var isEth = token.equals(PriceFeeds.ETH.value());
      var answer =
          service.get(
              (isEth
                      ? "/simple/price?ids=ethereum"
                      : "/simple/token_price/ethereum?contract_addresses=" + token)
                  + "&vs_currencies=usd&include_last_updated_at=true&precision=full");
      var coin = answer.get(isEth ? "ethereum" : token);
      var time = coin == null ? null : coin.get("last_updated_at");
      if (coin != null && time != null && time.isNumber()) {
        var at = Instant.ofEpochSecond(time.getLongValue());
        ServiceClient.price(coin.get("usd"))
            .ifPresent(usd -> prices.add(new TokenPrice(token, at, usd)));
      }
    }
    return prices;
  }

  @Override
  public List<TokenPrice> daily(Collection<String> tokens, LocalDate from, LocalDate to)
      throws IOException {
    var prices = new ArrayList<TokenPrice>();
    for (var token : tokens) {
      var coin =
          token.equals(PriceFeeds.ETH.value())
              ? "/coins/ethereum"
              : "/coins/ethereum/contract/" + token;
      var answer =
          service.get(
              "%s/market_chart/range?vs_currency=usd&precision=full&from=%s&to=%s"
                  .formatted(
                      coin,
                      from.atStartOfDay(ZoneOffset.UTC).toEpochSecond(),
                      to.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1));
      var points = answer.get("prices");
      if (points == null || !points.isArray()) {
        throw new IOException("CoinGecko answers without `prices`");
      }
      var lastOfDay = new TreeMap<LocalDate, TokenPrice>();
      for (var i = 0; i < points.size(); i++) {
        var point = points.get(i);
        if (point.isArray() && point.size() == 2 && point.get(0).isNumber()) {
          var at = Instant.ofEpochMilli(point.get(0).getLongValue());
          ServiceClient.price(point.get(1))
              .ifPresent(
                  usd ->
                      lastOfDay.put(
                          LocalDate.ofInstant(at, ZoneOffset.UTC), new TokenPrice(token, at, usd)));
        }
      }
      prices.addAll(lastOfDay.subMap(from, true, to, true).values());
    }
    return prices;
  }
}
