package dev.operatoranalytics.api.delegator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a delegator holds in one strategy: a row of {@code operator_delegator_shares}. Shares in
 * base units, {@code tvsUsd} in USD.
 */
@MappedEntity("operator_delegator_shares")
public record DelegatorShare(
    @Id String operatorId,
    String stakerId,
    String strategyId,
    @Nullable BigDecimal shares,
    String sharesStatus,
    @Nullable BigDecimal tvsUsd) {}
