package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a run did to a table: a row of {@code pipeline_run_steps}. Counts of rows. */
@MappedEntity("pipeline_run_steps")
public record RunStep(
    @Id String stepKey,
    long runId,
    String assetKey,
    String stage,
    long inserted,
    long updated,
    long deleted,
    long unchanged,
    double seconds,
    @Nullable String codeVersion,
    Instant materializedAt) {

  static final String ROWS =
      """
      select
          run_id || '/' || stage || '/' || asset as step_key, run_id,
          asset as asset_key, upper(stage collate "C") as stage, inserted, updated, deleted, unchanged, seconds,
          code_version, materialized_at, -first_order as last_order
      from pipeline_run_steps
      """;

  String runKey() {
    return Long.toString(runId);
  }
}
