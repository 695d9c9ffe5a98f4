package dev.operatoranalytics.api.delegator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A time in which a staker was delegated: a row of {@code operator_delegator_history}. */
@MappedEntity("operator_delegator_history")
public record DelegationPeriod(
    @Id String stakerId,
    String operatorId,
    Instant delegatedAt,
    @Nullable Instant undelegatedAt,
    boolean wasForced) {}
