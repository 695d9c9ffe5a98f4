package dev.operatoranalytics.pipeline;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * @param name name of the pipeline's row in {@code pipeline_checkpoints}
 * @param safetyBufferBlocks distance of the state behind a live head, in blocks
 * @param safetyBufferSeconds time for which rows are read again after they were written, in seconds
 * @param maxOperatorsPerBatch operators selected together
 * @param commitBatchSize max. operators committed together; null for all that are selected together
 * @param parallelBatches batches rebuilt in parallel, each with one connection to each database
 * @param slotSeconds time between two blocks of the chain
 * @param deallocationDelayBlocks blocks for which stake stays slashable after its operator left the
 *     set
 * @param withdrawalDelayBlocks blocks for which a queued withdrawal can be slashed, and after which
 *     it can be completed
 * @param operatorsToVerify operators without a detected change that each run rebuilds to verify
 *     them, the longest unverified first
 * @param feedRetention time for which changes can be read from {@code change_feed}
 * @param runRetention time for which runs and their details are kept
 * @param snapshotHourUtc earliest UTC hour of the next day at which a day may be taken; the day
 *     still ends at midnight
 * @param volatilityWindows windows of volatilities in days, in addition to the 7, 30 and 90 that
 *     scores need
 * @param minDataPoints min. days with data that an analysis needs
 * @param dayRetention time for which days are kept, in whole months; null for ever
 * @param dayExportDir directory for the rows of months that are no longer kept; null for none
 */
@ConfigurationProperties("pipeline")
public record PipelineSettings(
    @Bindable(defaultValue = "analytics_pipeline_v1") String name,
    @Bindable(defaultValue = "10") long safetyBufferBlocks,
    @Bindable(defaultValue = "60") long safetyBufferSeconds,
    @Bindable(defaultValue = "100") int maxOperatorsPerBatch,
    @Nullable Integer commitBatchSize,
    @Bindable(defaultValue = "2") int parallelBatches,
    @Bindable(defaultValue = "12") long slotSeconds,
    @Bindable(defaultValue = "100800") long deallocationDelayBlocks,
    @Bindable(defaultValue = "100800") long withdrawalDelayBlocks,
    @Bindable(defaultValue = "5") int operatorsToVerify,
    @Bindable(defaultValue = "30d") Duration feedRetention,
    @Bindable(defaultValue = "180d") Duration runRetention,
    @Bindable(defaultValue = "0") int snapshotHourUtc,
    @Bindable(defaultValue = "7,30,90") List<Integer> volatilityWindows,
    @Bindable(defaultValue = "7") int minDataPoints,
    @Nullable Duration dayRetention,
    @Nullable String dayExportDir) {

  private static final int LONGEST_MONTH = 31;

  public PipelineSettings {
    requireAtLeast(1, "PIPELINE_MAX_OPERATORS_PER_BATCH", maxOperatorsPerBatch);
    requireAtLeast(1, "PIPELINE_COMMIT_BATCH_SIZE", commitBatchSize == null ? 1 : commitBatchSize);
    requireAtLeast(1, "PIPELINE_PARALLEL_BATCHES", parallelBatches);
    requireAtLeast(1, "PIPELINE_SLOT_SECONDS", slotSeconds);
    requireAtLeast(1, "PIPELINE_MIN_DATA_POINTS", minDataPoints);
    if (snapshotHourUtc < 0 || snapshotHourUtc > 23) {
      throw new IllegalArgumentException(
          "PIPELINE_SNAPSHOT_HOUR_UTC is %d; expected 0 to 23".formatted(snapshotHourUtc));
    }
    if (volatilityWindows.isEmpty() || Collections.min(volatilityWindows) < 2) {
      throw new IllegalArgumentException(
          "PIPELINE_VOLATILITY_WINDOWS is %s; expected numbers of days, each 2 or more"
              .formatted(volatilityWindows));
    }
    if (dayRetention != null) {
      // the oldest month that is kept can be analysed again with its whole window
      var window = Math.max(90, Collections.max(volatilityWindows));
      requireAtLeast(
          window + LONGEST_MONTH, "PIPELINE_DAY_RETENTION in days", dayRetention.toDays());
    }
  }

  /** The first day that is kept as of a day; null when all are. */
  public @Nullable LocalDate firstKeptDay(LocalDate today) {
    return dayRetention == null ? null : today.minusDays(dayRetention.toDays()).withDayOfMonth(1);
  }

  private static void requireAtLeast(long min, String setting, long value) {
    if (value < min) {
      throw new IllegalArgumentException(
          "%s is %d; expected %d or more".formatted(setting, value, min));
    }
  }

  /** Operators of one batch; they are selected and committed together. */
  int operatorsPerBatch() {
    return commitBatchSize == null
        ? maxOperatorsPerBatch
        : Math.min(maxOperatorsPerBatch, commitBatchSize);
  }

  /** Windows of volatilities in days: those of the settings and those that scores need. */
  public SortedSet<Integer> windows() {
    var windows = new TreeSet<>(volatilityWindows);
    windows.addAll(List.of(7, 30, 90));
    return windows;
  }

  /** Max. days that an analysis looks back; growth looks back 30, commission changes 90. */
  public int longestWindow() {
    return windows().last();
  }
}
