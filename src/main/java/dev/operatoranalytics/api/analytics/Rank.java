package dev.operatoranalytics.api.analytics;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator stands among the active ones.
 *
 * @param place 1 for the greatest; equals share it
 * @param population operators that have the figure
 * @param percentile 0..100, 100 for the greatest
 */
public record Rank(
    String operatorId,
    String metric,
    @Nullable BigDecimal value,
    @Nullable String reason,
    @Nullable Integer place,
    int population,
    @Nullable BigDecimal percentile,
    @Nullable BigDecimal networkMean,
    @Nullable BigDecimal networkMedian) {

  public @Nullable BigDecimal differenceFromMean() {
    return value == null || networkMean == null ? null : value.subtract(networkMean);
  }

  public @Nullable BigDecimal differenceFromMedian() {
    return value == null || networkMedian == null ? null : value.subtract(networkMedian);
  }
}
