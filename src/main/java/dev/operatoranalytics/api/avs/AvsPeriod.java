package dev.operatoranalytics.api.avs;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time in which an operator served an AVS: a row of {@code operator_avs_registration_history}.
 */
@MappedEntity("operator_avs_registration_history")
public record AvsPeriod(
    @Id String operatorId,
    String avsId,
    @Nullable String operatorSetId,
    long registeredBlock,
    Instant registeredAt,
    @Nullable Long unregisteredBlock,
    @Nullable Instant unregisteredAt) {}
