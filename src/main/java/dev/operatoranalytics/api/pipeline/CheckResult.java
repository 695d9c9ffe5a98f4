package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest answer of a check: a row of {@code pipeline_checks}. */
@MappedEntity("pipeline_checks")
public record CheckResult(
    @Id String name,
    String asset,
    String severity,
    boolean isBlocking,
    String status,
    @Nullable Long failingRows,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> sample,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> blockedOperators,
    Instant evaluatedAt) {}
