package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far the events database has been read: a row of {@code pipeline_checkpoints}. */
@MappedEntity("pipeline_checkpoints")
public record Checkpoint(
    @Id String pipelineName,
    @Nullable Instant lastProcessedAt,
    @Nullable Long headBlock,
    @Nullable Long safeBlock,
    @Nullable Instant safeAt,
    @Nullable String guarantee,
    long revision) {

  public String name() {
    return pipelineName;
  }
}
