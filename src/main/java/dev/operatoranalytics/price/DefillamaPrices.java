package dev.operatoranalytics.price;

import dev.operatoranalytics.network.PriceFeeds;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Prices of DefiLlama's public service, which needs no key. */
final class DefillamaPrices implements PriceSource {
  private static final String ETH = "coingecko:ethereum";
  private static final String PREFIX = "ethereum:";
  // one request a day; the service is free of charge
  private static final int MAX_DAYS = 30;
  // their addresses are in the URL, whose length servers limit
  private static final int TOKENS_PER_REQUEST = 50;

  private final ServiceClient service;

  DefillamaPrices(PriceSettings settings) {
    this.service = new ServiceClient(settings.defillamaUrl(), Map.of(), settings.timeout());
  }

  @Override
  public SourceName name() {
    return SourceName.DEFILLAMA;
  }

  @Override
  public int maxDays() {
    return MAX_DAYS;
  }

  @Override
  public List<TokenPrice> current(Collection<String> tokens) throws IOException {
    return read("/prices/current/", tokens);
  }

  @Override
  public List<TokenPrice> daily(Collection<String> tokens, LocalDate from, LocalDate to)
      throws IOException {
    var prices = new ArrayList<TokenPrice>();
    for (var day = from; !day.isAfter(to); day = day.plusDays(1)) {
      var date = day;
      var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
      read("/prices/historical/" + end + "/", tokens).stream()
          // the service answers with the nearest price it has
          .filter(price -> LocalDate.ofInstant(price.at(), ZoneOffset.UTC).equals(date))
          .forEach(prices::add);
    }
    return prices;
  }

  private List<TokenPrice> read(String path, Collection<String> tokens) throws IOException {
    var all = List.copyOf(tokens);
    var prices = new ArrayList<TokenPrice>();
    for (var from = 0; from < all.size(); from += TOKENS_PER_REQUEST) {
      var to = Math.min(all.size(), from + TOKENS_PER_REQUEST);
      prices.addAll(readPart(path, all.subList(from, to)));
    }
    return prices;
  }

  private List<TokenPrice> readPart(String path, List<String> tokens) throws IOException {
    var names = tokens.stream().map(DefillamaPrices::name).toList();
    var coins = service.get(path + String.join(",", names)).get("coins");
    var prices = new ArrayList<TokenPrice>();
    if (coins == null || !coins.isObject()) {
      throw new IOException("DefiLlama answers without `coins`");
    }
    for (var token : tokens) {
      var coin = coins.get(name(token));
      if (coin != null) {
        price(token, coin, prices);
      }
    }
    return prices;
  }

  private static void price(String token, JsonNode coin, List<TokenPrice> prices) {
    var time = coin.get("timestamp");
    if (time != null && time.isNumber()) {
      var at = Instant.ofEpochSecond(time.getLongValue());
      ServiceClient.price(coin.get("price"))
          .ifPresent(usd -> prices.add(new TokenPrice(token, at, usd)));
    }
  }

  private static String name(String token) {
    return token.equals(PriceFeeds.ETH.value()) ? ETH : PREFIX + token;
  }
}
