package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A run of a job: a row of {@code pipeline_runs}. Durations in seconds, days in UTC. */
@MappedEntity("pipeline_runs")
public record Run(
    @Id long runId,
    String job,
    String status,
    String trigger,
    @Nullable Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Double seconds,
    @Nullable Instant cancelRequestedAt,
    boolean isFull,
    @Nullable LocalDate fromDate,
    @Nullable LocalDate toDate,
    @Nullable String reprocess,
    @Nullable Long untilBlock,
    @Nullable Integer operatorsTotal,
    int operatorsDone,
    @Nullable Integer daysTotal,
    int daysDone,
    @Nullable String retryOf,
    @Nullable String error,
    @Nullable String errorAsset) {

  static final String NUMBER = "[0-9]{1,18}";

  static final String ROWS =
      """
      select
          run_id, upper(replace(job, '-', '_') collate "C") as job, status,
          run_trigger as trigger, requested_at, started_at, ended_at,
          extract(epoch from coalesce(ended_at, now()) - started_at)::double precision as seconds,
          cancel_requested_at, is_full, from_date, to_date, reprocess, until_block,
          operators_total, operators_done, days_total, days_done, retry_of::text as retry_of,
          error, substring(error from '^[a-z_]+/([a-z_]+)[.]sql') as error_asset
      from pipeline_runs
      """;

  /** Of a run, from its id or its number. */
  static String keyOf(String asked) {
    if (asked.matches(NUMBER)) {
      return asked;
    }
    var id = GlobalId.parse(asked);
    if (!id.type().equals("Run") || !id.key().matches(NUMBER)) {
      throw new BadInput("not the id of a run: " + asked);
    }
    return id.key();
  }

  /**
   * Why it failed.
   *
   * @param assetKey the table that was being filled; null when it was none
   */
  public record Failure(String message, @Nullable String assetKey) {}

  public String id() {
    return new GlobalId("Run", key()).toString();
  }

  String key() {
    return Long.toString(runId);
  }

  public long number() {
    return runId;
  }

  public boolean isCancelling() {
    return cancelRequestedAt != null && status.equals("RUNNING");
  }

  public @Nullable LocalDate from() {
    return fromDate;
  }

  public @Nullable LocalDate to() {
    return toDate;
  }

  /** 0 to 1; null until it is known what there is to do. */
  public @Nullable Double progress() {
    if (status.equals("SUCCEEDED")) {
      return 1.0;
    }
    var total = daysTotal == null ? operatorsTotal : daysTotal;
    if (total == null) {
      return null;
    }
    var done = daysTotal == null ? operatorsDone : daysDone;
    return total == 0 ? 1.0 : Math.min(1.0, (double) done / total);
  }

  public @Nullable Failure reason() {
    return error == null ? null : new Failure(error, errorAsset);
  }
}
