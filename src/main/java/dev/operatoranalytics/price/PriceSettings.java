package dev.operatoranalytics.price;

import dev.operatoranalytics.price.PriceSource.SourceName;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where prices come from.
 *
 * @param sources names separated by commas, the preferred one first: {@code chainlink} through the
 *     node of {@code CHAIN_RPC_URL}, {@code defillama}, {@code coingecko}; null for none
 * @param since first day whose prices are read
 * @param defillamaUrl address of DefiLlama's service
 * @param coingeckoUrl address of CoinGecko's service
 * @param coingeckoKey key for it
 * @param timeout time limit of one request to a service
 */
@ConfigurationProperties("prices")
public record PriceSettings(
    @Nullable String sources,
    @Bindable(defaultValue = "2023-06-09") LocalDate since,
    @Bindable(defaultValue = "https://coins.llama.fi") URI defillamaUrl,
    @Bindable(defaultValue = "https://api.coingecko.com/api/v3") URI coingeckoUrl,
    @Nullable String coingeckoKey,
    @Bindable(defaultValue = "20s") Duration timeout) {

  public PriceSettings {
    if (parse(sources).contains(SourceName.COINGECKO)
        && (coingeckoKey == null || coingeckoKey.isBlank())) {
      throw new IllegalArgumentException(
          "PRICES_SOURCES names coingecko, which needs a key; set PRICES_COINGECKO_KEY");
    }
  }

  /** Returns the sources, the preferred one first. */
  List<SourceName> order() {
    return parse(sources);
  }

  private static List<SourceName> parse(@Nullable String sources) {
    if (sources == null || sources.isBlank()) {
      return List.of();
    }
    return Arrays.stream(sources.split(",")).map(PriceSettings::source).distinct().toList();
  }

  private static SourceName source(String text) {
    try {
      return SourceName.valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "PRICES_SOURCES names '%s'; expected chainlink, defillama or coingecko, separated by commas"
              .formatted(text.strip()),
          e);
    }
  }

  /** Omits the key. */
  @Override
  public String toString() {
    return "PriceSettings[sources=%s]".formatted(sources);
  }
}
