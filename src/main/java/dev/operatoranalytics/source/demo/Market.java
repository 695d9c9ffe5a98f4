package dev.operatoranalytics.source.demo;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Simulates daily prices of tokens and rates of strategies, in the hour before midnight; some days
 * have none.
 */
final class Market {
  private static final BigInteger BIP_DAYS_OF_A_YEAR = BigInteger.valueOf(3_650_000);

  /** The daily volatility of a kind of token, and its daily change in the week of the crash. */
  private record TokenVolatility(String kind, double volatility, double crash) {}

  private static final List<TokenVolatility> VOLATILITIES =
      List.of(
          new TokenVolatility("eth", 0.030, -0.055),
          new TokenVolatility("eigen", 0.052, -0.090),
          new TokenVolatility("btc", 0.022, -0.035),
          new TokenVolatility("other", 0.060, -0.100));

  private final List<String> strategies =
      new ArrayList<>(List.of("strategy,symbol,underlying_token,decimals,category"));
  private final List<String> prices = new ArrayList<>(List.of("token,at,price_usd"));
  private final List<String> rates = new ArrayList<>(List.of("strategy,at,rate"));
  private final Map<String, BigDecimal> walks = new HashMap<>();
  private final Random random;

  Market(long seed, Instant start, Instant end) {
    random = new Random(seed);
    Stream.concat(Strategy.ALL.stream(), Stream.of(Strategy.VAULT))
        .forEach(
            s ->
                strategies.add(DemoText.csv(s, s.symbol(), s.token(), s.decimals(), s.category())));
    var firstDay = LocalDate.ofInstant(start, ZoneOffset.UTC);
    int days = Math.toIntExact(Duration.between(start, end).toDays());
    for (int day = 0; day <= days; day++) {
      walk(day >= days * 11 / 20 && day < days * 11 / 20 + 7);
      var at = firstDay.plusDays(day).atTime(23, random.nextInt(4)).toInstant(ZoneOffset.UTC);
      boolean isQuiet = day % 120 == 60;
      if (!isQuiet && !at.isBefore(start) && !at.isAfter(end)) {
        quote(at, day);
      }
    }
  }

  void write(DemoFiles files) throws IOException {
    Files.write(files.strategies(), strategies);
    Files.write(files.prices(), prices);
    Files.write(files.rates(), rates);
  }

  private void walk(boolean crash) {
    for (var token : VOLATILITIES) {
      var step = factor((crash ? token.crash : 0.0006) + token.volatility * random.nextGaussian());
      walks.merge(token.kind, step, (walk, next) -> walk.multiply(next, MathContext.DECIMAL64));
    }
  }

  private void quote(Instant at, int day) {
    var quotedTokens = new HashSet<String>();
    for (var strategy : Strategy.ALL) {
      var walk = walks.getOrDefault(strategy.category().split("_", -1)[0], BigDecimal.ONE);
      var noise = factor(0.0004 * random.nextGaussian());
      boolean isFeedDown = strategy.symbol().equals("mETH") && day % 120 > 116;
      if (strategy.isQuoted() && !isFeedDown && quotedTokens.add(strategy.token())) {
        var price = strategy.price().orElseThrow().multiply(walk).multiply(noise);
        var quoted = price.round(MathContext.DECIMAL32).toPlainString();
        prices.add(DemoText.csv(strategy.token(), at, quoted));
      }
      strategy
          .rate()
          .map(rate -> rate.movePointRight(18).toBigIntegerExact())
          .map(rate -> rate.add(growth(rate, strategy.yearlyGrowthBips(), day)))
          .ifPresent(rate -> rates.add(DemoText.csv(strategy, at, rate)));
    }
  }

  private static BigInteger growth(BigInteger rate, int yearlyBips, int days) {
    return rate.multiply(BigInteger.valueOf((long) yearlyBips * days)).divide(BIP_DAYS_OF_A_YEAR);
  }

  private static BigDecimal factor(double change) {
    return BigDecimal.valueOf(Math.round((1 + change) * 1e6), 6);
  }
}
