package dev.operatoranalytics.pipeline;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * @param name the row of {@code pipeline_checkpoints} that this pipeline keeps
 * @param safetyBufferBlocks how far behind a live head the state stays, in blocks
 * @param safetyBufferSeconds how long rows are read again after they were written, in seconds
 * @param maxOperatorsPerBatch operators selected together
 * @param commitBatchSize operators committed together at most; null for as many as are selected
 * @param parallelBatches batches rebuilt side by side, each on a connection to either database
 * @param slotSeconds time between two blocks of the chain
 * @param deallocationDelayBlocks how long stake stays slashable after its operator left the set
 * @param operatorsToVerify operators rebuilt in each run though nothing was heard of them, those
 *     first that were longest not
 * @param feedRetention how long what happened can be read again from {@code change_feed}
 * @param runRetention how long runs are kept with what they did
 * @param snapshotHourUtc earliest hour of the next day in which a day may be taken; not its
 *     boundary, which is midnight
 * @param volatilityWindows days that volatilities are of, beside the 7, 30 and 90 that scores need
 * @param minDataPoints days that an analysis needs
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
    @Bindable(defaultValue = "5") int operatorsToVerify,
    @Bindable(defaultValue = "30d") Duration feedRetention,
    @Bindable(defaultValue = "180d") Duration runRetention,
    @Bindable(defaultValue = "0") int snapshotHourUtc,
    @Bindable(defaultValue = "7,30,90") List<Integer> volatilityWindows,
    @Bindable(defaultValue = "7") int minDataPoints) {

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
  }

  private static void requireAtLeast(long least, String setting, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d; expected %d or more".formatted(setting, value, least));
    }
  }

  /** Operators of one batch: what is selected together is committed together. */
  int operatorsPerBatch() {
    return commitBatchSize == null
        ? maxOperatorsPerBatch
        : Math.min(maxOperatorsPerBatch, commitBatchSize);
  }

  /** Days that volatilities are of: those of the settings, and those that scores need. */
  public SortedSet<Integer> windows() {
    var windows = new TreeSet<>(volatilityWindows);
    windows.addAll(List.of(7, 30, 90));
    return windows;
  }

  /**
   * Days that an analysis looks back at most; growth alone looks back 30, commission changes 90.
   */
  public int longestWindow() {
    return windows().last();
  }
}
