package dev.operatoranalytics.api.commission;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A change of a commission rate: a row of {@code operator_commission_history}. Rates in bips. */
@MappedEntity("operator_commission_history")
public record CommissionChange(
    @Id String operatorId,
    String commissionKind,
    String subjectId,
    long setBlock,
    Instant setAt,
    Instant activatesAt,
    int oldBips,
    int newBips,
    String caller) {}
