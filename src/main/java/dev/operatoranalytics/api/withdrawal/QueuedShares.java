package dev.operatoranalytics.api.withdrawal;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;

/** What a withdrawal takes of one strategy, in base units. */
@MappedEntity("queued_withdrawals")
public record QueuedShares(@Id String withdrawalRoot, String strategyId, BigDecimal shares) {}
