package dev.operatoranalytics.price;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/** Somebody who gives prices of tokens. Tokens that it does not know are missing in its results. */
interface PriceSource {
  SourceName name();

  List<TokenPrice> current(Collection<String> tokens) throws IOException;

  /**
   * Returns the last price of each UTC day, as far as the source knows them.
   *
   * @param to last day, which has ended
   */
  List<TokenPrice> daily(Collection<String> tokens, LocalDate from, LocalDate to)
      throws IOException;

  /** Maximum number of days of one call of {@link #daily}. */
  int maxDays();

  /** The sources that {@code PRICES_SOURCES} can name. */
  enum SourceName {
    CHAINLINK,
    DEFILLAMA,
    COINGECKO
  }
}
