package dev.operatoranalytics.api.allocation;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What of a delegator's stake an operator set can slash through its operator. Shares in base units,
 * {@code slashableUsd} in USD.
 */
@MappedEntity("operator_allocations")
public record Exposure(
    @Id String operatorId,
    String stakerId,
    String operatorSetId,
    String strategyId,
    @Nullable BigDecimal slashableShares,
    String sharesStatus,
    @Nullable BigDecimal slashableUsd) {}
