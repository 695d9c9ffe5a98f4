package dev.operatoranalytics.api.epoch;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

/**
 * Something wrong in the document of an epoch: a row of {@code epoch_issues}.
 *
 * @param jsonPath where in the document
 * @param raw what stands there
 */
@MappedEntity("epoch_issues")
public record EpochIssue(@Id int epoch, String jsonPath, String kind, String raw, String reason) {}
