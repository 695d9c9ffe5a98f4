package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run: a row of {@code pipeline_run_events}. */
@MappedEntity("pipeline_run_events")
public record RunEvent(
    @Id long eventId,
    long runId,
    String kind,
    String message,
    @Nullable String error,
    @Nullable String operatorId,
    @Nullable LocalDate day,
    Instant happenedAt) {

  static final String ROWS =
      """
      select
          event_id, run_id, kind, message, error,
          operator_id, day, happened_at
      from pipeline_run_events
      """;

  public Instant at() {
    return happenedAt;
  }
}
