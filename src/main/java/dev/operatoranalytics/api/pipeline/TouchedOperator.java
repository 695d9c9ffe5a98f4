package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import org.jspecify.annotations.Nullable;

/** An operator that a run had to do with: a row of {@code pipeline_run_operators}. */
@MappedEntity("pipeline_run_operators")
public record TouchedOperator(
    @Id String operatorId,
    long runId,
    String reason,
    @Nullable Boolean hasChanged,
    boolean hasFailed,
    @Nullable String error) {

  static final String ROWS =
      """
      select
          operator_id, run_id, reason, has_changed, error is not null as has_failed,
          error
      from pipeline_run_operators
      """;

  public String address() {
    return operatorId;
  }
}
