package dev.operatoranalytics.api.slashing;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a slash took of one strategy: a row of {@code operator_slashing_amounts}. Wads, shares in
 * base units, USD at the time.
 */
@MappedEntity("operator_slashing_amounts")
public record SlashingAmount(
    @Id String operatorId,
    String transactionHash,
    long logIndex,
    String strategyId,
    BigDecimal wadSlashed,
    @Nullable BigDecimal shares,
    BigDecimal cumulativeWadSlashed,
    @Nullable BigDecimal slashedUsd) {

  public @Nullable BigDecimal usd() {
    return slashedUsd;
  }
}
